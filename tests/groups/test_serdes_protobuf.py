"""Messages of Protocol Buffers, written by the library of the format."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import descriptor_pb2, timestamp_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.internal.encoder import _VarintBytes
from google.protobuf.message_factory import GetMessageClass

from groups.conftest import Run
from groups.test_serdes_text import rows
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost

Field = descriptor_pb2.FieldDescriptorProto


def _described() -> Any:
    """Describe an order with its lines, each in a file of its own, the one that imports first."""
    described = descriptor_pb2.FileDescriptorSet()
    order = described.file.add(name="order.proto", package="company", syntax="proto3")
    order.dependency.extend(["line.proto", "google/protobuf/timestamp.proto"])
    kind = order.message_type.add(name="Order")
    kind.field.add(name="order_id", number=1, type=Field.TYPE_INT64, label=Field.LABEL_OPTIONAL)
    kind.field.add(
        name="lines", number=2, type=Field.TYPE_MESSAGE, type_name=".company.Line", label=Field.LABEL_REPEATED
    )
    kind.field.add(
        name="made_at",
        number=3,
        type=Field.TYPE_MESSAGE,
        type_name=".google.protobuf.Timestamp",
        label=Field.LABEL_OPTIONAL,
    )
    line = described.file.add(name="line.proto", package="company", syntax="proto3").message_type.add(name="Line")
    line.field.add(name="sku", number=1, type=Field.TYPE_STRING, label=Field.LABEL_OPTIONAL)
    line.field.add(name="price", number=2, type=Field.TYPE_DOUBLE, label=Field.LABEL_OPTIONAL)
    return described


def _order(number: int) -> Any:
    described, pool = _described(), DescriptorPool()
    stamp = descriptor_pb2.FileDescriptorProto()
    timestamp_pb2.DESCRIPTOR.CopyToProto(stamp)
    for file in (stamp, described.file[1], described.file[0]):
        pool.Add(file)
    order = GetMessageClass(pool.FindMessageTypeByName("company.Order"))(order_id=number)
    order.lines.add(sku="a", price=1.5)
    order.made_at.seconds = 60
    return order


ROW = {"orderId": "1", "lines": [{"sku": "a", "price": 1.5}], "madeAt": "1970-01-01T00:01:00Z"}


def _properties(host: MemoryHost, content: bytes, **more: Any) -> dict[str, Any]:
    described = host.put("d.desc", _described().SerializeToString())
    return {"from_": host.put("o.pb", content), "descriptorFile": described, "typeName": "company.Order", **more}


def test_one_message(run: Run, host: MemoryHost) -> None:
    out = run("serdes.protobuf.ProtobufToIon", **_properties(host, _order(1).SerializeToString()))
    assert (rows(host, out["uri"]), out["size"]) == ([ROW], 1)
    assert run("serdes.protobuf.ProtobufToIon", **_properties(host, b""))["size"] == 0


def test_many_messages(run: Run, host: MemoryHost) -> None:
    packed = [_order(number).SerializeToString() for number in range(1, 40)] + [b""]
    content = b"".join(_VarintBytes(len(one)) + one for one in packed)
    out = run("serdes.protobuf.ProtobufToIon", **_properties(host, content, delimited=True))
    found = rows(host, out["uri"])
    assert [row.get("orderId") for row in found] == [*map(str, range(1, 40)), None]
    with pytest.raises(TaskError, match="the last message is not complete"):
        run("serdes.protobuf.ProtobufToIon", **_properties(host, content[:-5], delimited=True))


@pytest.mark.parametrize("where", ["order", "line"])
def test_unknown_fields(run: Run, host: MemoryHost, where: str) -> None:
    order = _order(1)
    (order if where == "order" else order.lines[0]).MergeFromString(b"\xfa\x01\x01x")  # field 31
    properties = _properties(host, order.SerializeToString())
    assert rows(host, run("serdes.protobuf.ProtobufToIon", **properties)["uri"]) == [ROW]
    with pytest.raises(TaskError, match="Message 1 has a field 31"):
        run("serdes.protobuf.ProtobufToIon", **properties, errorOnUnknownFields=True)


@pytest.mark.parametrize(
    ("more", "content", "message"),
    [
        ({"typeName": "company.Nope"}, b"", r"there is no company.Nope; there are company.Line, company.Order"),
        ({}, b"\xff\xff", "Message 1 is no company.Order"),
        ({"delimited": True}, b"\xff" * 20, "no messages behind their lengths"),
        ({"descriptorFile": "kestra:///run1/o.pb"}, b"\xff", "no description of messages"),
    ],
)
def test_what_is_wrong_is_told(run: Run, host: MemoryHost, more: dict[str, Any], content: bytes, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("serdes.protobuf.ProtobufToIon", **{**_properties(host, content), **more})


def test_a_description_without_what_it_imports_is_told(run: Run, host: MemoryHost) -> None:
    described = _described()
    del described.file[1]
    lacking = host.put("l.desc", described.SerializeToString())
    with pytest.raises(TaskError, match="make it with --include_imports"):
        run("serdes.protobuf.ProtobufToIon", **{**_properties(host, b""), "descriptorFile": lacking})

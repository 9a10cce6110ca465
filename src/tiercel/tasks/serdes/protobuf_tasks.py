"""Protocol Buffers to rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from pydantic import Field

from tiercel.plugins import Json, RunContext, Task, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.values import store_rows

_MOST_BYTES = 64 * 1024 * 1024
_LONGEST_LENGTH = 10
_WELL_KNOWN = (
    "any",
    "api",
    "duration",
    "empty",
    "field_mask",
    "source_context",
    "struct",
    "timestamp",
    "type",
    "wrappers",
)


class ProtobufToIon(
    Task,
    type="io.kestra.plugin.serdes.protobuf.ProtobufToIon",
    example="""
type: io.kestra.plugin.serdes.protobuf.ProtobufToIon
from: "{{ outputs.download.uri }}"
descriptorFile: "{{ outputs.descriptor.uri }}"
typeName: company.Order
delimited: true
""",
):
    """Reads messages of Protocol Buffers; each becomes a row, as the JSON form of the format has it.

    Names of fields are in camel case, integers of 64 bits are texts, and so are bytes, in base64. A message may have
    64 MiB. Needs ``tiercel[protobuf]``.

    Attributes:
        from_: URI of the file.
        descriptor_file: URI of the description of the messages, which ``protoc --include_imports
            --descriptor_set_out`` makes.
        type_name: Full name of their type.
        delimited: Whether there are many, each behind its length; else the file is one.
        error_on_unknown_fields: Whether fields that the description does not know are an error.
    """

    from_: str = Field(alias="from")
    descriptor_file: str
    type_name: str
    delimited: bool = False
    error_on_unknown_fields: bool = False

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write message by message."""
        library("google.protobuf", "protobuf")
        kind = _message_class(_whole(ctx.files.open(self.descriptor_file), "descriptorFile"), self.type_name)
        chunks = ctx.files.open(self.from_)
        pieces = _cut(chunks) if self.delimited else filter(None, [_whole(chunks, "from")])
        uri, size = store_rows(ctx, self._rows(kind, pieces))
        return RowsOutputs(uri=uri, size=size)

    def _rows(self, kind: Any, pieces: Iterable[bytes]) -> Iterator[Json]:  # noqa: ANN401 (of an optional package)
        decode_error = import_module("google.protobuf.message").DecodeError
        to_dict = import_module("google.protobuf.json_format").MessageToDict
        for number, piece in enumerate(pieces, start=1):
            try:
                message = kind.FromString(piece)
                unknown = _unknown_field(message) if self.error_on_unknown_fields else None
                row = to_dict(message)
            except (decode_error, ValueError, TypeError) as error:
                raise TaskError(f"Message {number} is no {self.type_name}: {error}") from None
            if unknown is not None:
                raise TaskError(f"Message {number} has a field {unknown} that {self.type_name} does not know")
            yield row


def _message_class(descriptors: bytes, name: str) -> Any:  # noqa: ANN401 (as above)
    """Make the class of a type.

    Raises:
        TaskError: The description cannot be read, or has no such type.
    """
    described = import_module("google.protobuf.descriptor_pb2")
    decode_error = import_module("google.protobuf.message").DecodeError
    try:
        files = {file.name: file for file in described.FileDescriptorSet.FromString(descriptors).file}
    except decode_error as error:
        raise TaskError(f"descriptorFile is no description of messages: {error}") from None
    pool = import_module("google.protobuf.descriptor_pool").DescriptorPool()
    try:
        _add_all(pool, {**_well_known(described), **files})
        found = pool.FindMessageTypeByName(name)
    except KeyError:
        types = sorted(f"{file.package}.{one.name}".lstrip(".") for file in files.values() for one in file.message_type)
        raise TaskError(f"typeName: there is no {name}; there are {', '.join(types[:20])}") from None
    except TypeError as error:
        raise TaskError(f"descriptorFile is not complete, make it with --include_imports: {error}") from None
    return import_module("google.protobuf.message_factory").GetMessageClass(found)


def _add_all(pool: Any, files: dict[str, Any]) -> None:  # noqa: ANN401 (as above)
    """Add files after those they import, whatever their order."""
    added: set[str] = set()
    waiting = [*files]
    while waiting:
        ready = [name for name in waiting if all(one in added or one not in files for one in files[name].dependency)]
        if not ready:
            raise TaskError(f"descriptorFile: files import one another: {', '.join(waiting[:10])}")
        for name in ready:
            pool.Add(files[name])
        added.update(ready)
        waiting = [name for name in waiting if name not in added]


def _well_known(described: Any) -> dict[str, Any]:  # noqa: ANN401 (as above)
    """Give the files of Google's own types, which descriptions often leave out."""
    found = {}
    for name in _WELL_KNOWN:
        file = described.FileDescriptorProto()
        import_module(f"google.protobuf.{name}_pb2").DESCRIPTOR.CopyToProto(file)
        found[file.name] = file
    return found


def _unknown_field(message: Any) -> int | None:  # noqa: ANN401 (as above)
    """Give the number of a field that a message, or one in it, does not know."""
    for unknown in import_module("google.protobuf.unknown_fields").UnknownFieldSet(message):
        return int(unknown.field_number)
    for field, value in message.ListFields():
        inner = value.values() if hasattr(value, "values") else value if field.is_repeated else [value]
        for one in inner if field.message_type is not None else ():
            found = _unknown_field(one) if hasattr(one, "ListFields") else None
            if found is not None:
                return found
    return None


def _whole(chunks: Iterable[bytes], where: str) -> bytes:
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > _MOST_BYTES:
            raise TaskError(f"{where}: the file is larger than {_MOST_BYTES:,} bytes")
    return bytes(found)


def _cut(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut messages that stand behind their lengths."""
    source = iter(chunks)
    rest = bytearray()
    while True:
        head = _length(rest)
        while head is None or len(rest) < sum(head):
            chunk = next(source, None)
            if chunk is None:
                if rest:
                    raise TaskError("from: the last message is not complete")
                return
            rest += chunk
            head = head or _length(rest)
        begin, size = head
        yield bytes(rest[begin : begin + size])
        del rest[: begin + size]


def _length(given: bytearray) -> tuple[int, int] | None:
    """Give how many bytes a length takes and what it is; None when it is not all there."""
    size = 0
    for at, byte in enumerate(given[:_LONGEST_LENGTH]):
        size |= (byte & 0x7F) << (7 * at)
        if byte < 0x80:  # noqa: PLR2004 (the bit that says that more follow)
            if size > _MOST_BYTES:
                break
            return at + 1, size
    if len(given) < _LONGEST_LENGTH and size <= _MOST_BYTES:
        return None
    raise TaskError(f"from: there are no messages behind their lengths, or one is larger than {_MOST_BYTES:,} bytes")

"""Every flow in the documentation parses, without warnings it does not show, and does what the marks above it say."""

from __future__ import annotations

import base64

import pytest

from conformance.installation import Installation, Wishes
from conformance.product import Start
from conformance.waiting import until
from docs.blocks import ALL, FLOWS, Block
from tiercel.model.state import State
from tiercel.source import read_yaml

KEY = base64.b64encode(bytes(32)).decode()
PAGES = sorted({block.page for block in FLOWS})


def given(block: Block) -> dict[str, object]:
    pairs = (pair for mark in block.marked("with") for pair in mark.split(", "))
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


@pytest.mark.parametrize("block", [block for block in ALL if block.language == "yaml"], ids=str)
def test_it_is_yaml(block: Block) -> None:
    assert read_yaml(block.text).violations == []


@pytest.mark.parametrize("block", FLOWS, ids=str)
async def test_a_flow_runs_as_the_page_says(block: Block) -> None:
    async with Installation.open(Wishes(encryption_key=KEY)) as product:
        for other in FLOWS:
            if other.page == block.page:
                assert [found.code for found in product.parse(other.text).violations] == other.marked("warns"), other
                await product.save(other.text)
        flow = product.parse(block.text).flow
        id_ = await product.start(Start(namespace=flow.namespace, flow_id=flow.id, inputs=given(block)))
        wanted = State((block.marked("ends") or ["SUCCESS"])[0])

        async def has_ended() -> bool:
            view = await product.view(id_)
            return view is not None and (view.execution.is_over or view.execution.state is wanted is State.PAUSED)

        assert await until(has_ended, 60)
        view = await product.view(id_)
        assert view is not None
        said = [entry.message.strip() for entry in view.logs]
        assert view.execution.state is wanted, said
        for text in block.marked("says"):
            assert text in said

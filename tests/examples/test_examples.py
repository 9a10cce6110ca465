"""Every example is valid without a warning, and does what its first line promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.installation import Installation, Wishes
from conformance.product import Start
from conformance.waiting import until
from tiercel.model.state import State

FOLDER = Path(__file__).parents[2] / "examples"
EXAMPLES = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.yaml"))}
ENDS = {"handle_errors": State.FAILED, "wait_for_approval": State.PAUSED}
SAYS = {
    "choose_a_path": "A little work",
    "dependency_graph": "orders with customers",
    "each_item": "APPLE, PEAR, PLUM",
    "gather_orders": "no orders",
    "greet_with_input": "Hello, world!",
    "handle_errors": "Failed: risky",
    "hello_world": "Hello, World!",
    "limits": "eu is served",
    "loop_2_0": "[1,4,9]",
    "parallel_branches": "left and right",
    "parent": "The child said: Hello, parent!",
    "python_script": "19.75 EUR",
    "retry_until_it_works": "It worked in the end",
    "scripts_share_files": "apple, pear, plum",
    "split_a_file": "2 parts, 19 bytes",
}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_example_runs_as_it_says(name: str) -> None:
    async with Installation.open(Wishes()) as product:
        for other, source in EXAMPLES.items():
            assert not product.parse(source).violations, other
            await product.save(source)
        flow = product.parse(EXAMPLES[name]).flow
        id_ = await product.start(Start(namespace=flow.namespace, flow_id=flow.id))
        wanted = ENDS.get(name, State.SUCCESS)

        async def has_ended() -> bool:
            view = await product.view(id_)
            return view is not None and (view.execution.is_over or view.execution.state is wanted is State.PAUSED)

        assert await until(has_ended, 60)
        view = await product.view(id_)
        assert view is not None
        assert view.execution.state is wanted
        if name in SAYS:
            assert SAYS[name] in [entry.message for entry in view.logs]

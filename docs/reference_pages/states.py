"""The page of states: what follows what."""

from __future__ import annotations

from collections.abc import Mapping

from reference_pages.writing import code, preamble, table, words
from tiercel.model.state import EXECUTION_TRANSITIONS, TASK_RUN_TRANSITIONS, TERMINAL, State


def states_page() -> str:
    """The tables of transitions as diagrams and in full."""
    texts = words("states")
    parts = [
        preamble("states"),
        table(
            ("State", "", "Meaning"),
            ((code(state), "end" if state in TERMINAL else "", texts.get(state, "")) for state in State),
        ),
    ]
    for title, transitions in (("a task run", TASK_RUN_TRANSITIONS), ("an execution", EXECUTION_TRANSITIONS)):
        live = {state: after for state, after in transitions.items() if state not in TERMINAL}
        ended = {state: after for state, after in transitions.items() if state in TERMINAL}
        parts += [f"## On the way: {title}", _diagram(live, starts=True)]
        parts += [f"## After the end of {title}", texts[f"after {title}"], _diagram(ended, starts=False)]
    return "\n\n".join(parts)


def _diagram(transitions: Mapping[State, frozenset[State]], *, starts: bool) -> str:
    lines = ["    [*] --> CREATED"] if starts else []
    order = list(State)
    for state in sorted(transitions, key=order.index):
        lines += [f"    {state} --> {after}" for after in sorted(transitions[state], key=order.index)]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])

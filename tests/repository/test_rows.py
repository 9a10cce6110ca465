"""Rows of records that Hypothesis makes up give the same records back."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from tiercel.model.dialect import Dialect
from tiercel.model.execution import Attempt, Execution, ExecutionKind, ExecutionTrigger, Iteration, TaskRun
from tiercel.model.state import State
from tiercel.repository import executions, task_runs
from tiercel.repository.codec import from_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBER = st.integers(0, 2**53)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(TEXT, JSON, max_size=3)
HISTORY = st.lists(st.tuples(st.sampled_from(State), NUMBER), min_size=1, max_size=4)
ITERATION: st.SearchStrategy[Iteration] = st.deferred(
    lambda: st.builds(
        Iteration, index=NUMBER, value=JSON, key=st.none() | TEXT, parents=st.lists(ITERATION, max_size=1)
    )
)
EXECUTION_FIELDS = {
    "id": TEXT,
    "namespace": TEXT,
    "flow_id": TEXT,
    "revision": NUMBER,
    "dialect": st.sampled_from(Dialect),
    "state": st.sampled_from(State),
    "history": HISTORY,
    "shard": st.integers(0, 63),
    "inputs": FIELDS,
    "outputs": st.none() | FIELDS,
    "variables": FIELDS,
    "labels": st.lists(st.tuples(TEXT, TEXT), max_size=3),
    "trigger": st.none() | st.builds(ExecutionTrigger, id=TEXT, type=TEXT, variables=FIELDS),
    "parent_id": st.none() | TEXT,
    "parent_task_run_id": st.none() | TEXT,
    "loop_task_id": st.none() | TEXT,
    "iteration": st.none() | ITERATION,
    "original_id": st.none() | TEXT,
    "kind": st.sampled_from(ExecutionKind),
    "attempt_number": NUMBER,
    "original_created_at": NUMBER,
    "scheduled_at": st.none() | NUMBER,
    "breakpoints": st.lists(TEXT, max_size=2),
    "is_over": st.booleans(),
    "is_deleted": st.booleans(),
    "version": NUMBER,
    "error": st.none() | TEXT,
    "notes": FIELDS,
}
ATTEMPTS = st.builds(Attempt, history=HISTORY, worker_id=st.none() | TEXT, log_file=st.none() | TEXT)
TASK_RUN_FIELDS = {
    "id": TEXT,
    "execution_id": TEXT,
    "task_id": TEXT,
    "number": NUMBER,
    "parent_id": st.none() | TEXT,
    "section": TEXT,
    "value": st.none() | TEXT,
    "iteration": st.none() | NUMBER,
    "state": st.sampled_from(State),
    "history": HISTORY,
    "attempts": st.lists(ATTEMPTS, max_size=2),
    "outputs": st.none() | FIELDS,
    "outputs_uri": st.none() | TEXT,
    "is_dynamic": st.booleans(),
    "token": NUMBER,
    "items": st.none() | TEXT,
    "retry_at": st.none() | NUMBER,
    "notes": FIELDS,
}


def test_no_field_is_left_out() -> None:
    assert set(Execution.__struct_fields__) == set(EXECUTION_FIELDS)
    assert set(TaskRun.__struct_fields__) == set(TASK_RUN_FIELDS)


@settings(max_examples=60)
@given(st.builds(Execution, **EXECUTION_FIELDS))
def test_an_execution_comes_back(execution: Execution) -> None:
    row = executions.to_row(execution)
    assert len(row) == len(executions.COLUMNS)
    assert all(type(value) in {str, int, type(None)} for value in row)
    assert executions.from_row(row) == execution


@settings(max_examples=60)
@given(st.builds(TaskRun, **TASK_RUN_FIELDS))
def test_a_task_run_comes_back(task_run: TaskRun) -> None:
    row = task_runs.to_row(task_run)
    assert len(row) == len(task_runs.COLUMNS)
    outputs = {key: from_json(value) for _, key, value in task_runs.output_rows([task_run])}
    assert task_runs.from_row(row, outputs) == task_run

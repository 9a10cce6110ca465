"""One task replaced, everything else as it was."""

from __future__ import annotations

import pytest

from tiercel.source import read_yaml
from tiercel.source.splicing import replace_task

FLOW = """\
# Ünë heading
id: a
inputs:
  - {id: first, type: STRING}
tasks:
  - id: first
    type: x.Log   # which kind
    message: |
      some
      text

  # about the second
  - id: second
    type: x.Group
    tasks:
    - id: inner
      type: x.Log  # tail
    - {id: last, type: x.Log, message: "ü"}
errors: []
"""


def replaced(task_id: str, text: str) -> str | None:
    return replace_task(read_yaml(FLOW), task_id, read_yaml(text))


def test_a_block_takes_the_place_of_a_block() -> None:
    new = "id: first\ntype: x.Return\nformat: |\n  one\n\n  two\n"
    wanted = FLOW.replace(
        "  - id: first\n    type: x.Log   # which kind\n    message: |\n      some\n      text\n",
        "  - id: first\n    type: x.Return\n    format: |\n      one\n\n      two\n",
    )
    assert replaced("first", new) == wanted


def test_a_comment_behind_it_stays_a_comment() -> None:
    text = replaced("inner", "  id: inner\n  type: x.Log\n  message: |\n    hi\n")
    assert text is not None
    assert read_yaml(text).data["tasks"][1]["tasks"] == [
        {"id": "inner", "type": "x.Log", "message": "hi\n"},
        {"id": "last", "type": "x.Log", "message": "ü"},
    ]
    assert "# tail" in text
    assert "# about the second" in text


def test_between_brackets_it_is_one_line() -> None:
    text = replaced("last", "id: last\ntype: x.Log\nmessage: |\n  a\n  b\n")
    assert text == FLOW.replace(
        '{id: last, type: x.Log, message: "ü"}', r'{"id":"last","type":"x.Log","message":"a\nb\n"}'
    )


@pytest.mark.parametrize("task_id", ["absent", "a", ""])
def test_what_is_no_task_is_not_found(task_id: str) -> None:
    assert replaced(task_id, "id: a\ntype: x.Y") is None

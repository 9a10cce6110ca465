from __future__ import annotations

import pytest

from tiercel.cli.client import input_parts
from tiercel.errors import InvalidError


def test_inputs_are_parts(tmp_path):
    (tmp_path / "data.txt").write_bytes(b"content")
    parts = input_parts({"name": "Ana", "file": f"@{tmp_path}/data.txt"})
    assert parts == [("name", (None, b"Ana")), ("file", ("data.txt", b"content"))]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidError) as caught:
        input_parts({"n": f"@{tmp_path}/nothere"})
    (found,) = caught.value.violations
    assert found.path == "--input"
    assert found.message == f"the file '{tmp_path}/nothere' for n cannot be read: No such file or directory"
    assert "path of a file" in found.hint


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InvalidError, match="Is a directory"):
        input_parts({"n": f"@{tmp_path}"})

"""What a file shows of itself, told by its first bytes."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import parquet

from tiercel.errors import InvalidError
from tiercel.operations.previews import MOST_BYTES, Preview, PreviewKind, media_type_of, preview_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def shown(content: bytes, name: str = "a.bin", *, rows: int = 10, encoding: str = "UTF-8") -> Preview:
    return preview_of(name, len(content), io.BytesIO(content), rows, encoding)


@pytest.mark.parametrize(
    ("beginning", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg><script>", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_only_images_and_documents_are_shown_by_a_browser(beginning: bytes, media_type: str | None) -> None:
    assert media_type_of(beginning) == media_type


def test_an_image_is_whole_or_absent() -> None:
    assert shown(PNG).kind is PreviewKind.IMAGE
    assert shown(PNG).content == PNG
    large = shown(PNG + b"\x00" * MOST_BYTES)
    assert (large.content, large.is_cut) == (b"", True)
    assert shown(b"%PDF-1.7 x").kind is PreviewKind.PDF


def test_a_text_is_cut_at_its_lines() -> None:
    assert shown(b"one\ntwo\nthree\n", "a.txt", rows=2).lines == ["one", "two"]
    assert shown(b"one\ntwo\n", "a.txt", rows=2).is_cut is False
    assert shown("é".encode("latin-1"), encoding="latin-1").lines == ["é"]
    with pytest.raises(InvalidError, match="'klingon' is no encoding"):
        shown(b"a", encoding="klingon")


def test_other_bytes_have_no_preview() -> None:
    assert shown(b"\x7fELF\x00\x01").kind is PreviewKind.BINARY
    assert shown("aé".encode("utf-16"), encoding="utf-16").lines == ["aé"]


def test_a_parquet_file_shows_its_first_rows() -> None:
    table = pa.table(
        {
            "n": list(range(20)),
            "at": [datetime(2026, 1, 1, tzinfo=UTC)] * 20,
            "price": [Decimal("1.50")] * 20,
            "raw": [b"\x00\x01"] * 20,
        }
    )
    file = io.BytesIO()
    parquet.write_table(table, file)
    found = shown(file.getvalue(), "a.parquet", rows=2)
    assert found.kind is PreviewKind.TABLE
    assert found.is_cut
    assert [row["n"] for row in found.rows] == [0, 1]
    assert found.rows[0] | {"n": 0} == {"n": 0, "at": "2026-01-01T00:00:00Z", "price": "1.50", "raw": "AAE="}


def test_a_broken_parquet_file_is_just_bytes() -> None:
    assert shown(b"PAR1 and nothing that is a table PAR1").kind is PreviewKind.BINARY

"""Compressed files, archives and encrypted files, checked against the tools of the system."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from groups.conftest import Run
from tiercel.plugins import TaskError
from tiercel.tasks.compress import bounds
from tiercel.testing.memory_host import MemoryHost

COMPRESSIONS = ["BROTLI", "BZIP2", "DEFLATE", "GZIP", "LZ4FRAME", "LZMA", "XZ", "ZSTD"]
CONTENT = b"one\ntwo\n" * 1000


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("TEST_TIERCEL_ALL"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_file_is_compressed_and_comes_back(run: Run, host: MemoryHost, compression: str) -> None:
    there = run("compress.FileCompress", from_=host.put("a.csv", CONTENT), compression=compression)
    assert len(host.files[there["uri"]]) < len(CONTENT) / 10
    back = run("compress.FileDecompress", from_=there["uri"], compression=compression)
    assert host.files[back["uri"]] == CONTENT
    assert back["uri"].endswith(".csv")


@pytest.mark.parametrize(
    ("compression", "name"), [("GZIP", "gzip"), ("XZ", "xz"), ("ZSTD", "zstd"), ("LZ4FRAME", "lz4")]
)
def test_other_tools_read_what_is_compressed(run: Run, host: MemoryHost, compression: str, name: str) -> None:
    out = run("compress.FileCompress", from_=host.put("a", CONTENT), compression=compression)
    done = subprocess.run([tool(name), "-dc"], input=host.files[out["uri"]], capture_output=True, check=True)
    assert done.stdout == CONTENT


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_damaged_file_is_refused(run: Run, host: MemoryHost, compression: str) -> None:
    there = run("compress.FileCompress", from_=host.put("a", os.urandom(5000)), compression=compression)
    for damaged in (host.files[there["uri"]][:2000], b"something else entirely"):
        with pytest.raises(TaskError, match="cannot be decompressed"):
            run("compress.FileDecompress", from_=host.put("b", damaged), compression=compression)


def test_what_is_not_available_is_named(run: Run, host: MemoryHost) -> None:
    with pytest.raises(TaskError, match="SNAPPY is not available; BROTLI"):
        run("compress.FileCompress", from_=host.put("a", b"x"), compression="SNAPPY")
    with pytest.raises(TaskError, match="ARJ is not available; AR"):
        run("compress.ArchiveDecompress", from_=host.put("a", b"x"), algorithm="ARJ")


@pytest.mark.parametrize("compression", ["GZIP", "DEFLATE", "ZSTD", "XZ"])
def test_a_bomb_is_refused(run: Run, host: MemoryHost, monkeypatch: pytest.MonkeyPatch, compression: str) -> None:
    monkeypatch.setattr(bounds, "_ALWAYS_BYTES", 1000)
    there = run("compress.FileCompress", from_=host.put("a", bytes(500_000)), compression=compression)
    with pytest.raises(TaskError, match="more than 200 times its size"):
        run("compress.FileDecompress", from_=there["uri"], compression=compression)


@pytest.mark.parametrize("compression", [None, "GZIP", "ZSTD"])
@pytest.mark.parametrize("algorithm", ["AR", "CPIO", "JAR", "TAR", "ZIP"])
def test_an_archive_comes_back(run: Run, host: MemoryHost, algorithm: str, compression: str | None) -> None:
    contents = {"a.csv": CONTENT, "folder/with a long name/b.bin": bytes(range(256)) + b"x", "empty": b""}
    files = {name: host.put(f"in-{index}", content) for index, (name, content) in enumerate(contents.items())}
    how = {"algorithm": algorithm, **({"compression": compression} if compression else {})}
    there = run("compress.ArchiveCompress", from_=files, **how)
    back = run("compress.ArchiveDecompress", from_=there["uri"], **how)
    found = {name: host.files[uri] for name, uri in back["files"].items()}
    found.pop("META-INF/MANIFEST.MF", None)
    assert found == contents
    assert not list(host.directory.with_name("work-temporary").iterdir())


def test_the_files_of_an_archive_may_be_json(run: Run, host: MemoryHost) -> None:
    uri = host.put("a", b"1")
    there = run("compress.ArchiveCompress", from_=f'{{"x": "{uri}"}}', algorithm="ZIP")
    assert zipfile.ZipFile(io.BytesIO(host.files[there["uri"]])).read("x") == b"1"
    with pytest.raises(TaskError, match="must be a map"):
        run("compress.ArchiveCompress", from_=uri, algorithm="ZIP")


@pytest.mark.parametrize(
    ("algorithm", "command"),
    [
        ("TAR", ["tar", "-xOf", "-", "a.txt"]),
        ("AR", ["ar", "p", "archive", "a.txt"]),
        ("ZIP", ["unzip", "-p", "archive"]),
    ],
)
def test_other_tools_read_an_archive(run: Run, host: MemoryHost, algorithm: str, command: list[str]) -> None:
    there = run("compress.ArchiveCompress", from_={"a.txt": host.put("a", CONTENT)}, algorithm=algorithm)
    archive = host.directory / "archive"
    archive.write_bytes(host.files[there["uri"]])
    with archive.open("rb") as given:
        done = subprocess.run(
            [tool(command[0]), *command[1:]], stdin=given, cwd=host.directory, capture_output=True, check=True
        )
    assert done.stdout == CONTENT


def test_an_archive_of_ar_itself(run: Run, host: MemoryHost) -> None:
    (host.directory / "short").write_bytes(b"odd")
    (host.directory / "a-name-longer-than-fits").write_bytes(b"even")
    made = host.directory / "made.a"
    subprocess.run([tool("ar"), "rc", made.name, "short", "a-name-longer-than-fits"], cwd=host.directory, check=True)
    out = run("compress.ArchiveDecompress", from_=host.put("made.a", made.read_bytes()), algorithm="AR")
    found = {name: host.files[uri] for name, uri in out["files"].items()}
    assert found == {"short": b"odd", "a-name-longer-than-fits": b"even"}


def tar_of(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry, io.BytesIO(b""))
    return buffer.getvalue()


def zip_of(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/etc/passwd", "..\\out", "C:\\out", "C:/out"])
def test_names_that_lead_out_of_an_archive_are_refused(run: Run, host: MemoryHost, name: str) -> None:
    for algorithm, content in (("TAR", tar_of(name)), ("ZIP", zip_of(name))):
        uri = host.put("bad", content)
        before = set(host.files)
        with pytest.raises(TaskError, match="leads out of it"):
            run("compress.ArchiveDecompress", from_=uri, algorithm=algorithm)
        assert set(host.files) == before
    with pytest.raises(TaskError, match="leads out of it"):
        run("compress.ArchiveCompress", from_={name: host.put("a", b"")}, algorithm="ZIP")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_only_files_are_taken_from_an_archive(run: Run, host: MemoryHost, kind: bytes) -> None:
    out = run("compress.ArchiveDecompress", from_=host.put("a.tar", tar_of("x", kind)), algorithm="TAR")
    assert out["files"] == {}


@pytest.mark.parametrize("algorithm", ["AR", "CPIO", "TAR", "ZIP"])
def test_something_else_is_no_archive(run: Run, host: MemoryHost, algorithm: str) -> None:
    with pytest.raises(TaskError, match=f"not a {algorithm} archive"):
        run("compress.ArchiveDecompress", from_=host.put("a", b"something else " * 100), algorithm=algorithm)


KEY: dict[str, Any] = {"password": "s3cret"}
DERIVATIONS: list[dict[str, Any]] = [
    {"iterations": 1000},
    {"keyDerivation": "PBKDF2_SHA512", "iterations": 1000},
    {"keyDerivation": "ARGON2ID", "memory": 64, "argon2TimeCost": 1},
    {"keyDerivation": "SCRYPT", "memory": 16},
]


@pytest.mark.parametrize("how", DERIVATIONS)
def test_a_file_is_encrypted_and_comes_back(run: Run, host: MemoryHost, how: dict[str, Any]) -> None:
    there = run("compress.FileEncrypt", from_=host.put("a", CONTENT), **KEY, **how)
    sealed = host.files[there["uri"]]
    assert b"one\ntwo" not in sealed
    back = run("compress.FileDecrypt", from_=there["uri"], iterations=1000, **KEY)
    assert host.files[back["uri"]] == CONTENT
    with pytest.raises(TaskError, match="password"):
        run("compress.FileDecrypt", from_=there["uri"], iterations=1000, **{**KEY, "password": "another"})
    if "keyDerivation" in how:
        changed = sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:]
        with pytest.raises(TaskError, match="it was changed"):
            run("compress.FileDecrypt", from_=host.put("b", changed), **KEY)


def test_openssl_decrypts_a_file(run: Run, host: MemoryHost, tmp_path: Path) -> None:
    there = run("compress.FileEncrypt", from_=host.put("a", CONTENT), iterations=10_000, **KEY)
    sealed = tmp_path / "sealed"
    sealed.write_bytes(host.files[there["uri"]])
    command = [tool("openssl"), "enc", "-d", "-aes-256-cbc", "-pbkdf2", "-iter", "10000", "-pass", "pass:s3cret"]
    done = subprocess.run([*command, "-in", str(sealed)], capture_output=True, check=True)
    assert done.stdout == CONTENT


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"iterations": 1}, "iterations must be"),
        ({"keyDerivation": "SCRYPT", "memory": 3}, "out of bounds"),
        ({"keyDerivation": "ARGON2ID", "memory": 2_000_000}, "memory must be"),
    ],
)
def test_costs_out_of_bounds(run: Run, host: MemoryHost, how: dict[str, Any], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("compress.FileEncrypt", from_=host.put("a", b"x"), **KEY, **how)

from __future__ import annotations

import base64
import shlex
import subprocess

import pytest

from tiercel.cli.keys import encryption_key_of
from tiercel.errors import InvalidError
from tiercel.operations.encryption import MAKE_KEY, encrypt
from tiercel.operations.settings import EncryptionSettings, Settings


def key_of(text):
    return encryption_key_of(Settings(encryption=EncryptionSettings(secret_key=text)))


@pytest.mark.parametrize("size_bytes", [16, 24, 32])
def test_keys_of_three_sizes_are_taken(size_bytes):
    assert key_of(base64.b64encode(bytes(size_bytes)).decode()) == bytes(size_bytes)


SHORT = base64.b64encode(bytes(7)).decode()


@pytest.mark.parametrize(("text", "problem"), [("k!", "is not base64"), (SHORT, "has 7 bytes")])
def test_another_key_is_refused_with_a_command_that_makes_one(text, problem):
    with pytest.raises(InvalidError) as caught:
        key_of(text)
    (found,) = caught.value.violations
    assert found.path == "encryption.secret_key"
    assert found.message == f"must be 16, 24 or 32 random bytes in base64, but {problem}"
    assert found.hint == f"This makes one: {MAKE_KEY}"


def test_the_command_makes_a_key():
    done = subprocess.run(shlex.split(MAKE_KEY), capture_output=True, text=True, check=True)
    assert len(key_of(done.stdout.strip())) == 32


def test_a_secret_without_a_key_is_told_how_to_make_one():
    with pytest.raises(InvalidError) as caught:
        encrypt(None, "hush")
    assert MAKE_KEY in str(caught.value)
    assert "hush" not in str(caught.value)

from __future__ import annotations

import base64

from tiercel.operations.secrets import Secrets


def test_secrets_come_from_the_process_environment():
    encoded = base64.b64encode(b"s3cret").decode()
    secrets = Secrets.from_process_environment({"SECRET_API_KEY": encoded, "SECRET_PLAIN": "not base64!", "PATH": "/"})
    assert secrets.names() == ["API_KEY", "PLAIN"]
    assert secrets.find("api_key") == "s3cret"
    assert secrets.find("PLAIN") == "not base64!"
    assert secrets.find("other") is None


def test_secrets_are_masked_in_every_encoding():
    secrets = Secrets({"a": "p@ss word"})
    for text in ("p@ss word", base64.b64encode(b"p@ss word").decode(), "p%40ss%20word"):
        assert secrets.mask(f"x {text} y") == "x ****** y"


def test_the_longest_secret_is_masked_first():
    assert Secrets({"a": "abc", "b": "abcdef"}).mask("abcdef abc") == "****** ******"


def test_a_letter_is_no_secret():
    assert Secrets({"a": "x"}).mask("xyz") == "xyz"

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from tiercel.operations.secrets import Secrets


def test_secrets_come_from_the_process_environment() -> None:
    encoded = base64.b64encode(b"s3cret").decode()
    secrets = Secrets.from_process_environment({"SECRET_API_KEY": encoded, "SECRET_PLAIN": "not base64!", "PATH": "/"})
    assert secrets.names() == ["API_KEY", "PLAIN"]
    assert secrets.find("api_key") == "s3cret"
    assert secrets.find("PLAIN") == "not base64!"
    assert secrets.find("other") is None


@pytest.mark.parametrize(
    "form",
    [
        lambda secret: secret,
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
        lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
        quote,
        lambda secret: quote(secret, safe=""),
        quote_plus,
        lambda secret: json.dumps(secret)[1:-1],
        lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    ],
)
@pytest.mark.parametrize("secret", ["p@ss word", 'quo"te\\back', "two\nlines", "ümläut/+?>~", "plain"])
def test_secrets_are_masked_in_every_encoding(form: Callable[[str], str], secret: str) -> None:
    assert Secrets({"a": secret}).mask(f"x {form(secret)} y") == "x ****** y"


@pytest.mark.parametrize("around", [("", "x"), ("u:", ""), ("us:", "x"), ("use:", "xy"), ("user:", "")])
def test_secrets_are_masked_inside_longer_texts_in_base64(around: tuple[str, str]) -> None:
    encoded = base64.b64encode("longer secret".join(around).encode()).decode()
    masked = Secrets({"a": "longer secret"}).mask(encoded)
    assert "******" in masked
    assert len(masked) <= len("******") + 12  # what is around the secret is left


def test_the_longest_secret_is_masked_first() -> None:
    assert Secrets({"a": "abc", "b": "abcdef"}).mask("abcdef abc") == "****** ******"


def test_a_letter_is_no_secret() -> None:
    assert Secrets({"a": "x"}).mask("xyz") == "xyz"

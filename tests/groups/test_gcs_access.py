"""Whom tasks of Google Cloud Storage say they are, against servers that note what they are asked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from groups.conftest import Run
from tasks.web_server import WebServer
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost

ACCOUNT = "reports@company.iam.gserviceaccount.com"
AUDIENCE = "https://oauth2.googleapis.com/token"
LISTED = (200, {"Content-Type": "application/json"}, b'{"kind": "storage#objects"}')


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def key(private_key: rsa.RSAPrivateKey, server: WebServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    server.answers["/storage/v1/b/orders/o"] = LISTED
    token = json.dumps({"access_token": "given-token", "expires_in": 3600, "token_type": "Bearer"})
    server.answers["/token"] = (200, {"Content-Type": "application/json"}, token.encode())
    form = serialization.PrivateFormat.PKCS8
    pem = private_key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return {
        "type": "service_account",
        "project_id": "company",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "client_email": ACCOUNT,
        "token_uri": f"{server.url}/token",
    }


def test_a_key_is_exchanged_for_a_token(
    run: Run, key: dict[str, Any], private_key: rsa.RSAPrivateKey, server: WebServer, host: MemoryHost
) -> None:
    run("gcp.gcs.List", from_="gs://orders", serviceAccount=json.dumps(key), scopes=["a", "b"])
    asked, listed = server.requests
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = private_key.public_key().public_bytes(serialization.Encoding.PEM, form)
    sent = parse_qs(asked["body"])["assertion"][0]
    claims: dict[str, str] = jwt.decode(sent, certs=public, audience=AUDIENCE)  # type: ignore[no-untyped-call]
    assert (claims["iss"], claims["scope"]) == (ACCOUNT, "a b")
    assert listed["headers"]["authorization"] == "Bearer given-token"
    assert ("http.check", {"host": "127.0.0.1", "address": "127.0.0.1"}) in host.calls


def test_the_place_for_tokens_must_be_allowed(
    run: Run, key: dict[str, Any], server: WebServer, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = host.call

    def call(operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "http.check":
            raise TaskError("that address is not allowed")
        return allowed(operation, arguments)

    monkeypatch.setattr(host, "call", call)
    with pytest.raises(TaskError, match="not allowed"):
        run("gcp.gcs.List", from_="gs://orders", serviceAccount=json.dumps(key))
    assert server.requests == []


def test_the_project_is_that_of_the_key_unless_another_is_named(
    run: Run, key: dict[str, Any], server: WebServer
) -> None:
    server.answers["/storage/v1/b/orders"] = (404, {}, b"{}")
    server.answers["/storage/v1/b"] = (200, {"Content-Type": "application/json"}, b'{"name": "orders"}')
    run("gcp.gcs.CreateBucket", name="orders", serviceAccount=json.dumps(key))
    assert "project=company&" in server.requests[-1]["path"]
    run("gcp.gcs.CreateBucket", name="orders", serviceAccount=json.dumps(key), projectId="other")
    assert "project=other&" in server.requests[-1]["path"]


def test_a_refused_key_is_told_without_its_secret(run: Run, key: dict[str, Any], server: WebServer) -> None:
    refusal = json.dumps({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}).encode()
    server.answers["/token"] = (400, {"Content-Type": "application/json"}, refusal)
    with pytest.raises(TaskError, match=r"credentials do not serve: .*Invalid JWT Signature") as raised:
        run("gcp.gcs.List", from_="gs://orders", serviceAccount=json.dumps(key))
    assert "PRIVATE" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "external_account"}, "`type` is to be one of service_account and authorized_user"),
        ({"private_key": "broken-secret"}, "serviceAccount holds a key that cannot be read"),
        ({"client_email": None}, "missing fields client_email"),
        ({"token_uri": "file:///etc/passwd"}, "`token_uri` of serviceAccount is not an address"),
        ({"universe_domain": "example.com"}, "universe"),
    ],
)
def test_what_is_no_key_is_refused(
    run: Run, key: dict[str, Any], server: WebServer, change: dict[str, Any], message: str
) -> None:
    written = {name: value for name, value in {**key, **change}.items() if value is not None}
    with pytest.raises(TaskError, match=message) as raised:
        run("gcp.gcs.List", from_="gs://orders", serviceAccount=json.dumps(written))
    assert "secret" not in str(raised.value)
    assert server.requests == []


@pytest.mark.parametrize("text", ["", "not json", "[]", "12"])
def test_a_key_is_a_map(run: Run, text: str) -> None:
    with pytest.raises(TaskError, match="not the JSON of a key"):
        run("gcp.gcs.List", from_="gs://orders", serviceAccount=text)


def test_another_account_is_taken_on(
    run: Run, key: dict[str, Any], server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "other@company.iam.gserviceaccount.com"
    monkeypatch.setattr(
        "google.auth.iam._IAM_ENDPOINT",
        server.url + "/iam/{}:generateAccessToken",
    )
    given = json.dumps({"accessToken": "taken-on", "expireTime": "2999-01-01T00:00:00Z"}).encode()
    server.answers[f"/iam/{name}:generateAccessToken"] = (200, {"Content-Type": "application/json"}, given)
    run("gcp.gcs.List", from_="gs://orders", serviceAccount=json.dumps(key), impersonatedServiceAccount=name)
    asked, listed = server.requests[-2:]
    assert asked["headers"]["authorization"] == "Bearer given-token"
    assert listed["headers"]["authorization"] == "Bearer taken-on"


def test_former_versions_are_named_when_they_are_deleted(run: Run, key: dict[str, Any], server: WebServer) -> None:
    items = [{"name": "a", "generation": str(number), "size": "3"} for number in (1, 2)]
    server.answers["/storage/v1/b/orders/o"] = (
        200,
        {"Content-Type": "application/json"},
        json.dumps({"items": items}).encode(),
    )
    written = json.dumps(key)
    out = run("gcp.gcs.DeleteList", from_="gs://orders", allVersions=True, serviceAccount=written)
    assert out == {"count": 2, "size": 6}
    assert "versions=True" in server.requests[1]["path"]
    gone = [one["path"] for one in server.requests if one["method"] == "DELETE"]
    assert [path.partition("?")[2].split("&")[0] for path in gone] == ["generation=1", "generation=2"]
    server.requests.clear()
    run("gcp.gcs.DeleteList", from_="gs://orders", serviceAccount=written)
    assert not any("generation" in one["path"] for one in server.requests if one["method"] == "DELETE")

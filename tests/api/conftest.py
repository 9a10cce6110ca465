from __future__ import annotations

from contextlib import asynccontextmanager

import httpx
import pytest
from argon2 import PasswordHasher

from api.promises import keep
from api.users import PASSWORD, guarding
from tiercel.cli.wiring import open_installation
from tiercel.operations import passwords
from tiercel.operations.settings import Settings

SECRETS = {"SECRET_TOKEN": "aHVzaC1odXNo"}  # hush-hush
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOBODYS = QUICK.hash("the password of nobody")


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch):
    """Verify passwords as ever, but without the tenth of a second that each is meant to take."""
    monkeypatch.setattr(passwords, "_hasher", lambda: QUICK)
    monkeypatch.setattr(passwords, "_nobodys_hash", lambda: NOBODYS)


@pytest.fixture
def open_server(tmp_path):
    """Everything in this process, with a client on it."""

    @asynccontextmanager
    async def opened(settings=None, *, is_open=True):
        settings = settings or Settings(home=str(tmp_path / "home"))
        async with open_installation(settings, SECRETS, is_durable=False, is_discovering=False) as installation:
            transport = httpx.ASGITransport(app=installation.application(is_open=is_open), raise_app_exceptions=False)
            hooks = {"response": [keep]}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8080", event_hooks=hooks
            ) as client:
                client.installation = installation
                yield client

    return opened


@pytest.fixture(scope="session")
def password_hash():
    return QUICK.hash(PASSWORD)


@pytest.fixture
def guarded(open_server, password_hash):
    """A server with a user of each kind."""
    return guarding(open_server, password_hash)


@pytest.fixture
async def client(open_server):
    async with open_server() as client:
        yield client


@pytest.fixture
def save(client):
    async def save(source, **query):
        response = await client.post(
            "/api/v1/main/flows", content=source, params=query, headers={"content-type": "application/x-yaml"}
        )
        assert response.status_code == 200, response.text
        return response.json()

    return save


@pytest.fixture
def start(client):
    async def start(flow_id, namespace="dev", *, files=None, **query):
        query.setdefault("wait", "true")
        response = await client.post(f"/api/v1/main/executions/{namespace}/{flow_id}", params=query, files=files)
        assert response.status_code == 200, response.text
        return response.json()

    return start

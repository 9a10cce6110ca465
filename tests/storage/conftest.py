from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import boto3
import pytest
from moto.server import ThreadedMotoServer

S3: TypeAlias = Any  # a client that is made as the program runs, of a library without types
KEYS = {"access_key_id": "somebody", "secret_access_key": "something", "region": "us-east-1"}


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A server that speaks S3, on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="session")
def s3(s3_endpoint: str) -> S3:
    """A client of another make, to look at what is really there."""
    return boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        aws_access_key_id=KEYS["access_key_id"],
        aws_secret_access_key=KEYS["secret_access_key"],
        region_name=KEYS["region"],
    )

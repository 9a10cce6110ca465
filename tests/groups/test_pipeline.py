"""The example that goes through all groups, against a real database, a server of S3 and a web server."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pyarrow import parquet

from sql.servers import Server, postgres_server
from tasks.web_server import WebServer
from tiercel.testing.flows import run_flow

EXAMPLE = Path(__file__).parents[2] / "examples" / "pipelines" / "orders_report.yaml"
ORDERS = "id;customer;amount\n1; ana ;12,50\n2;ben;7,25\n3;;1,00\n4;ANA;0,50\n"


@pytest.fixture
def postgres() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


def test_orders_become_a_report(postgres: Server, server: WebServer) -> None:
    server.answers["/orders.csv"] = (200, {"Content-Type": "text/csv"}, ORDERS.encode())
    s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    s3.start()
    address = "http://{}:{}".format(*s3.get_host_and_port())
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=address, **keys)
    client.create_bucket(Bucket="reports")
    secrets = {
        "PG_PASSWORD": postgres.login["password"],
        "S3_KEY": "k3y-of-s3",
        "S3_SECRET": "s3cret-of-s3",
        "CHAT_WEBHOOK": f"{server.url}/chat",
    }
    inputs = {"csv": f"{server.url}/orders.csv", "database": postgres.login["url"], "s3": address}
    try:
        ended = run_flow(EXAMPLE.read_text(), inputs, secrets=secrets)
        assert ended.state == "SUCCESS", ended.messages()
        body = client.get_object(Bucket="reports", Key=str(ended.outputs["report"]))["Body"]
        with body:
            rows = parquet.read_table(io.BytesIO(body.read())).to_pylist()
    finally:
        client.close()
        s3.stop()
    assert rows == [
        {"customer": "Ana", "orders": 2, "total": 13.0},
        {"customer": "Ben", "orders": 1, "total": 7.25},
    ]
    told = next(request for request in server.requests if request["path"] == "/chat")
    assert json.loads(told["body"])["text"] == (
        f"3 orders of 2 customers are in reports/{ended.outputs['report']}; 1 lines were dropped"
    )
    assert not [line for line in ended.messages() if any(secret in line for secret in secrets.values())]

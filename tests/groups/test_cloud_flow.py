"""A flow that moves a file from cloud to cloud, on the real engine and against servers of both."""

from __future__ import annotations

import json

from azure.storage.blob import BlobServiceClient
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.cloud import storage

from groups.azurite import ACCOUNT, KEY, azurite
from groups.gcs_server import gcs_server
from tasks.web_server import WebServer
from tiercel.testing.flows import run_flow

FLOW = """
id: clouds
namespace: company.team
tasks:
  - id: write
    type: io.kestra.plugin.core.storage.Write
    content: "id;amount"
    extension: .csv
  - id: to_google
    type: io.kestra.plugin.gcp.gcs.Upload
    serviceAccount: "{{ secret('GCP_KEY') }}"
    from: "{{ outputs.write.uri }}"
    to: gs://orders/in/orders.csv
  - id: from_google
    type: io.kestra.plugin.gcp.gcs.Downloads
    serviceAccount: "{{ secret('GCP_KEY') }}"
    from: gs://orders/in/
    action: MOVE
    moveDirectory: gs://orders/done/
    validateChecksum: true
  - id: to_azure
    type: io.kestra.plugin.azure.storage.blob.Upload
    connectionString: "{{ secret('AZURE_CONNECTION') }}"
    container: orders
    from: "{{ outputs.from_google.outputFiles }}"
    name: "{{ flow.namespace }}"
  - id: wrong_key
    type: io.kestra.plugin.azure.storage.blob.List
    connectionString: "{{ secret('AZURE_CONNECTION') }}broken"
    container: orders
    allowFailure: true
outputs:
  - id: blob
    type: STRING
    value: "{{ outputs.to_azure.blob.name }}"
"""


def key_of(server: WebServer) -> str:
    """Make a key of a service account that is exchanged at a server of ours."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    pem = private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    told = {"type": "service_account", "project_id": "company", "client_email": "a@example.com"}
    token = json.dumps({"access_token": "t0ken-of-google", "expires_in": 3600})
    server.answers["/token"] = (200, {"Content-Type": "application/json"}, token.encode())
    return json.dumps({**told, "private_key": pem.decode(), "token_uri": f"{server.url}/token"})


def test_a_file_goes_from_cloud_to_cloud(server: WebServer) -> None:
    with gcs_server(), azurite() as address, storage.Client() as google:
        connection = f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={address};"
        secrets = {"GCP_KEY": key_of(server), "AZURE_CONNECTION": connection}
        google.create_bucket("orders", project="company")
        with BlobServiceClient.from_connection_string(connection) as azure:
            orders = azure.create_container("orders")
            ended = run_flow(FLOW, secrets=secrets)
            assert ended.state == "WARNING", ended.messages()
            assert ended.outputs == {"blob": "company.team/in/orders.csv"}
            assert orders.download_blob("company.team/in/orders.csv").readall() == b"id;amount"
        assert [one.name for one in google.list_blobs("orders")] == ["done/orders.csv"]
    told = "\n".join(ended.messages())
    assert "`connectionString` is broken" in told
    assert not [one for one in (*secrets.values(), KEY, "PRIVATE KEY", "t0ken-of-google") if one in told]

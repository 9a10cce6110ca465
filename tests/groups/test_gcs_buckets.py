"""Buckets of Google Cloud Storage: made, changed, shared and deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.cloud import storage

from groups.conftest import Run
from groups.gcs_server import put
from tasks.web_server import WebServer
from tiercel.plugins import TaskError

BUCKET: dict[str, Any] = {
    "storageClass": "NEARLINE",
    "labels": {"team": "a"},
    "versioningEnabled": True,
    "requesterPays": True,
    "retentionPeriod": 60,
    "indexPage": "index.html",
    "notFoundPage": "404.html",
    "lifecycleRules": [
        {"action": {"type": "DELETE"}, "condition": {"age": 30}},
        {"action": {"type": "SET_STORAGE_CLASS", "value": "ARCHIVE"}, "condition": {"age": 7}},
    ],
    "cors": [{"maxAgeSeconds": 60, "methods": ["GET"], "origins": [{"value": "https://example.com"}]}],
    "iamConfiguration": {"publicAccessPrevention": "ENFORCED", "uniformBucketLevelAccessEnabled": False},
    "logging": {"logBucket": "orders", "logObjectPrefix": "log"},
}
TOLD: dict[str, Any] = {
    "storageClass": "NEARLINE",
    "labels": {"team": "a"},
    "versioning": {"enabled": True},
    "billing": {"requesterPays": True},
    "retentionPolicy": {"retentionPeriod": "60"},
    "website": {"mainPageSuffix": "index.html", "notFoundPage": "404.html"},
    "lifecycle": {
        "rule": [
            {"action": {"type": "Delete"}, "condition": {"age": 30}},
            {"action": {"type": "SetStorageClass", "storageClass": "ARCHIVE"}, "condition": {"age": 7}},
        ]
    },
    "cors": [{"maxAgeSeconds": 60, "method": ["GET"], "origin": ["https://example.com"]}],
    "iamConfiguration": {
        "publicAccessPrevention": "enforced",
        "uniformBucketLevelAccess": {"enabled": False},
    },
    "logging": {"logBucket": "orders", "logObjectPrefix": "log"},
}


def test_a_bucket_is_made_as_it_is_wanted(run: Run, server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a server that only notes what it is sent: the other one makes all buckets alike."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
    server.answers["/storage/v1/b/another"] = (404, {}, b"{}")
    told = {"name": "another", "location": "EU", "website": TOLD["website"]}
    server.answers["/storage/v1/b"] = (200, {"Content-Type": "application/json"}, json.dumps(told).encode())
    out = run("gcp.gcs.CreateBucket", name="another", projectId="company", location="EU", **BUCKET)
    sent = server.requests[-1]
    assert sent["path"].startswith("/storage/v1/b?project=company")
    assert json.loads(sent["body"]) == {"name": "another", "location": "EU", **TOLD}
    assert out == {
        "bucket": {
            "name": "another",
            "uri": "gs://another",
            "location": "EU",
            "indexPage": "index.html",
            "notFoundPage": "404.html",
        },
        "created": True,
        "updated": False,
    }


def test_a_bucket_is_made_changed_and_deleted(gcs_run: Run, gcs: storage.Client) -> None:
    assert gcs_run("CreateBucket", name="another")["created"] is True
    with pytest.raises(TaskError, match="there already"):
        gcs_run("CreateBucket", name="another")
    assert gcs_run("CreateBucket", name="another", labels={"team": "a"}, ifExists="SKIP")["updated"] is False
    assert gcs.get_bucket("another").labels == {}
    rights = [{"entity": {"type": "USER", "value": "ann@example.com"}, "role": "READER"}]
    out = gcs_run("CreateBucket", name="another", acl=rights, **BUCKET, ifExists="UPDATE")
    assert (out["created"], out["updated"]) == (False, True)
    bucket = gcs.get_bucket("another")
    found = {name: bucket._properties[name] for name in TOLD}  # noqa: SLF001 (as the service tells it)
    del found["iamConfiguration"]["bucketPolicyOnly"]  # a former name
    assert found == TOLD
    assert list(bucket.acl) == [{"entity": "user-ann@example.com", "role": "READER"}]
    assert gcs_run("UpdateBucket", name="another", versioningEnabled=False)["updated"] is True
    bucket = gcs.get_bucket("another")
    assert (bucket.versioning_enabled, bucket.labels) == (False, {"team": "a"})
    put(gcs, "a", bucket="another")
    with pytest.raises(TaskError, match="Google refused: 409"):
        gcs_run("DeleteBucket", name="another")
    assert gcs_run("DeleteBucket", name="another", force=True) == {"bucket": "another", "bucketUri": "gs://another"}
    with pytest.raises(TaskError, match="no bucket another"):
        gcs_run("DeleteBucket", name="another")


def test_a_role_on_a_bucket_is_given_once(gcs_run: Run, gcs: storage.Client) -> None:
    wanted = {"name": "orders", "member": "user:ann@example.com", "role": "roles/storage.objectViewer"}
    told = {"bucket": "orders", "member": wanted["member"], "role": wanted["role"]}
    assert gcs_run("CreateBucketIamPolicy", **wanted) == {**told, "created": True}
    assert gcs_run("CreateBucketIamPolicy", **wanted) == {**told, "created": False}
    with pytest.raises(TaskError, match="already"):
        gcs_run("CreateBucketIamPolicy", **wanted, ifExists="ERROR")
    policy = gcs.bucket("orders").get_iam_policy(requested_policy_version=3)
    assert policy.bindings == [{"role": wanted["role"], "members": {wanted["member"]}}]

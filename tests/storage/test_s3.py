from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from storage.conftest import KEYS, S3
from tiercel.errors import InvalidError, UnavailableError
from tiercel.storage.objects import ObjectStorage
from tiercel.storage.remote import Bucket, BucketKind, open_bucket
from tiercel.testing.storage_suite import StorageSuite

NUMBERS = count()


@pytest.fixture
def bucket(s3: S3, s3_endpoint: str) -> Bucket:
    name = f"bucket-{next(NUMBERS)}"
    s3.create_bucket(Bucket=name)
    return Bucket(kind=BucketKind.S3, name=name, prefix="some/where", options={"endpoint": s3_endpoint, **KEYS})


class TestS3Storage(StorageSuite):
    @pytest.fixture
    def storage(self, bucket: Bucket) -> ObjectStorage:
        return open_bucket(bucket)


def test_files_are_below_the_prefix(bucket: Bucket, s3: S3) -> None:
    open_bucket(bucket).put("/a/b.txt", b"x")
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket.name)["Contents"]] == ["some/where/a/b.txt"]


def test_more_files_than_a_page_are_listed_and_deleted(bucket: Bucket) -> None:
    storage = open_bucket(bucket)
    for number in range(1005):
        storage.put(f"/many/{number}", b"")
    assert len(list(storage.walk("/many"))) == 1005
    assert len(storage.delete_prefix("/many")) == 1005
    assert list(storage.walk("/many")) == []


def test_a_large_stream_does_not_fill_memory_and_goes_in_parts(bucket: Bucket, s3: S3) -> None:
    storage = open_bucket(bucket)
    piece = bytes(1 << 20)
    storage.put("/large", (piece for _ in range(48)))
    head = s3.head_object(Bucket=bucket.name, Key="some/where/large")
    assert head["ContentLength"] == 48 << 20
    assert "-" in head["ETag"]  # how S3 marks what was uploaded in parts


def test_a_stream_that_broke_leaves_no_object(bucket: Bucket, s3: S3) -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(12 << 20)
        raise ValueError("gone")

    with pytest.raises(ValueError, match="gone"):
        open_bucket(bucket).put("/broken", broken())
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket.name)


def test_a_bucket_that_is_not_there_is_told_at_once(s3_endpoint: str, s3: S3) -> None:
    del s3
    missing = Bucket(kind=BucketKind.S3, name="missing", options={"endpoint": s3_endpoint, **KEYS})
    with pytest.raises(UnavailableError, match="s3://missing/ cannot be used"):
        open_bucket(missing)


@pytest.mark.parametrize("kind", list(BucketKind))
def test_an_option_that_does_not_exist_is_refused(kind: BucketKind) -> None:
    with pytest.raises(InvalidError, match="storage"):
        open_bucket(Bucket(kind=kind, name="some", options={"no_such_option": "x"}))

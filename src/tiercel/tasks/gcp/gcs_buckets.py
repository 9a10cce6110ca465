"""Tasks that make, change and delete buckets of Google Cloud Storage."""

from __future__ import annotations

from typing import Literal

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.gcp.bucket_properties import Bucket, BucketTask, bucket_of
from tiercel.tasks.gcp.connection import GcpTask


class BucketOutputs(Outputs):
    """What became of a bucket.

    Attributes:
        bucket: The bucket.
        created: Whether it was made.
        updated: Whether it was changed.
    """

    bucket: Bucket
    created: bool = False
    updated: bool = False


class CreateBucket(
    BucketTask,
    type="io.kestra.plugin.gcp.gcs.CreateBucket",
    example="""
type: io.kestra.plugin.gcp.gcs.CreateBucket
serviceAccount: "{{ secret('GCP_KEY') }}"
projectId: company
name: company-orders
location: EU
ifExists: SKIP
""",
):
    """Makes a bucket.

    Attributes:
        if_exists: What happens when it is there: an error, the changes of an update, or nothing.
    """

    if_exists: Literal["ERROR", "UPDATE", "SKIP"] = "ERROR"

    def run(self, ctx: RunContext) -> BucketOutputs:
        """Make it, unless it is there."""
        with self.opened(ctx) as client:
            bucket = client.lookup_bucket(self.name)
            if bucket is None:
                bucket = client.bucket(self.name)
                self.tell(bucket)
                client.create_bucket(bucket, location=self.location)
                self.give_rights(bucket)
                return BucketOutputs(bucket=bucket_of(bucket), created=True)
            if self.if_exists == "ERROR":
                raise TaskError(f"The bucket {self.name} is there already; `ifExists` says what is to happen then")
            if self.if_exists == "UPDATE":
                self.tell(bucket)
                bucket.patch()
                self.give_rights(bucket)
            return BucketOutputs(bucket=bucket_of(bucket), updated=self.if_exists == "UPDATE")


class UpdateBucket(
    BucketTask,
    type="io.kestra.plugin.gcp.gcs.UpdateBucket",
    example="""
type: io.kestra.plugin.gcp.gcs.UpdateBucket
serviceAccount: "{{ secret('GCP_KEY') }}"
name: company-orders
versioningEnabled: true
lifecycleRules:
  - action:
      type: DELETE
    condition:
      age: 90
""",
):
    """Changes what a task says of a bucket, and leaves all else as it is.

    Attributes:
        location: Has no effect: a bucket stays where it is.
    """

    def run(self, ctx: RunContext) -> BucketOutputs:
        """Change it."""
        with self.opened(ctx) as client:
            bucket = client.get_bucket(self.name)
            self.tell(bucket)
            bucket.patch()
            self.give_rights(bucket)
            return BucketOutputs(bucket=bucket_of(bucket), updated=True)


class DeleteBucketOutputs(Outputs):
    """What a DeleteBucket gives back.

    Attributes:
        bucket: The name of the bucket.
        bucket_uri: Its address.
    """

    bucket: str
    bucket_uri: str


class DeleteBucket(
    GcpTask,
    type="io.kestra.plugin.gcp.gcs.DeleteBucket",
    example="""
type: io.kestra.plugin.gcp.gcs.DeleteBucket
serviceAccount: "{{ secret('GCP_KEY') }}"
name: company-orders
""",
):
    """Deletes a bucket.

    Attributes:
        name: Its name.
        force: Whether its objects are deleted first, all versions of them; without that it must be empty.
    """

    name: str
    force: bool = False

    def run(self, ctx: RunContext) -> DeleteBucketOutputs:
        """Delete it."""
        missing = library("google.api_core.exceptions", "gcp").NotFound
        with self.opened(ctx) as client:
            bucket = client.bucket(self.name)
            try:
                if self.force:
                    for blob in bucket.list_blobs(versions=True):
                        bucket.delete_blob(blob.name, generation=blob.generation)
                bucket.delete()
            except missing:
                raise TaskError(f"There is no bucket {self.name}") from None
        return DeleteBucketOutputs(bucket=self.name, bucket_uri=f"gs://{self.name}")


class PolicyOutputs(Outputs):
    """What a CreateBucketIamPolicy gives back.

    Attributes:
        bucket: The name of the bucket.
        member: Who was given the role.
        role: The role.
        created: Whether they had not had it.
    """

    bucket: str
    member: str
    role: str
    created: bool


class CreateBucketIamPolicy(
    GcpTask,
    type="io.kestra.plugin.gcp.gcs.CreateBucketIamPolicy",
    example="""
type: io.kestra.plugin.gcp.gcs.CreateBucketIamPolicy
serviceAccount: "{{ secret('GCP_KEY') }}"
name: company-orders
member: serviceAccount:reports@company.iam.gserviceaccount.com
role: roles/storage.objectViewer
""",
):
    """Gives somebody a role on a bucket.

    Attributes:
        name: The bucket.
        member: Who, such as ``user:ann@example.com``.
        role: The role, such as ``roles/storage.objectViewer``.
        if_exists: What happens when they have it: an error, or nothing.
    """

    name: str
    member: str
    role: str
    if_exists: Literal["ERROR", "SKIP"] = "SKIP"

    def run(self, ctx: RunContext) -> PolicyOutputs:
        """Give it; roles of others, and roles under conditions, stay as they are."""
        with self.opened(ctx) as client:
            bucket = client.bucket(self.name)
            policy = bucket.get_iam_policy(requested_policy_version=3)
            policy.version = 3
            bindings = [one for one in policy.bindings if one["role"] == self.role and not one.get("condition")]
            has_it = any(self.member in one["members"] for one in bindings)
            if has_it and self.if_exists == "ERROR":
                raise TaskError(f"{self.member} has the role {self.role} on {self.name} already")
            if not has_it:
                policy.bindings.append({"role": self.role, "members": {self.member}})
                bucket.set_iam_policy(policy)
        return PolicyOutputs(bucket=self.name, member=self.member, role=self.role, created=not has_it)

"""Tasks that copy and delete an object of S3, and make a bucket."""

from __future__ import annotations

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.aws.connection import AwsTask, given
from tiercel.tasks.aws.objects import CopyObject, ObjectOutputs, copy


class CopyObjectFrom(CopyObject):
    """What is copied.

    Attributes:
        bucket: The bucket it is in.
        key: Its key.
        version_id: Which version; the last one when nothing is said.
        server_side_encryption: Has no effect here.
        kms_key_id: Has no effect here.
    """

    bucket: str
    version_id: str | None = None


class Copy(
    AwsTask,
    type="io.kestra.plugin.aws.s3.Copy",
    example="""
type: io.kestra.plugin.aws.s3.Copy
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY_ID') }}"
region: eu-central-1
from:
  bucket: company-orders
  key: inbox/orders.csv
to:
  bucket: company-archive
  key: 2026/orders.csv
delete: true
""",
):
    """Copies an object, or moves it.

    Attributes:
        from_: What is copied.
        to: Where to.
        delete: Whether the object is deleted where it was.
        region: Of the buckets.
    """

    from_: CopyObjectFrom = Field(alias="from")
    to: CopyObject
    delete: bool = False

    def run(self, ctx: RunContext) -> ObjectOutputs:
        """Copy it, and delete it after that."""
        source = given(Bucket=self.from_.bucket, Key=self.from_.key, VersionId=self.from_.version_id)
        bucket = self.to.bucket or self.from_.bucket
        if self.delete and (self.from_.bucket, self.from_.key) == (bucket, self.to.key):
            raise TaskError("An object cannot be moved onto itself: `from` and `to` are the same")
        with self.opened(ctx, "s3") as client:
            key = copy(client, source, self.to)
            found = client.head_object(Bucket=bucket, Key=key)
            if self.delete:
                client.delete_object(Bucket=self.from_.bucket, Key=self.from_.key)
        return ObjectOutputs(bucket=bucket, key=key, e_tag=found.get("ETag"), version_id=found.get("VersionId"))


class DeleteOutputs(Outputs):
    """What a Delete gives back.

    Attributes:
        version_id: Of the mark that stands for the deleted object, in buckets that keep versions.
        delete_marker: Whether there is such a mark.
        request_charged: Who paid for the request.
    """

    version_id: str | None = None
    delete_marker: bool | None = None
    request_charged: str | None = None


class Delete(
    AwsTask,
    type="io.kestra.plugin.aws.s3.Delete",
    example="""
type: io.kestra.plugin.aws.s3.Delete
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY_ID') }}"
region: eu-central-1
bucket: company-orders
key: inbox/orders.csv
""",
):
    """Deletes an object; one that is not there is no error.

    Attributes:
        bucket: The bucket.
        key: The key.
        mfa: Serial number and code of a second factor, which some buckets demand.
        bypass_governance_retention: Whether a lock that may be passed over is.
        request_payer: Who pays for the request.
    """

    bucket: str
    key: str
    mfa: str | None = None
    bypass_governance_retention: bool | None = None
    request_payer: str | None = None

    def run(self, ctx: RunContext) -> DeleteOutputs:
        """Delete it."""
        asked = given(
            Bucket=self.bucket,
            Key=self.key,
            MFA=self.mfa,
            BypassGovernanceRetention=self.bypass_governance_retention,
            RequestPayer=self.request_payer,
        )
        with self.opened(ctx, "s3") as client:
            answer = client.delete_object(**asked)
        return DeleteOutputs(
            version_id=answer.get("VersionId"),
            delete_marker=answer.get("DeleteMarker"),
            request_charged=answer.get("RequestCharged"),
        )


class BucketOutputs(Outputs):
    """What a CreateBucket gives back.

    Attributes:
        bucket: The bucket.
        region: Where it is.
    """

    bucket: str
    region: str | None = None


class CreateBucket(
    AwsTask,
    type="io.kestra.plugin.aws.s3.CreateBucket",
    example="""
type: io.kestra.plugin.aws.s3.CreateBucket
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY_ID') }}"
region: eu-central-1
bucket: company-orders
""",
):
    """Makes a bucket.

    Attributes:
        bucket: Its name.
        acl: Who may do what with it, by a name of the service.
        grant_full_control: Who may do all.
        grant_read: Who may list its objects.
        grant_read_a_c_p: Who may see who may do what.
        grant_write: Who may write objects.
        grant_write_a_c_p: Who may say who may do what.
        object_lock_enabled_for_bucket: Whether its objects can be locked.
        region: Where it is made.
    """

    bucket: str
    acl: str | None = None
    grant_full_control: str | None = None
    grant_read: str | None = None
    grant_read_a_c_p: str | None = Field(default=None, alias="grantReadACP")
    grant_write: str | None = None
    grant_write_a_c_p: str | None = Field(default=None, alias="grantWriteACP")
    object_lock_enabled_for_bucket: bool | None = None

    def run(self, ctx: RunContext) -> BucketOutputs:
        """Make it."""
        is_elsewhere = self.region not in {None, "us-east-1"}
        asked = given(
            Bucket=self.bucket,
            ACL=self.acl,
            GrantFullControl=self.grant_full_control,
            GrantRead=self.grant_read,
            GrantReadACP=self.grant_read_a_c_p,
            GrantWrite=self.grant_write,
            GrantWriteACP=self.grant_write_a_c_p,
            ObjectLockEnabledForBucket=self.object_lock_enabled_for_bucket,
            CreateBucketConfiguration={"LocationConstraint": self.region} if is_elsewhere else None,
        )
        with self.opened(ctx, "s3") as client:
            client.create_bucket(**asked)
        return BucketOutputs(bucket=self.bucket, region=self.region)

"""What can be said of a bucket of Google Cloud Storage, and how the service is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from tiercel.plugins import Outputs, Properties
from tiercel.tasks.gcp.connection import GcpTask, given

StorageClass = Literal[
    "REGIONAL", "MULTI_REGIONAL", "NEARLINE", "COLDLINE", "STANDARD", "ARCHIVE", "DURABLE_REDUCED_AVAILABILITY"
]
_ACTIONS = {"DELETE": "Delete", "SET_STORAGE_CLASS": "SetStorageClass"}


class Entity(Properties):
    """Whom a right is given to.

    Attributes:
        type: A domain, a group or a user.
        value: Which one.
    """

    type: Literal["DOMAIN", "GROUP", "USER"]
    value: str


class AccessControl(Properties):
    """A right.

    Attributes:
        entity: Whom it is given to.
        role: What they may do.
    """

    entity: Entity
    role: Literal["READER", "WRITER", "OWNER"]


class Origin(Properties):
    """A web page that may read the bucket.

    Attributes:
        value: Where it is from, such as ``https://example.com``.
    """

    value: str


class Cors(Properties):
    """Which web pages may read the bucket from a browser.

    Attributes:
        max_age_seconds: How long a browser remembers it.
        methods: How they may ask.
        origins: Where the pages are from.
        response_headers: What they may see of answers.
    """

    max_age_seconds: int | None = None
    methods: list[Literal["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]] | None = None
    origins: list[Origin | str] | None = None
    response_headers: list[str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Give it as the service takes it."""
        origins = [one.value if isinstance(one, Origin) else one for one in self.origins or ()]
        return given(
            maxAgeSeconds=self.max_age_seconds,
            method=self.methods,
            origin=origins or None,
            responseHeader=self.response_headers,
        )


class LifecycleAction(Properties):
    """What is done with an object.

    Attributes:
        type: Delete it, or keep it otherwise.
        value: The class of storage it is moved to.
    """

    type: Literal["DELETE", "SET_STORAGE_CLASS"]
    value: str | None = None


class LifecycleCondition(Properties):
    """When it is done.

    Attributes:
        age: Days after it was written.
    """

    age: int


class LifecycleRule(Properties):
    """What becomes of objects with time.

    Attributes:
        action: What is done with them.
        condition: When.
    """

    action: LifecycleAction
    condition: LifecycleCondition

    def as_json(self) -> dict[str, Any]:
        """Give it as the service takes it."""
        action = given(type=_ACTIONS[self.action.type], storageClass=self.action.value)
        return {"action": action, "condition": {"age": self.condition.age}}


class IamConfiguration(Properties):
    """How rights are given.

    Attributes:
        uniform_bucket_level_access_enabled: Whether rights are those of the bucket only.
        public_access_prevention: Whether nothing may be public.
    """

    uniform_bucket_level_access_enabled: bool | None = None
    public_access_prevention: Literal["ENFORCED", "UNSPECIFIED", "UNKNOWN", "INHERITED"] | None = None


class Logging(Properties):
    """Where it is noted who asked for what.

    Attributes:
        log_bucket: The bucket.
        log_object_prefix: What names of the objects begin with.
    """

    log_bucket: str | None = None
    log_object_prefix: str | None = None


class Bucket(Outputs):
    """A bucket.

    Attributes:
        name: Its name.
        uri: Its address.
        location: Where it is.
        index_page: The page shown for a folder, when the bucket is a web site.
        not_found_page: The page shown for what is not there.
    """

    name: str
    uri: str
    location: str | None = None
    index_page: str | None = None
    not_found_page: str | None = None


class BucketTask(GcpTask):
    """A task that says how a bucket is to be.

    Attributes:
        name: Its name.
        location: Where it is.
        storage_class: How its objects are kept.
        labels: Its labels.
        versioning_enabled: Whether former versions of objects are kept.
        requester_pays: Whether those who read pay for it.
        retention_period: How long its objects must be kept, in seconds.
        default_event_based_hold: Whether new objects are held until something happens.
        default_kms_key_name: The key its objects are encrypted with.
        index_page: The page shown for a folder, when it is a web site.
        not_found_page: The page shown for what is not there.
        lifecycle_rules: What becomes of its objects with time.
        cors: Which web pages may read it from a browser.
        acl: Who may do what with it.
        default_acl: Who may do what with its new objects.
        iam_configuration: How rights are given.
        logging: Where it is noted who asked for what.
    """

    name: str
    location: str | None = None
    storage_class: StorageClass | None = None
    labels: dict[str, str] | None = None
    versioning_enabled: bool | None = None
    requester_pays: bool | None = None
    retention_period: int | None = None
    default_event_based_hold: bool | None = None
    default_kms_key_name: str | None = None
    index_page: str | None = None
    not_found_page: str | None = None
    lifecycle_rules: list[LifecycleRule] | None = None
    cors: list[Cors] | None = None
    acl: list[AccessControl] | None = None
    default_acl: list[AccessControl] | None = None
    iam_configuration: IamConfiguration | None = None
    logging: Logging | None = None

    def tell(self, bucket: Any) -> None:  # noqa: ANN401 (of an optional package)
        """Note on a bucket what is said of it; nothing is sent yet."""
        plain = given(
            storage_class=self.storage_class,
            labels=self.labels,
            versioning_enabled=self.versioning_enabled,
            requester_pays=self.requester_pays,
            retention_period=self.retention_period,
            default_event_based_hold=self.default_event_based_hold,
            default_kms_key_name=self.default_kms_key_name,
            lifecycle_rules=None if self.lifecycle_rules is None else [one.as_json() for one in self.lifecycle_rules],
            cors=None if self.cors is None else [one.as_json() for one in self.cors],
        )
        for name, value in plain.items():
            setattr(bucket, name, value)
        if self.index_page is not None or self.not_found_page is not None:
            bucket.configure_website(self.index_page, self.not_found_page)
        if self.logging is not None and self.logging.log_bucket is not None:
            bucket.enable_logging(self.logging.log_bucket, self.logging.log_object_prefix or "")
        if self.iam_configuration is not None:
            _tell_rights(bucket.iam_configuration, self.iam_configuration)

    def give_rights(self, bucket: Any) -> None:  # noqa: ANN401 (as above)
        """Send who may do what, for a bucket that is there; what was given to others before stays."""
        for acl, rights in ((bucket.acl, self.acl), (bucket.default_object_acl, self.default_acl)):
            if rights is not None:
                _add(acl, rights)
                acl.save()


def bucket_of(bucket: Any) -> Bucket:  # noqa: ANN401 (as above)
    """Give what is told of a bucket."""
    site = bucket._properties.get("website") or {}  # noqa: SLF001 (told nowhere else)
    return Bucket(
        name=bucket.name,
        uri=f"gs://{bucket.name}",
        location=bucket.location,
        index_page=site.get("mainPageSuffix"),
        not_found_page=site.get("notFoundPage"),
    )


def _tell_rights(configuration: Any, wanted: IamConfiguration) -> None:  # noqa: ANN401 (as above)
    if wanted.uniform_bucket_level_access_enabled is not None:
        configuration.uniform_bucket_level_access_enabled = wanted.uniform_bucket_level_access_enabled
    if wanted.public_access_prevention is not None:
        configuration.public_access_prevention = wanted.public_access_prevention.lower()


def _add(acl: Any, rights: Iterable[AccessControl]) -> None:  # noqa: ANN401 (as above)
    for right in rights:
        acl.entity(right.entity.type.lower(), right.entity.value).grant(right.role)

"""Where each kind of file is, and how a path is written as a URI.

Source: compatible layout of paths, so that URIs kept in flows and outputs stay readable.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from tiercel.errors import InvalidError

SCHEME = "kestra"
_LONGEST = 1024
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_REVISION_SUFFIX = re.compile(r"\.v\d+$")
# Characters a URI may show as they are; everything else is percent-encoded.
_PLAIN = "/!$&'()*+,;=:@-._~"


def to_uri(path: str) -> str:
    """The URI of a path: ``kestra:///...``."""
    return f"{SCHEME}://{quote(check_path(path), safe=_PLAIN)}"


def from_uri(uri: str) -> str:
    """The path of a URI.

    Raises:
        InvalidError: It is not a ``kestra:///`` URI, or its path is not allowed.
    """
    parts = urlsplit(uri)
    if parts.scheme != SCHEME or parts.netloc:
        raise InvalidError(f"{uri} is no URI of internal storage: one begins with {SCHEME}:///")
    # A name may hold "?" or "#" unencoded when the URI was put together by hand.
    text = uri[len(f"{SCHEME}://") :]
    return check_path(unquote(text))


def check_path(path: str) -> str:
    """The path itself.

    Raises:
        InvalidError: It does not begin with a slash, is too long, or holds ``..``, an empty step, a backslash or a
            control character.
    """
    reason = ""
    if not path.startswith("/"):
        reason = "it must begin with /"
    elif len(path) > _LONGEST:
        reason = f"it is longer than {_LONGEST} characters"
    elif _FORBIDDEN.search(path):
        reason = "backslashes and control characters are not allowed"
    elif any(step in {"", ".", ".."} for step in path[1:].split("/")):
        reason = "empty steps, . and .. are not allowed"
    if reason:
        raise InvalidError(f"the path {path!r} is not allowed in storage: {reason}")
    return path


def slug(text: str) -> str:
    """Lower case, with each run of other characters than letters and digits as one hyphen."""
    return _NOT_IN_SLUG.sub("-", text.lower()).strip("-")


def namespace_directory(namespace: str) -> str:
    """The directory of a namespace: ``/a/b`` for ``a.b``."""
    return "/" + namespace.replace(".", "/")


def flow_directory(namespace: str, flow_id: str) -> str:
    """The directory of a flow."""
    return f"{namespace_directory(namespace)}/{slug(flow_id)}"


def execution_directory(namespace: str, flow_id: str, execution_id: str) -> str:
    """The directory of all files of an execution."""
    return f"{flow_directory(namespace, flow_id)}/executions/{execution_id}"


def task_directory(namespace: str, flow_id: str, execution_id: str, task_id: str, task_run_id: str) -> str:
    """The directory of what one task run stores."""
    return f"{execution_directory(namespace, flow_id, execution_id)}/tasks/{slug(task_id)}/{task_run_id}"


def input_path(namespace: str, flow_id: str, execution_id: str, input_id: str, name: str) -> str:
    """Where a file given as an input is."""
    return check_path(f"{execution_directory(namespace, flow_id, execution_id)}/inputs/{input_id}/{name}")


def trigger_directory(namespace: str, flow_id: str, execution_id: str, trigger_id: str) -> str:
    """The directory of what the trigger of an execution stored."""
    return f"{execution_directory(namespace, flow_id, execution_id)}/trigger/{slug(trigger_id)}"


def namespace_file_path(namespace: str, path: str, revision: int = 1) -> str:
    """Where a revision of a namespace file is; ``path`` with or without a leading slash.

    The first revision has the plain path, later ones end in ``.v<number>``. A file that is itself named like that
    always gets the suffix, so that no two files can meet.
    """
    plain = check_path(f"{namespace_directory(namespace)}/_files/{path.removeprefix('/')}")
    return plain if revision == 1 and not _REVISION_SUFFIX.search(plain) else f"{plain}.v{revision}"


def cache_path(namespace: str, flow_id: str, task_id: str, key: str = "") -> str:
    """Where the cache of a task is, of a WorkingDirectory with the hash of its directory as ``key``."""
    directory = f"{flow_directory(namespace, flow_id)}/{slug(task_id)}/cache"
    return f"{directory}/{key}/cache.zip" if key else f"{directory}/cache.zip"


def execution_of(path: str) -> str | None:
    """The id of the execution a path belongs to; None for other files."""
    steps = path.split("/")
    if "executions" not in steps:
        return None
    after = steps.index("executions") + 1
    return steps[after] if after < len(steps) - 1 else None


def name_of(path: str) -> str:
    """The last step of a path or URI."""
    return path.rsplit("/", 1)[-1]

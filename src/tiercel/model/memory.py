"""What Flow triggers remember: records that are stored, apart from the rules that make them."""

from __future__ import annotations

from msgspec import Struct

from tiercel.model.json import Json


class Met(Struct, frozen=True, kw_only=True):
    """A requirement that an execution met, and when."""

    key: str
    execution_id: str
    namespace: str
    flow_id: str
    at: int
    outputs: dict[str, Json] | None = None


class Memory(Struct, frozen=True, kw_only=True):
    """What was met of one group within one span of its window; times in microseconds since 1970.

    Attributes:
        end: From then on it is void.
        met: Oldest first, one for each requirement.
        has_fired: It was complete in this span already.
    """

    start: int
    end: int
    met: tuple[Met, ...] = ()
    has_fired: bool = False

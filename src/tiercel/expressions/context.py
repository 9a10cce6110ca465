"""What one rendering sees: variables, the outside world behind a protocol, and its budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tiercel.errors import ExpressionError
from tiercel.expressions.values import Value, ZonedDateTime
from tiercel.model.dialect import Dialect


class Host(Protocol):
    """Everything an expression needs from the outside; the executor and the worker implement it."""

    def now(self) -> ZonedDateTime:
        """Give the time, with nanoseconds where known, in the zone of the system."""

    def random_bytes(self, count: int) -> bytes:
        """Give that many unpredictable bytes."""

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:
        """Answer a function that reads the outside (`IO_FUNCTIONS`).

        Args:
            name: Of the function.
            arguments: By parameter name, only those given.
            context: Of the rendering that asks.

        Raises:
            ExpressionError: It failed, or this host does not serve it.
        """


@dataclass(frozen=True, slots=True)
class Limits:
    """What one rendering may use.

    Attributes:
        steps: Iterations, calls and items made, a measure of time that is the same on every machine.
        output_characters: Of the text made, at any point.
        depth: Nested `render` calls, macros and structures.
        passes: Renderings of one recursive text.
        regex_seconds: For one search by a regular expression.
    """

    steps: int = 1_000_000
    output_characters: int = 32 * 1024 * 1024
    depth: int = 130
    passes: int = 100
    regex_seconds: float = 2.0


DEFAULT_LIMITS = Limits()


class Context:
    """One rendering. Cheap to make: one for each template rendered, or shared by templates rendered one after another.

    Attributes:
        variables: The root names; may be lazy, only names the template uses are looked up.
        host: The outside.
        dialect: Which published version gives the text its meaning.
        recursive: Render again while the result still holds expressions (an installation's setting, off by default).
        encryption_key: Of the installation, for `encrypt` and `decrypt` without a key of their own.
        limits: What this rendering may use.
        steps: Used so far.
        depth: Nested renderings so far.
    """

    __slots__ = ("depth", "dialect", "encryption_key", "host", "limits", "recursive", "steps", "variables")

    def __init__(
        self,
        variables: Mapping[str, Value],
        host: Host,
        dialect: Dialect,
        *,
        recursive: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        encryption_key: bytes | None = None,
    ) -> None:
        self.variables = variables
        self.host = host
        self.dialect = dialect
        self.recursive = recursive
        self.limits = limits
        self.encryption_key = encryption_key
        self.steps = 0
        self.depth = 0

    def spend(self, steps: int) -> None:
        """Use up a part of the budget; call it before making that many items.

        Raises:
            ExpressionError: The budget is used up.
        """
        self.steps += steps
        if self.steps > self.limits.steps:
            raise ExpressionError("budget", f"the expression takes more than {self.limits.steps} steps")

    def check_size(self, characters: int) -> None:
        """Refuse text that would be too long; call it before making it.

        Raises:
            ExpressionError: The text is too long.
        """
        if characters > self.limits.output_characters:
            raise ExpressionError(
                "budget", f"the text is longer than the {self.limits.output_characters} characters allowed"
            )

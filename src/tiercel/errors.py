"""The error tree, split by who must act.

Fields come first and the message is built from them, so that HTTP, CLI and logs can each show what they need.
A user task that fails is data (a task run in state FAILED), never one of these crossing a layer.
"""

from __future__ import annotations

from collections.abc import Sequence


class TiercelError(Exception):
    """Anything Tiercel refuses or cannot do."""


class Violation:
    """One thing that is wrong with what the user gave.

    Attributes:
        message: What is wrong, in one sentence.
        path: Where in the document, such as ``tasks[0].type``; empty for the whole.
        line: Line in the source, from 1; 0 when unknown.
        column: Column in the source, from 1; 0 when unknown.
        code: A stable kebab-case name of the rule.
        hint: What would be right, when it is known.
        is_error: False for a warning.
        task_id: The innermost task that ``path`` leads into, where it is in one that has an id.
    """

    __slots__ = ("code", "column", "hint", "is_error", "line", "message", "path", "task_id")

    def __init__(  # noqa: PLR0913 (a record: each argument is a field)
        self,
        message: str,
        *,
        path: str = "",
        line: int = 0,
        column: int = 0,
        code: str = "invalid",
        hint: str = "",
        is_error: bool = True,
        task_id: str = "",
    ) -> None:
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.code = code
        self.hint = hint
        self.is_error = is_error
        self.task_id = task_id

    def __repr__(self) -> str:
        return f"Violation({self.path!r}, {self.line}:{self.column}, {self.message!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Violation):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.path, self.line, self.column, self.message))

    def __str__(self) -> str:
        text = f"{self.path}: {self.message}" if self.path else self.message
        return f"{text} ({self.hint})" if self.hint else text


class InvalidError(TiercelError):
    """What the user gave cannot be accepted; every violation is listed at once."""

    def __init__(self, violations: Sequence[Violation] | str) -> None:
        if isinstance(violations, str):
            violations = [Violation(violations)]
        self.violations = list(violations)
        super().__init__("\n".join(str(violation) for violation in self.violations))


class InvalidArgumentError(InvalidError):
    """What is asked with is none of what is accepted, such as a sort or a state; no document is being checked."""


class InvalidEntityError(InvalidError):
    """Well-formed values that a rule refuses, such as the inputs of a start, or the name of a key."""


class NotFoundError(TiercelError):
    """Something that was named does not exist."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"{kind} {name} not found")


class ConflictError(TiercelError):
    """The request does not fit the present state of the thing it is about."""


class ExistsError(ConflictError):
    """What is to be made is there already."""


class StaleError(ConflictError):
    """What is to be changed was changed meanwhile.

    Attributes:
        revision: The one it is at now.
    """

    def __init__(self, name: str, revision: int, expected: int) -> None:
        self.revision = revision
        super().__init__(f"{name} is at revision {revision}, not {expected}: somebody saved it meanwhile")


class ForbiddenError(TiercelError):
    """The actor may not do this."""


class UnavailableError(TiercelError):
    """A part is not there now; the same call may be repeated safely.

    Attributes:
        details: What is for those alone who run the server, such as paths: logs and commands show it, answers never.
    """

    def __init__(self, message: str, *details: str) -> None:
        self.details = details
        super().__init__(message)
        for detail in details:
            self.add_note(detail)


class PluginError(TiercelError):
    """A plugin is broken: it cannot be loaded, or breaks its contract."""


class ExpressionError(TiercelError):
    """An expression cannot be compiled or rendered.

    Attributes:
        kind: ``syntax`` (cannot be parsed), ``undefined`` (a variable, attribute, index or key is missing),
            ``unknown`` (no such filter, function or test), ``evaluation`` (any other failure) or ``budget``
            (too slow, too deep or too large).
        line: Line inside the template, from 1; 0 when unknown.
        column: Column inside the template, from 1; 0 when unknown.
        path: The property whose template it is; empty when unknown.
    """

    def __init__(self, kind: str, message: str, *, line: int = 0, column: int = 0, path: str = "") -> None:
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column
        self.path = path
        where = f" (line {line}, column {column})" if line else ""
        super().__init__(f"{path}: {message}{where}" if path else f"{message}{where}")

    def at(self, path: str) -> ExpressionError:
        """Give the same error with the property it is in."""
        return ExpressionError(self.kind, self.message, line=self.line, column=self.column, path=path)

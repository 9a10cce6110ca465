"""What was found while a source is read: violations with positions, and constructs that only one dialect has."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from tiercel.errors import Violation
from tiercel.model.dialect import Dialect
from tiercel.source.paths import Path, print_path, read_path, task_at
from tiercel.source.reader import Document

_MAX_SUGGESTIONS = 50
_MAX_LISTED = 1000


@dataclass(frozen=True, slots=True)
class Use:
    """A construct that only one published version has; ``dialect`` None = neither has it, it is ours."""

    dialect: Dialect | None
    path: Path
    what: str


class Report:
    """Collects violations in the order they are found, up to a number nobody reads beyond.

    Attributes:
        violations: Those listed.
        uses: Constructs that only one published version has.
        error_count: Of errors, listed or not.
    """

    def __init__(self, document: Document) -> None:
        self.violations: list[Violation] = []
        self.uses: list[Use] = []
        self.error_count = 0
        self._left_out = 0
        self._document = document
        self._suggested = 0

    @property
    def has_errors(self) -> bool:
        """Whether something makes the source unusable."""
        return self.error_count > 0

    def listed(self) -> list[Violation]:
        """What is listed, in the order of the text; ends with how many are not."""
        found = sorted(self.violations, key=lambda violation: (violation.line, violation.column))
        if self._left_out:
            message = f"{self._left_out:,} more problems are not listed"
            found.append(Violation(message, code="too-many", is_error=self.has_errors))
        return found

    def error(self, path: Path, message: str, code: str, hint: str = "", *, of_key: bool = False) -> None:
        """Report a mistake at ``path``; ``of_key`` points at the key and not at its value."""
        self._add(path, message, code, hint, is_error=True, of_key=of_key)

    def warn(self, path: Path, message: str, code: str, hint: str = "", *, of_key: bool = False) -> None:
        """Report what works but should be changed."""
        self._add(path, message, code, hint, is_error=False, of_key=of_key)

    def missing(self, path: Path, key: str, message: str = "must not be null", hint: str = "") -> None:
        """Report that the mapping at ``path`` lacks ``key``."""
        self.error((*path, key), message, "missing", hint or f"Add {key}")

    def unknown(self, path: Path, key: str, known: Iterable[str]) -> None:
        """Report a key that means nothing there, with the nearest one that does."""
        hint = self.suggest(key, known)
        self.error((*path, key), f'Unrecognized field "{key}"', "unknown-property", hint, of_key=True)

    def use(self, dialect: Dialect | None, path: Path, what: str) -> None:
        """Note a construct that only one published version has."""
        self.uses.append(Use(dialect, path, what))

    def adopt(self, path: Path, violation: Violation, data: object) -> None:
        """Take over a violation whose path is relative to ``path``, where ``data`` stands."""
        steps = (*path, *read_path(violation.path, data))
        self._add(steps, violation.message, violation.code, violation.hint, is_error=violation.is_error, of_key=False)

    def line(self, path: Path) -> int:
        """The line ``path`` stands in, from 1."""
        return self._document.position(path)[0]

    def raw_text(self, path: Path) -> str | None:
        """The scalar at ``path`` as it was written, such as ``1.10``; None when it was not written there."""
        return self._document.raw_text(path)

    def suggest(self, word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
        """Build a hint that names the nearest known word; empty when none is near.

        A text with very many mistakes gets hints for the first ones only, since each search walks all words.
        """
        self._suggested += 1
        if self._suggested > _MAX_SUGGESTIONS:
            return ""
        return suggest(word, known, cutoff=cutoff)

    def _add(self, path: Path, message: str, code: str, hint: str, *, is_error: bool, of_key: bool) -> None:
        self.error_count += is_error
        if len(self.violations) >= _MAX_LISTED:
            self._left_out += 1
            return
        line, column = self._document.position(path, of_key=of_key)
        self.violations.append(
            Violation(
                message,
                path=print_path(path),
                line=line,
                column=column,
                code=code,
                hint=hint,
                is_error=is_error,
                task_id=task_at(path, self._document.data),
            )
        )


def suggest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Build a hint that names the nearest known word; empty when none is near."""
    names = sorted(known)
    lowered = {name.lower(): name for name in names}
    if word.lower() in lowered:
        return f"Did you mean {lowered[word.lower()]}?"
    near = difflib.get_close_matches(word, names, n=1, cutoff=cutoff)
    return f"Did you mean {near[0]}?" if near else ""

"""Finding a text in the sources of flows, and putting another in its place, line by line."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from enum import StrEnum

import regex
from msgspec import Struct

from tiercel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, Violation
from tiercel.model.dialect import DialectSetting
from tiercel.operations import flows
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flow_search import list_stored, search_sources
from tiercel.operations.flows import FlowKey, SavedFlow
from tiercel.repository.query import Condition, Filter, Operation, Query, Sort
from tiercel.repository.records import StoredFlow

_LINE_SECONDS = 0.2
_ALL_SECONDS = 5.0
"""An expression that needs longer for one line, or for all, is refused: some never come to an end."""

_PAGE = 1000
_TOP_LEVEL = re.compile(r"([A-Za-z]\w*)\s*:")
_GROUP = re.compile(r"\\(.)|\$(\d)", re.DOTALL)


class Scope(StrEnum):
    """Which part of a flow is searched."""

    ALL = "ALL"
    TASKS = "TASKS"
    TRIGGERS = "TRIGGERS"
    INPUTS = "INPUTS"


_PARTS = {
    Scope.TASKS: frozenset({"tasks", "errors", "finally", "afterExecution", "listeners"}),
    Scope.TRIGGERS: frozenset({"triggers"}),
    Scope.INPUTS: frozenset({"inputs"}),
}


class Wanted(Struct, frozen=True, kw_only=True):
    """What is looked for.

    Attributes:
        query: A text, or a regular expression when ``is_regex``.
        namespace: Only in it and below it.
    """

    query: str
    is_cased: bool = False
    is_whole_word: bool = False
    is_regex: bool = False
    scope: Scope = Scope.ALL
    namespace: str | None = None


class Match(Struct, frozen=True):
    """A line that holds what is looked for; lines count from 1, columns from 0."""

    line: int
    column: int
    text: str
    replaced: str


class SourceMatches(Struct, frozen=True):
    """A flow with the lines that hold what is looked for."""

    flow: StoredFlow
    matches: list[Match]


class SkipReason(StrEnum):
    """Why a flow was left as it is."""

    NOT_FOUND = "NOT_FOUND"
    READ_ONLY = "READ_ONLY"
    NO_CHANGE = "NO_CHANGE"
    NO_MATCH = "NO_MATCH"
    INVALID_FLOW = "INVALID_FLOW"
    UNKNOWN = "UNKNOWN"


class Skipped(Struct, frozen=True):
    """A flow that was left as it is."""

    key: FlowKey
    reason: SkipReason
    message: str | None = None


class Finder:
    """Finds matches in texts."""

    def __init__(self, wanted: Wanted, replacement: str = "") -> None:
        """Raises InvalidError when there is nothing to look for, or it is no regular expression."""
        if not wanted.query:
            raise InvalidError([Violation("must not be empty", path="query")])
        text = wanted.query if wanted.is_regex else regex.escape(wanted.query)
        flags = 0 if wanted.is_cased else regex.IGNORECASE
        try:
            self._pattern = regex.compile(rf"\b(?:{text})\b" if wanted.is_whole_word else text, flags)
        except (regex.error, IndexError, OverflowError, RecursionError) as error:
            raise InvalidError([Violation(f"is no regular expression: {error}", path="query")]) from None
        if wanted.is_regex:
            _check_groups(replacement, self._pattern.groups)
        self._replacement = _template(replacement) if wanted.is_regex else replacement.replace("\\", r"\\")
        self._scope = wanted.scope
        self._seconds_left = _ALL_SECONDS

    def find(self, source: str) -> list[Match]:
        """Give the lines of a source that hold what is looked for.

        Raises:
            InvalidError: The expression takes too long.
        """
        began = time.monotonic()
        if self._seconds_left <= 0:
            raise InvalidError([Violation("takes too long for that many flows: name a namespace", path="query")])
        found = []
        for number, line in _lines_of(source, self._scope):
            try:
                first = self._pattern.search(line, timeout=_LINE_SECONDS, concurrent=True)
                if first is not None:
                    replaced = self._pattern.sub(self._replacement, line, timeout=_LINE_SECONDS, concurrent=True)
                    found.append(Match(number, first.start(), line, replaced))
            except TimeoutError:
                message = f"takes too long for line {number}: write an expression that repeats less"
                raise InvalidError([Violation(message, path="query")]) from None
        self._seconds_left -= time.monotonic() - began
        return found


@operation(Resource.FLOW, Action.READ)
async def search_matches(
    environment: Environment, actor: Actor, wanted: Wanted, replacement: str = ""
) -> list[SourceMatches]:
    """Give every flow whose source holds what is looked for, by namespace and id.

    Raises:
        InvalidError: There is nothing to look for, it is no regular expression, or it takes too long.
    """
    finder = Finder(wanted, replacement)
    found = []
    async for stored in _candidates(environment, actor, wanted):
        matches = await asyncio.to_thread(finder.find, stored.source)
        if matches:
            found.append(SourceMatches(stored, matches))
    return found


@operation(Resource.FLOW, Action.UPDATE)
async def replace_in_flows(
    environment: Environment, actor: Actor, wanted: Wanted, replacement: str, keys: list[FlowKey]
) -> tuple[list[SavedFlow], list[Skipped]]:
    """Put another text in the place of every match in some flows; gives what was saved and what was not.

    Raises:
        InvalidError: There is nothing to look for, it is no regular expression, or it takes too long.
    """
    finder = Finder(wanted, replacement)
    saved: list[SavedFlow] = []
    skipped: list[Skipped] = []
    for key in keys:
        try:
            stored = (await flows.get_flow(environment, actor, key)).stored
            matches = await asyncio.to_thread(finder.find, stored.source)
            reason = _reason_to_skip(matches)
            if reason is None:
                saved.append(await _save(environment, actor, stored, matches))
            else:
                skipped.append(Skipped(key, reason))
        except NotFoundError:
            skipped.append(Skipped(key, SkipReason.NOT_FOUND))
        except ForbiddenError as error:
            skipped.append(Skipped(key, SkipReason.READ_ONLY, str(error)))
        except ConflictError as error:
            skipped.append(Skipped(key, SkipReason.UNKNOWN, str(error)))
        except InvalidError as error:
            skipped.append(Skipped(key, SkipReason.INVALID_FLOW, str(error)))
    return saved, skipped


@operation(Resource.FLOW, Action.UPDATE)
async def replace_in_line(
    environment: Environment, actor: Actor, wanted: Wanted, replacement: str, key: FlowKey, line: int
) -> SavedFlow:
    """Put another text in the place of the matches on one line of a flow.

    Raises:
        NotFoundError: There is no such flow.
        ConflictError: The line holds no match; somebody may have changed it.
        InvalidError: The flow would not be valid any more.
    """
    stored = (await flows.get_flow(environment, actor, key)).stored
    found = await asyncio.to_thread(Finder(wanted, replacement).find, stored.source)
    matches = [match for match in found if match.line == line]
    if not matches:
        raise ConflictError(f"Line {line} of {'.'.join(key)} does not hold '{wanted.query}' any more")
    return await _save(environment, actor, stored, matches)


async def _save(environment: Environment, actor: Actor, stored: StoredFlow, matches: list[Match]) -> SavedFlow:
    lines = stored.source.split("\n")
    for match in matches:
        lines[match.line - 1] = match.replaced
    return await flows.update_flow(
        environment,
        actor,
        (stored.namespace, stored.id),
        "\n".join(lines),
        dialect=DialectSetting(stored.dialect),
        expected_revision=stored.revision,
    )


async def _candidates(environment: Environment, actor: Actor, wanted: Wanted) -> AsyncIterator[StoredFlow]:
    where: tuple[Condition, ...] = ()
    if wanted.namespace is not None:
        where = (Filter("namespace", Operation.PREFIX, wanted.namespace),)
    if wanted.is_regex:
        for stored in await list_stored(environment, actor, where):
            yield stored
        return
    where = (*where, Filter("q", Operation.EQUALS, wanted.query))
    query = Query(where=where, sort=(Sort("namespace"), Sort("id")), size=_PAGE, count_up_to=0)
    while True:
        page = await search_sources(environment, actor, query)
        for stored in page.items:
            yield stored
        if page.next_cursor is None:
            return
        query = Query(where=where, sort=query.sort, size=_PAGE, cursor=page.next_cursor, count_up_to=0)


def _reason_to_skip(matches: list[Match]) -> SkipReason | None:
    if not matches:
        return SkipReason.NO_MATCH
    return None if any(match.text != match.replaced for match in matches) else SkipReason.NO_CHANGE


def _lines_of(source: str, scope: Scope) -> Iterator[tuple[int, str]]:
    part = ""
    for number, line in enumerate(source.split("\n"), start=1):
        if (key := _TOP_LEVEL.match(line)) is not None:
            part = key[1]
        if scope is Scope.ALL or part in _PARTS[scope]:
            yield number, line


def _template(replacement: str) -> str:
    r"""Turn Java's ``$1`` into ``\g<1>``; what a backslash stands before is meant as it is, and nothing else is."""
    made, last = [], 0
    for found in _GROUP.finditer(replacement):
        made.append(_literal(replacement[last : found.start()]))
        made.append(_literal(found[1]) if found[1] is not None else rf"\g<{found[2]}>")
        last = found.end()
    return "".join([*made, _literal(replacement[last:])])


def _check_groups(replacement: str, count: int) -> None:
    for found in _GROUP.finditer(replacement):
        if found[2] is not None and int(found[2]) > count:
            message = f"names the group ${found[2]}, and the query has {count}; write \\$ for the character"
            raise InvalidError([Violation(message, path="replacement")])


def _literal(text: str) -> str:
    return text.replace("\\", r"\\")

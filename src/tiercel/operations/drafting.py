"""Drafts of flows and dashboards by a language model: asked with what there is here, checked, mended once.

What comes back is text for somebody to read: nothing is saved or started, and the model is told nothing that the types
of the installation and the request itself do not say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from tiercel.errors import InvalidError, Violation
from tiercel.model.types import TypeFacts, TypeKind
from tiercel.operations import language_model
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.language_model import Said
from tiercel.operations.parsing import parse
from tiercel.source.dashboards import parse_dashboard

MOST_CHARACTERS = 20_000
_DESCRIBED = 40
_SHOWN_PROBLEMS = 20
_FENCE = re.compile(r"```(?:ya?ml)?[ \t]*\n(.*?)```", re.DOTALL)
_CAPITAL = re.compile(r"([A-Z])")
_WORD = re.compile(r"[a-z]{3,}")
_ALWAYS = (
    "io.kestra.plugin.core.log.Log",
    "io.kestra.plugin.core.http.Request",
    "io.kestra.plugin.core.flow.If",
    "io.kestra.plugin.core.flow.Loop",
    "io.kestra.plugin.core.trigger.Schedule",
)
_FLOW = """\
You write flows of a workflow orchestrator as YAML. Answer with one YAML document and nothing else.
A flow has id, namespace, tasks (a list, each with id and type), and may have description, labels, inputs (id, type,
defaults), variables, triggers, errors, finally, outputs (id, type, value), concurrency and sla. Ids have letters,
digits, dash and underscore. Expressions stand in double braces: {{ inputs.name }}, {{ outputs.task_id.value }},
{{ vars.name }}, {{ trigger.date }}. Types of inputs: STRING, INT, FLOAT, BOOL, SELECT, DATE, DATETIME, DURATION, ARRAY,
JSON, FILE. Use only the types below."""
_DASHBOARD = """\
You write dashboards of a workflow orchestrator as YAML. Answer with one YAML document and nothing else.
A dashboard has id, title, description, timeWindow (default and max, as P30D) and charts (a list, each with id, type,
chartOptions and data; data has type, columns and where). Use only the types below."""


class DraftError(InvalidError):
    """What a language model wrote is not valid, nor was what it made of that."""


class Provider(Struct, frozen=True):
    """The model that is asked."""

    id: str
    model: str


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody asks for; ``source`` is a text to change, if there is one."""

    prompt: str
    source: str = ""


Check = Callable[[str], Sequence[Violation]]


@operation(Resource.PLUGIN, Action.READ)
async def list_providers(environment: Environment, actor: Actor) -> list[Provider]:
    """Give the model that drafts are asked of.

    Raises:
        UnavailableError: None is configured.
    """
    del actor
    settings = environment.settings.ai
    language_model.check_configured(settings)
    return [Provider("default", settings.model)]


@operation(Resource.FLOW, Action.CREATE, is_change=False)
async def draft_flow(environment: Environment, actor: Actor, wanted: Wanted) -> str:
    """Give the text of a valid flow.

    Raises:
        UnavailableError: No model is configured, it cannot be reached, or the actor asks too often.
        InvalidError: The request is empty or too long, or no valid flow came of it.
    """
    types = [*environment.types.list_types(TypeKind.TASK), *environment.types.list_types(TypeKind.TRIGGER)]
    rules = f"{_FLOW}\n\n{digest(types, wanted.prompt)}"
    return await _draft(environment, actor, wanted, rules, lambda text: parse(environment, text).errors)


@operation(Resource.DASHBOARD, Action.CREATE, is_change=False)
async def draft_dashboard(environment: Environment, actor: Actor, wanted: Wanted) -> str:
    """Give the text of a valid dashboard.

    Raises:
        UnavailableError: No model is configured, it cannot be reached, or the actor asks too often.
        InvalidError: The request is empty or too long, or no valid dashboard came of it.
    """
    types = [one for one in environment.types.list_types() if ".dashboard." in one.type]
    rules = f"{_DASHBOARD}\n\n{digest(types, wanted.prompt)}"
    return await _draft(
        environment, actor, wanted, rules, lambda text: parse_dashboard(text, environment.types).violations
    )


def digest(types: Iterable[TypeFacts], prompt: str) -> str:
    """Describe the types that fit a request best by their schemas, and name all others."""
    words = set(_WORD.findall(prompt.lower()))
    known = [one for one in types if not one.is_deprecated]
    best = sorted(known, key=lambda one: -_fit(one, words))[:_DESCRIBED]
    lines = [_described(one) for one in best]
    others = [one.type for one in known if one not in best]
    return "\n".join([*lines, *(["Others: " + ", ".join(others)] if others else [])])


async def _draft(environment: Environment, actor: Actor, wanted: Wanted, rules: str, check: Check) -> str:
    settings = environment.settings.ai
    language_model.check_configured(settings)
    conversation = [Said("system", rules), Said("user", _request(wanted))]
    environment.draft_rates.take(actor.name, settings.drafts_per_minute, environment.clock())
    answer = await language_model.complete(settings, conversation)
    text = _document(answer)
    problems = [problem for problem in check(text) if problem.is_error]
    if problems:
        listed = "\n".join(f"- {problem}" for problem in problems[:_SHOWN_PROBLEMS])
        mending = f"That is not valid. Answer with the whole document, mended. What is wrong:\n{listed}"
        conversation += [Said("assistant", answer), Said("user", mending)]
        text = _document(await language_model.complete(settings, conversation))
        problems = [problem for problem in check(text) if problem.is_error]
    if problems:
        raise DraftError([Violation("what the language model wrote is not valid", path="answer"), *problems])
    return text


def _request(wanted: Wanted) -> str:
    if not wanted.prompt.strip():
        raise InvalidError([Violation("say what is wanted", path="userPrompt")])
    if len(wanted.prompt) + len(wanted.source) > MOST_CHARACTERS:
        raise InvalidError([Violation(f"is longer than {MOST_CHARACTERS:,} characters", path="userPrompt")])
    if not wanted.source:
        return wanted.prompt
    return f"Change this document:\n```yaml\n{wanted.source}\n```\nas follows: {wanted.prompt}"


def _document(answer: str) -> str:
    """Give the YAML of an answer, whatever stands around it."""
    fenced = _FENCE.search(answer)
    return (fenced[1] if fenced else answer).strip() + "\n"


def _fit(facts: TypeFacts, words: set[str]) -> int:
    spaced = _CAPITAL.sub(r" \1", facts.type)
    own = set(_WORD.findall(f"{spaced} {facts.title}".lower()))
    return 2 * len(own & words) + (facts.type in _ALWAYS)


def _described(facts: TypeFacts) -> str:
    schema = facts.schema()
    required = set(schema.get("required", ()))
    names = [f"{name}*" if name in required else name for name in schema.get("properties", {})]
    outputs = f"; outputs {', '.join(sorted(facts.outputs))}" if facts.outputs else ""
    return f"{facts.type}: {facts.title} Properties (* = required): {', '.join(names) or 'none'}{outputs}"

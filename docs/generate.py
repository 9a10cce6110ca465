"""Writes the pages of ``docs/reference`` from the code, with the words in ``docs/words``: ``python docs/generate.py``.

Never edit those pages: a test compares them with what this makes.
"""
# ruff: noqa: INP001, T201 (a script, which prints what it wrote)

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec
import typer.main
from litestar.handlers import HTTPRouteHandler
from msgspec.structs import FieldInfo, fields
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

import tiercel
from tiercel.api.app import ROUTES
from tiercel.api.errors import _SLUGS, STATUS
from tiercel.api.filter_fields import LISTS_OF, OPERATIONS
from tiercel.api.openapi.reading import read_route
from tiercel.cli.configuration import _KESTRA_KEYS, PREFIX
from tiercel.cli.main import app
from tiercel.expressions.library import Filter, Function, Test
from tiercel.expressions.template import _LIBRARY
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.model.state import EXECUTION_TRANSITIONS, TASK_RUN_TRANSITIONS, TERMINAL, State
from tiercel.operations.settings import Settings
from tiercel.plugins.docs import split_docstring
from tiercel.plugins.facts import outputs_model, type_facts
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.registry import Registry
from tiercel.plugins.schema import model_schema
from tiercel.source import read_yaml
from tiercel.source.descriptions import TASK, TRIGGER
from tiercel.source.schema import flow_schema, task_schema
from tiercel.source.task_fields import COMMON_FIELDS
from tiercel.source.triggers import TRIGGER_FIELDS

DOCS = Path(__file__).parent
SOURCE = Path(tiercel.__file__).parent
REFERENCE = DOCS / "reference"
NOTE = "<!-- Written by docs/generate.py from the code: change the code or docs/words, then run it. -->"
_KEBAB = re.compile(r"[a-z]+(-[a-z0-9]+)*")
_PAGING = "`page`, `size`, `sort`, `cursor`"
_ROUTE_MODULES = "tiercel.api.routes"
_LARGE = frozenset({"core", "fs", "jdbc", "scripts"})


def pages() -> dict[str, str]:
    """Make every page: its path below ``docs/reference``, and its text."""
    registry = Registry(("tiercel.tasks",), is_discovering=False)
    made = {
        "settings.md": settings_page(),
        "cli.md": cli_page(),
        "http.md": http_page(),
        "expressions.md": expressions_page(),
        "violations.md": violations_page(),
        "states.md": states_page(),
        "properties.md": properties_page(registry),
        **type_pages(registry),
    }
    return {name: f"{NOTE}\n\n{text.strip()}\n" for name, text in made.items()}


def words(name: str) -> dict[str, Json]:
    """Read one file of ``docs/words``."""
    return dict(read_yaml((DOCS / "words" / f"{name}.yaml").read_text(encoding="utf-8")).data)


def preamble(name: str) -> str:
    """Read what stands before what is made."""
    return (DOCS / "words" / f"{name}.md").read_text(encoding="utf-8").strip()


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table; nothing when it has no rows."""
    heads = list(heads)
    lines = ["| " + " | ".join(_cell(text) for text in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *lines])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def code(text: object) -> str:
    """Write as code; a text that holds back quotes gets longer ones."""
    return f"`` {text} ``" if "`" in str(text) else f"`{text}`"


def prose(text: str) -> str:
    """Turn the marks of docstrings into Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", text)


# Settings.


def settings_page() -> str:
    """Every setting with its variable, default and meaning."""
    parts, missing = [preamble("settings")], words("settings")
    plain = [info for info in fields(Settings) if not _is_group(info)]
    parts += [prose(split_docstring(Settings).title), _settings_table("", Settings, plain, missing)]
    for info in fields(Settings):
        if _is_group(info):
            described = split_docstring(info.type)
            parts += [f"## {info.name}", prose(described.title)]
            parts.append(_settings_table(f"{info.name}.", info.type, fields(info.type), missing))
    keys = ", ".join(code(key.replace("/", ".")) for key in _KESTRA_KEYS)
    parts.append(preamble("settings-after").replace("KEYS", keys))
    return "\n\n".join(parts)


def _is_group(info: FieldInfo) -> bool:
    return isinstance(info.type, type) and issubclass(info.type, msgspec.Struct)


def _settings_table(prefix: str, group: type, infos: Iterable[FieldInfo], missing: Mapping[str, Json]) -> str:
    texts = split_docstring(group).properties
    rows = []
    for info in infos:
        name = prefix + info.name
        default = info.default if info.default is not msgspec.NODEFAULT else info.default_factory()
        shown = msgspec.json.encode(default).decode()
        variable = (PREFIX + name.replace(".", "_")).upper()
        rows.append((code(name), code(variable), code(shown), prose(texts.get(info.name) or missing.get(name, ""))))
    return table(("Setting", "Variable", "Default", "Meaning"), rows)


# The command line.


def cli_page() -> str:
    """Every command with its arguments and options."""
    parts = [preamble("cli")]
    for name, command in _commands("tiercel", typer.main.get_command(app)):
        parts += [f"## {name}", command.help or "", *_usage(name, command)]
    return "\n\n".join(part for part in parts if part)


def _commands(name: str, command: object) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    if isinstance(command, TyperCommand) or (isinstance(command, TyperGroup) and command.invoke_without_command):
        yield name, command
    if isinstance(command, TyperGroup):
        for child, found in sorted(command.commands.items()):
            yield from _commands(f"{name} {child}", found)


def _usage(name: str, command: TyperCommand | TyperGroup) -> Iterator[str]:
    arguments = [found for found in command.params if isinstance(found, TyperArgument)]
    options = [found for found in command.params if isinstance(found, TyperOption) and found.name != "help"]
    shown = [*map(_argument, arguments), *(["[OPTIONS]"] if options else [])]
    yield f"```text\n{' '.join([name, *shown])}\n```"
    rows = [(code(_argument(found)), "", getattr(found, "help", "") or "") for found in arguments]
    for option in options:
        default = code(option.default) if option.default not in (None, "", 0, [], ()) else ""
        variable = f" Variable: `{option.envvar}`." if option.envvar else ""
        rows.append((", ".join(map(code, option.opts)), default, (option.help or "") + variable))
    yield table(("Argument or option", "Default", "Meaning"), rows)


def _argument(found: TyperArgument) -> str:
    name = f"{found.name}{'...' if found.nargs == -1 else ''}".upper()
    return name if found.required else f"[{name}]"


# HTTP.


def http_page() -> str:
    """Every route, the parameters it reads, and the errors."""
    routes = sorted(_routes(), key=lambda route: (f"{route[1]}`", route[0]))
    shown = ((code(f"{method} {path}"), summary) for method, path, summary, _ in routes)
    read = (f"- `{method} {path}`: {', '.join(query)}" for method, path, _, query in routes if query)
    parts = [
        preamble("http"),
        table(("Route", "What it does"), shown),
        preamble("http-parameters"),
        "\n".join(read),
        preamble("http-filters"),
        table(("List", "Fields"), ((code(one.resource), ", ".join(map(code, one.names))) for one in LISTS_OF)),
        table(
            ("Field", "Operations"),
            ((code(name), ", ".join(map(code, OPERATIONS[name]))) for name in sorted(OPERATIONS)),
        ),
        preamble("http-errors"),
        table(("Status", "Word"), sorted(set(_problems()))),
    ]
    return "\n\n".join(parts)


def _routes() -> Iterator[tuple[str, str, str, list[str]]]:
    for handler in ROUTES:
        assert isinstance(handler, HTTPRouteHandler)  # noqa: S101 (all of ours are)
        function = handler.fn
        summary = (inspect.getdoc(function) or "").split("\n")[0].rstrip(".")
        query = _query_of(function)
        for path in handler.paths:
            plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", str(path))
            for method in handler.http_methods:
                yield str(getattr(method, "value", method)), plain, summary, query


def _query_of(function: Callable[..., object]) -> list[str]:
    """The parameters a handler reads."""
    found = read_route(function)
    names = sorted(code(name) for name in found.parameters if not (found.is_paged and name in _PAGING))
    return names + [_PAGING] * found.is_paged + ["*filters*"] * found.is_filtered


def _problems() -> Iterator[tuple[str, str]]:
    for status, slug in [*((status, slug) for _, status, slug in STATUS), *_SLUGS.items()]:
        yield str(status), code(slug)
    for path in sorted((SOURCE / "api").rglob("*.py")):
        for call in _calls(ast.parse(path.read_text(encoding="utf-8"))):
            if _called(call) in {"RequestError", "_Refusal"} and len(call.args) > 1:
                status_, slug_ = call.args[:2]
                if isinstance(status_, ast.Constant) and isinstance(slug_, ast.Constant):
                    yield str(status_.value), code(slug_.value)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


# Expressions.


def library() -> dict[str, Mapping[str, Filter | Function | Test]]:
    """Give the filters, functions and tests a template can name."""
    return {"filters": _LIBRARY.filters, "functions": _LIBRARY.functions, "tests": _LIBRARY.tests}


def expressions_page() -> str:
    """Every filter, function and test with its arguments and examples."""
    parts, texts = [preamble("expressions")], words("expressions")
    for kind, records in library().items():
        rows = []
        for name, record in sorted(records.items()):
            described = texts[kind].get(name, {})
            note = " Reads the outside." if getattr(record, "is_io", False) else ""
            note += f" Only in {only.value}." if (only := getattr(record, "only", None)) else ""
            examples = "<br>".join(_example(text) for text in described.get("examples", []))
            rows.append((code(name + _signature(record)), described.get("text", "") + note, examples))
        parts += [f"## {kind.capitalize()}", table((kind[:-1].capitalize(), "What it does", "Examples"), rows)]
    return "\n\n".join(parts)


def _example(text: str) -> str:
    template, _, result = text.partition(" → ")
    return f"{code(template)} → {code(result)}" if result else code(template)


def _signature(record: Filter | Function | Test) -> str:
    if isinstance(record, Function) and record.takes_any:
        return "(value, ...)"
    names = list(record.parameters)
    if names[:2] == ["value1", "value2"]:
        names = ["value1", "..."]
    shown = ", ".join(name if name in record.required or name == "..." else f"[{name}]" for name in names)
    return f"({shown})" if shown or isinstance(record, Function) else ""


# Violations.


@cache
def violation_codes() -> dict[str, set[str]]:
    """Find every code in the source, where a call gives one to a parameter ``code``, and whether it is of an error."""
    functions: list[ast.FunctionDef] = []
    calls: list[ast.Call] = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                functions.append(node)
            elif isinstance(node, ast.Call):
                calls.append(node)
    places = dict(_places(functions))
    found: dict[str, set[str]] = defaultdict(set)
    for call in calls:
        name = _called(call)
        given = [word.value for word in call.keywords if word.arg == "code"]
        if name in places:
            given += call.args[places[name] : places[name] + 1]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and _KEBAB.fullmatch(value.value):
                found[value.value].add("warning" if name == "warn" else "error")
    return found


def _places(functions: Iterable[ast.FunctionDef]) -> Iterator[tuple[str, int]]:
    """Where functions that take a code have it among the arguments of a call."""
    for function in functions:
        names = [argument.arg for argument in function.args.args if argument.arg != "self"]
        if "code" in names:
            yield function.name, names.index("code")


def violations_page() -> str:
    """Every code of a violation with its meaning."""
    texts = words("violations")
    rows = [
        (code(name), " or ".join(sorted(kinds)), texts.get(name, ""))
        for name, kinds in sorted(violation_codes().items())
    ]
    rows.append((code("invalid"), "error", texts["invalid"]))
    return "\n\n".join([preamble("violations"), table(("Code", "As", "Meaning"), rows)])


# States.


def states_page() -> str:
    """The tables of transitions as diagrams and in full."""
    texts = words("states")
    parts = [
        preamble("states"),
        table(
            ("State", "", "Meaning"),
            ((code(state), "end" if state in TERMINAL else "", texts.get(state, "")) for state in State),
        ),
    ]
    for title, transitions in (("a task run", TASK_RUN_TRANSITIONS), ("an execution", EXECUTION_TRANSITIONS)):
        live = {state: after for state, after in transitions.items() if state not in TERMINAL}
        ended = {state: after for state, after in transitions.items() if state in TERMINAL}
        parts += [f"## On the way: {title}", _diagram(live, starts=True)]
        parts += [f"## After the end of {title}", texts[f"after {title}"], _diagram(ended, starts=False)]
    return "\n\n".join(parts)


def _diagram(transitions: Mapping[State, frozenset[State]], *, starts: bool) -> str:
    lines = ["    [*] --> CREATED"] if starts else []
    order = list(State)
    for state in sorted(transitions, key=order.index):
        lines += [f"    {state} --> {after}" for after in sorted(transitions[state], key=order.index)]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


# Properties of flows and types.


def properties_page(registry: Registry) -> str:
    """What may stand in a flow beside the properties of types."""
    schema = flow_schema(registry)
    definitions = schema["definitions"]
    task = definitions["io.kestra.plugin.core.log.Log"]["properties"]
    trigger = definitions["io.kestra.plugin.core.trigger.Webhook"]["properties"]
    inputs = {entry["properties"]["type"]["const"]: entry["properties"] for entry in definitions["input"]["oneOf"]}
    common = [name for name in inputs["YAML"] if all(name in own for own in inputs.values())]
    parts = [
        preamble("properties"),
        "## Flow",
        _properties(schema["properties"], schema["required"]),
        "## Every task",
        _properties({name: task[name] for name in COMMON_FIELDS} | {"type": _type(TASK)}, ("id", "type")),
        "## Every trigger",
        _properties({name: trigger[name] for name in TRIGGER_FIELDS} | {"type": _type(TRIGGER)}, ("id", "type")),
        "## Inputs by type",
        f"Every input has {', '.join(map(code, common))}. Each type has besides:",
        table(
            ("Type", "Properties of its own"),
            ((code(name), ", ".join(code(key) for key in own if key not in common)) for name, own in inputs.items()),
        ),
    ]
    return "\n\n".join(parts)


def _type(texts: Mapping[str, str]) -> dict[str, Json]:
    return {"type": "string", "description": texts["type"]}


def type_pages(registry: Registry) -> dict[str, str]:
    """A page for each group of types, and one that lists them."""
    shown = [plugin for plugin in registry.list_classes() if not plugin.declaration.is_internal]
    groups: dict[str, list[type[Plugin]]] = defaultdict(list)
    for plugin in shown:
        groups[group_of(plugin.declaration.type)].append(plugin)
    made = {}
    index = [preamble("types")]
    for group, plugins in sorted(groups.items()):
        rows = []
        for plugin in plugins:
            declaration, described = plugin.declaration, split_docstring(plugin)
            link = f"[{declaration.type.removeprefix('io.kestra.plugin.core.')}](types/{group}.md#{_anchor(plugin)})"
            rows.append((link, declaration.kind.value, prose(described.title)))
        index += [f"## {group}", table(("Type", "Kind", "What it does"), rows)]
        made[f"types/{group}.md"] = "\n\n".join([f"# Types: {group}", *map(_type_section, plugins)])
    return {"types.md": "\n\n".join(index), **made}


def _anchor(plugin: type[Plugin]) -> str:
    return plugin.declaration.type.lower().replace(".", "")


def group_of(name: str) -> str:
    """Name the page a type is on: its package, or the part of a package that is as large as others."""
    _, _, _, package, part, *_ = name.split(".")
    return part if package in _LARGE else package


def _type_section(plugin: type[Plugin]) -> str:
    declaration, described, facts = plugin.declaration, split_docstring(plugin), type_facts(plugin)
    marks = [declaration.kind.value]
    marks += ["deprecated"] if declaration.is_deprecated else []
    marks += [
        f"dialect {dialect.value} only" for dialect in declaration.dialects if len(declaration.dialects) < len(Dialect)
    ]
    parts = [f"## {declaration.type}", f"*{', '.join(marks)}*", prose(described.title), prose(described.text)]
    if declaration.aliases:
        parts.append("Deprecated names: " + ", ".join(map(code, declaration.aliases)) + ".")
    parts.append(f"```yaml\n{inspect.cleandoc(declaration.example).strip()}\n```")
    schema = task_schema(facts)
    own = {name: entry for name, entry in schema["properties"].items() if name in facts.properties}
    own |= {name: {**own[name], "2.0": True} for name in facts.properties_2_0_only & own.keys()}
    texts = words("branches")
    own |= {name: {**own[name], "description": texts.get(name, "")} for name in declaration.branches}
    if own:
        parts.append(_properties(own, schema["required"]))
    outputs = outputs_model(plugin)
    if outputs is not None and (given := model_schema(outputs, is_rendered=False)["properties"]):
        rows = ((code(name), _kind(entry), prose(entry.get("description", ""))) for name, entry in given.items())
        parts += ["Outputs:", table(("Output", "Type", "Meaning"), rows)]
    return "\n\n".join(part for part in parts if part)


def _properties(given: Mapping[str, Json], required: Iterable[str]) -> str:
    return table(("Property", "Type", "", "Meaning"), _rows(given, required, ""))


def _rows(given: Mapping[str, Json], required: Iterable[str], within: str) -> Iterator[tuple[str, str, str, str]]:
    for name, entry in given.items():
        marks = ["required"] if name in required else []
        marks += [f"default {code(msgspec.json.encode(entry['default']).decode())}"] if "default" in entry else []
        marks += [word for word in ("2.0", "deprecated") if entry.get(word)]
        yield code(within + name), _kind(entry), ", ".join(marks), prose(entry.get("description", ""))
        group = _group(entry)
        inner = {key: found for key, found in group["properties"].items() if "description" in found}
        yield from _rows(inner, group.get("required", ()), f"{within}{name}.")


def _group(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """Find the properties inside a property that is a map of its own, or a list of such maps."""
    options = [schema, *schema.get("anyOf", ())]
    options += [option["items"] for option in options if isinstance(option.get("items"), dict)]
    return next((option for option in options if "properties" in option), {"properties": {}})


def _kind(schema: Mapping[str, Json]) -> str:
    """What may be written, in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if set(schema.get("enum", ())) == set(State):
        return "state"
    if "const" in schema or "enum" in schema:
        return " ".join(code(word) for word in schema.get("enum", [schema.get("const")]))
    for name in ("anyOf", "oneOf"):
        if name in schema:
            found = dict.fromkeys(_kind(option) for option in schema[name] if "pattern" not in option)
            return " or ".join(found)
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}" if schema.get("items") else "list"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of {_kind(schema['additionalProperties'])}"
    kinds: dict[Json, str] = {"string": "text", "object": "map", "integer": "whole number", None: "anything"}
    kind = schema.get("type")
    return "text" if isinstance(kind, list) else str(schema.get("format") or kinds.get(kind, kind))


def main() -> None:
    """Write what has changed and remove pages that are no longer made."""
    made = pages()
    for path in REFERENCE.rglob("*.md"):
        if str(path.relative_to(REFERENCE)) not in made:
            path.unlink()
    for name, text in made.items():
        path = REFERENCE / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(name)


if __name__ == "__main__":
    main()

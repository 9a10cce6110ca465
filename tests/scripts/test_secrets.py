"""Secrets of scripts are masked wherever they come out, in each form they are written in."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from scripts.conftest import Ran, Run
from tiercel.model.json import Json

SECRET = 's3cr3t/täg "value" & more'
FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 of a pair": lambda text: base64.b64encode(f"user:{text}".encode()).decode(),
    "address": lambda text: quote(text, safe=""),
    "path": quote,
    "form": quote_plus,
    "json": json.dumps,
    "json in clear letters": lambda text: json.dumps(text, ensure_ascii=False),
}
# Each writes the text SHOWN somewhere.
PLACES = {
    "a line": "print('a', SHOWN, 'z')",
    "the error stream": "print('a', SHOWN, 'z', file=sys.stderr)",
    "a line in pieces": "for one in SHOWN: sys.stdout.write(one); sys.stdout.flush()\nprint()",
    "a line that is cut": "print('x' * 65530 + SHOWN)",
    "an output": "tell({'outputs': {'x': {'y': [SHOWN]}}})",
    "the name of an output": "tell({'outputs': {SHOWN: 1}})",
    "a line at a level": "tell({'logs': [{'level': 'WARN', 'message': SHOWN}]})",
    "a metric": "tell({'metrics': [{'name': SHOWN, 'type': SHOWN, 'value': SHOWN}]})",
    "an asset": "tell({'assets': [{'id': SHOWN}]})",
    "no message": "print('::{x' + SHOWN + '}::')",
    "no message that is cut": "print('::{' + 'x' * 190 + SHOWN + '}::')",
    "a file": "p = pathlib.Path('out/' + SHOWN.strip('\"') + '.txt'); p.parent.mkdir(parents=True); p.touch()",
}
ENDS = {"an exception": "raise RuntimeError(SHOWN)", "an exit": "sys.exit(SHOWN)"}
PROLOGUE = """
import json, os, pathlib, sys
SHOWN = os.environ["SHOWN"]
def tell(message): print("::" + json.dumps(message) + "::")
"""


@pytest.fixture
def secrets() -> dict[str, str]:
    return {"TOKEN": SECRET}


def shown(ran: Ran) -> str:
    return json.dumps((ran.lines, ran.outputs), ensure_ascii=False, default=str)


def around(text: str, hidden: str) -> list[str]:
    """Give what stands around each place where a text shows; easier to read than all of it."""
    return [text[max(0, at - 60) : at + 60] for at in range(len(text)) if text.startswith(hidden, at)]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("form", FORMS)
async def test_a_script_shows_none(run: Run, form: str, end: str) -> None:
    script = "\n".join((PROLOGUE, *PLACES.values(), ENDS[end]))
    ran = await run("python.Script", script=script, env={"SHOWN": FORMS[form](SECRET)}, outputFiles=["out/**"])
    text = shown(ran)
    assert ran.state == "FAILED"
    assert text.count("******") >= len(PLACES) + 1, text
    for hidden in ("s3cr3t", *(form(SECRET).strip('"') for form in FORMS.values())):
        assert around(text, hidden) == []
        assert around(text, json.dumps(hidden, ensure_ascii=False)[1:-1]) == []


@pytest.mark.parametrize(
    "properties",
    [
        {"commands": ["x"], "interpreter": ["/no/{{ secret('TOKEN') }}", "-c"]},
        {"commands": ["x"], "env": {"{{ secret('TOKEN') }}=": "x"}},
        {"commands": ["true"], "outputFiles": ["missing-{{ secret('TOKEN') | urlencode }}"]},
        {"commands": "no list {{ secret('TOKEN') }}"},
        {"commands": ["true"], "inputFiles": {"../{{ secret('TOKEN') }}": "x"}},
        {"commands": ["exit 3  # {{ secret('TOKEN') }}", "echo {{ secret('TOKEN') | sh }}"]},
    ],
)
async def test_what_goes_wrong_shows_none(run: Run, properties: dict[str, Json]) -> None:
    ran = await run("shell.Commands", **properties)
    text = shown(ran)
    assert not any(form(SECRET).strip('"') in text for form in FORMS.values()), text

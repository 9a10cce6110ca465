"""jq, the query language of JSON: a program runs on a value and gives a list of results.

The dialect is the one flows have been written for: ``if`` needs ``else``, ``floor`` gives ``1.0``, there are no
functions of dates, streams or the environment. Programs are user input: they run step by step on the rendering's
budget and see nothing but the value.
"""

from __future__ import annotations

from functools import lru_cache

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.jq.formats import format_text
from tiercel.expressions.jq.forms import native_functions
from tiercel.expressions.jq.interpreter import BreakError, Interpreter, Scope
from tiercel.expressions.jq.nodes import Definition, Node
from tiercel.expressions.jq.parser import parse
from tiercel.expressions.jq.runners import RUNNERS, define
from tiercel.expressions.jq.values import JqError
from tiercel.expressions.values import Value

# Functions that are shortest in the language itself.
_DEFINITIONS = r"""
def map(f): [.[] | f];
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
def walk(f): . as $in
  | if type == "object" then reduce keys_unsorted[] as $key ({}; . + {($key): ($in[$key] | walk(f))}) | f
    elif type == "array" then map(walk(f)) | f
    else f end;
def match(re): _match(re)[];
def match(re; flags): _match(re; flags)[];
def capture(re): _capture(re)[];
def capture(re; flags): _capture(re; flags)[];
def scan(re): match(re; "g") | if (.captures | length) > 0 then [.captures[].string] else .string end;
def splits(re): split(re; null)[];
def splits(re; flags): split(re; flags)[];
def _names: [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def sub(re; str; flags): . as $in | [match(re; flags)] as $found
  | reduce ($found[], null) as $m ({text: "", at: 0};
      if $m == null then .text += $in[.at:]
      else .text += $in[.at:$m.offset] + ($m | _names | str) | .at = $m.offset + $m.length end)
  | .text;
def sub(re; str): sub(re; str; "");
def gsub(re; str; flags): sub(re; str; flags + "g");
def gsub(re; str): sub(re; str; "g");
."""


def run_jq(context: Context, program: str, value: Value) -> list[Value]:
    """Run a program.

    Args:
        context: Of the rendering; its budget bounds the program.
        program: In jq.
        value: Its input, a JSON value.

    Raises:
        ExpressionError: The program is malformed, fails, or takes too much.
    """
    node = _compile(program)
    interpreter = Interpreter(context, RUNNERS, native_functions(), format_text)
    try:
        results: list[Value] = []
        try:
            results.extend(interpreter.values(node, _library(), value))
        except JqError as error:
            if error.value is not None:  # error(null) only ends the program
                raise
    except JqError as error:
        raise ExpressionError("evaluation", f"jq: {error}") from None
    except BreakError:
        raise ExpressionError("evaluation", "jq: break outside its label") from None
    except RecursionError:
        raise ExpressionError("budget", "jq: the program or the value is nested too deep") from None
    return results


@lru_cache(maxsize=512)
def _compile(program: str) -> Node:
    return parse(program)


@lru_cache(maxsize=1)
def _library() -> Scope:
    scope = Scope()
    node = parse(_DEFINITIONS)
    while isinstance(node, Definition):
        scope = define(node, scope)
        node = node.rest
    return scope

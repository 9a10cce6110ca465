"""Classes 14 and 25: nothing that was stored or sent becomes code, and nothing comes from where nobody looked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import tiercel

SOURCE = Path(tiercel.__file__).parent
ROOT = Path(__file__).parents[2]
CODE_FROM_DATA = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle", "joblib"}
UNSAFE_CALLS = {"eval", "exec", "os.system", "os.popen", "tempfile.mktemp"}
UNSAFE_CALLS |= {"yaml.load", "yaml.unsafe_load", "yaml.full_load"}
ALLOWED = {
    ("expressions/compiler.py", "exec"): "runs what was built of nodes, none of which is a text of a user",
    ("tasks/runner/keeper/forking.py", "exec"): "a line of its own",
    ("tasks/runner/keeper/program.py", "exec"): "runs the script of a task, in the process that is there for it",
}


def trees():
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_nothing_reads_objects_or_code_out_of_bytes():
    found = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += [(name, one.name) for one in node.names if one.name.partition(".")[0] in CODE_FROM_DATA]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in CODE_FROM_DATA:
                found.append((name, node.module))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in UNSAFE_CALLS:
                found.append((name, ast.unparse(node.func)))
            elif isinstance(node, ast.keyword) and node.arg == "shell" and ast.unparse(node.value) != "False":
                found.append((name, "shell"))
    assert set(found) == set(ALLOWED)


def test_every_locked_package_is_held_to_its_digest_and_names_no_place():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        entries = re.split(r"\n(?=[a-zA-Z])", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
        assert len(entries) > 50
        for entry in entries:
            assert re.match(r"[a-zA-Z0-9._\[\],-]+==[^\s;]+", entry), entry[:80]
            assert "--hash=sha256:" in entry, entry[:80]
        assert "://" not in text
        assert not re.search(r"(?m)^\s*(-i|--index-url|--extra-index-url|--find-links|--trusted-host|-e)\b", text)


def test_the_interface_asks_no_other_host():
    page = (SOURCE / "api" / "static" / "index.html").read_text(encoding="utf-8") if built() else ""
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)


def built():
    return (SOURCE / "api" / "static" / "index.html").is_file()

"""What tells one language from another: the file its program is written to and the command that runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh", "mksh", "busybox"})
_POWERSHELLS = frozenset({"pwsh", "powershell", "pwsh.exe", "powershell.exe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language.

    Attributes:
        name: As in the name of its types.
        extension: Of the file the program is written to; empty when the program is the commands themselves.
        run: The command before the file's name.
        call: Text put before the file's name in the interpreter, where it is not the joined command.
        caches: Variables that name folders for caches, by variable, shared by all runs on a machine.
        constants: Other variables it needs to behave in a place without a person.
        project: The file at the root of a project; its tools look for it in every folder above as well.
    """

    name: str
    extension: str = ""
    run: tuple[str, ...] = ()
    call: str = ""
    caches: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    project: str = ""


SHELL = Language(name="shell")
PYTHON = Language(
    name="python",
    extension=".py",
    run=("python",),
    caches={"PIP_CACHE_DIR": "pip", "UV_CACHE_DIR": "uv"},
)
NODE = Language(name="node", extension=".js", run=("node",), caches={"npm_config_cache": "npm"}, project="package.json")
R = Language(name="r", extension=".R", run=("Rscript",))
RUBY = Language(name="ruby", extension=".rb", run=("ruby",))
POWERSHELL = Language(name="powershell", extension=".ps1", call="& ")
GO = Language(
    name="go",
    extension=".go",
    run=("go", "run"),
    caches={"GOCACHE": "go-build", "GOPATH": "go"},
    constants={"GOFLAGS": "-modcacherw"},
)
JULIA = Language(name="julia", extension=".jl", run=("julia",), caches={"JULIA_DEPOT_PATH": "julia"})
PHP = Language(name="php", extension=".php", run=("php",))
PERL = Language(name="perl", extension=".pl", run=("perl",))
LUA = Language(name="lua", extension=".lua", run=("lua",))
DENO = Language(name="deno", extension=".ts", run=("deno", "run", "--allow-all"), caches={"DENO_DIR": "deno"})
BUN = Language(name="bun", extension=".ts", run=("bun", "run"), caches={"BUN_INSTALL_CACHE_DIR": "bun"})


def stopping_line(interpreter: str) -> str:
    """Give the line that makes an interpreter stop at the first command that fails; empty when it has none."""
    program = interpreter.rpartition("/")[2].lower()
    if program in _SHELLS:
        return "set -e"
    if program in _POWERSHELLS:
        return '$ErrorActionPreference = "Stop"; $PSNativeCommandUseErrorActionPreference = $true'
    return ""

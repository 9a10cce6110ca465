"""What a task can use while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import encode

from tiercel.errors import InvalidError, Violation
from tiercel.model.dialect import Dialect
from tiercel.model.event import Effects
from tiercel.model.json import Json
from tiercel.plugins.files import Files
from tiercel.plugins.host import Host
from tiercel.plugins.keys import Keys
from tiercel.plugins.log import TaskLog
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.resources import Resources

if TYPE_CHECKING:
    from tiercel.plugins.http.client import Http

P = TypeVar("P", bound=Plugin)


class RunFacts(Struct, frozen=True, kw_only=True):
    """Which run this is.

    Attributes:
        attempt_number: From 1.
        value: The value of the nearest each-iteration, if any.
        is_dry: A polling trigger is tried out: it must only look, and change nothing where it looks.
    """

    namespace: str
    flow_id: str
    revision: int
    execution_id: str
    task_id: str
    task_type: str
    task_run_id: str
    dialect: Dialect
    attempt_number: int = 1
    value: str | None = None
    is_dry: bool = False


class RunContext:
    """Everything outside the task itself. Methods block until done.

    Attributes:
        facts: Which run this is.
        log: ``.trace() .debug() .info() .warn() .error()``; further arguments fill ``%s`` in the message.
        effects: What the task asks to change in its own execution, None so far.
        kept: What a polling trigger keeps until its next look, unset so far.
    """

    __slots__ = ("_host", "effects", "facts", "kept", "log")

    def __init__(self, host: Host, facts: RunFacts) -> None:
        self._host = host
        self.facts = facts
        self.log = TaskLog(host.log)
        self.effects: Effects | None = None
        self.kept: Json | UnsetType = UNSET

    @property
    def host(self) -> Host:
        """The door all of this goes through; for what hands a run on to somewhere else."""
        return self._host

    @property
    def dialect(self) -> Dialect:
        """Which published version gives the flow its meaning."""
        return self.facts.dialect

    @property
    def files(self) -> Files:
        """The internal storage."""
        return Files(self._host)

    @property
    def kv(self) -> Keys:
        """The keys and values of the namespace."""
        return Keys(self._host, self.facts.namespace)

    @property
    def working_dir(self) -> Path:
        """A directory of this run's own (or of its WorkingDirectory), made on first use, removed at the end."""
        return Path(self._host.working_directory())

    @property
    def temporary_dir(self) -> Path:
        """A directory of this run's own beside its working directory, removed at the end whatever comes."""
        return Path(str(self.call("directories.temporary")))

    def kept_dir(self, name: str) -> Path:
        """A directory of this machine that stays between runs and is shared by all of them: for caches only."""
        return Path(str(self.call("directories.kept", name=name)))

    @property
    def resources(self) -> Resources:
        """What tasks of this process share and keep between runs."""
        return self._host.resources

    def part(self, written: Mapping[str, Json], kind: type[P]) -> P:
        """Render the properties of something a `Raw` property describes by ``type``, and make its instance.

        Raises:
            InvalidError: It names no such type, or a value is none its property can have.
            ExpressionError: A template cannot be rendered.
        """
        made = self._host.part(written)
        if not isinstance(made, kind):
            raise InvalidError([Violation(f"{written.get('type')} is no {kind.__name__}", path="type")])
        return made

    def mask(self, text: str) -> str:
        """Hide secrets, as is done with everything that is logged."""
        return str(self.call("mask", text=text))

    @property
    def is_cancelled(self) -> bool:
        """Whether the run has been killed or has timed out; long work asks now and then and stops."""
        return self._host.is_cancelled()

    def wait(self, seconds: float) -> bool:
        """Sleep, or less when the run is cancelled; answer whether it is."""
        return self._host.wait(seconds)

    def render(self, structure: Json, variables: Mapping[str, Json] | None = None, *, is_typed: bool = False) -> Json:
        """Render text, or maps and lists of it; ``variables`` are laid over those of the run."""
        return self._host.render(structure, variables, is_typed=is_typed)

    def call(self, operation: str, **arguments: Json) -> Json:
        """Carry out an operation of the platform; `tiercel.plugins.operations` lists them.

        Raises:
            TaskError: It cannot be done.
        """
        return self._host.call(operation, arguments)

    def secret(self, name: str) -> str:
        """Give a secret of the namespace; it is masked wherever it would show."""
        return str(self.call("secrets.get", name=name))

    def encrypt(self, text: str) -> Json:
        """Encrypt a text that must not be stored readably; expressions see it decrypted."""
        return self.call("encrypt", text=text)

    def counter(self, name: str, value: float = 1, tags: Mapping[str, str] | None = None) -> None:
        """Record how many there were."""
        self._host.metric("counter", name, float(value), tags or {})

    def timer(self, name: str, seconds: float, tags: Mapping[str, str] | None = None) -> None:
        """Record how long it took."""
        self._host.metric("timer", name, seconds, tags or {})

    def gauge(self, name: str, value: float, tags: Mapping[str, str] | None = None) -> None:
        """Record how much there is."""
        self._host.metric("gauge", name, float(value), tags or {})

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Tell how far the work is, from 0 to 1; None when only the message is known."""
        self._host.progress(fraction, message)

    def change(self, effects: Effects) -> None:
        """Ask to change variables, labels or the state of the execution when the task ends.

        Raises:
            TypeError: They hold what JSON cannot express.
            ValueError: They hold half of a surrogate pair.
        """
        encode(effects)
        self.effects = effects

    @property
    def http(self) -> Http:
        """A client for HTTP whose connections the installation allows, which repeats what may be repeated."""
        from tiercel.plugins.http.client import Http  # noqa: PLC0415 (the library takes a tenth of a second to load)

        return Http(self)

    def configuration(self, type_name: str = "") -> Mapping[str, Json]:
        """Give what ``plugins.configurations`` of the installation sets for a type: that of the task, or another."""
        found: Mapping[str, Json] = self.call("plugins.configuration", type=type_name or self.facts.task_type)
        return found

    def kept_before(self) -> Json:
        """Give what this trigger kept last, None when that is nothing."""
        return self.call("triggers.state")

    def keep(self, state: Json) -> None:
        """Have a polling trigger remember something until its next look; it is stored with what the look found.

        Raises:
            TypeError: It holds what JSON cannot express.
        """
        encode(state)
        self.kept = state

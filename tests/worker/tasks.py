"""Task types that tests bring along."""

from __future__ import annotations

import asyncio
import sys
import threading

from tiercel.plugins import Effects, Json, RunContext, State, Task, TaskError

GATE = threading.Event()


class Double(Task, type="test.Double"):
    """Doubles a number on a thread."""

    number: int

    def run(self, ctx: RunContext) -> dict[str, Json]:
        """Double it."""
        ctx.log.info("doubling %d", self.number)
        ctx.counter("doubled", 1)
        return {"value": self.number * 2}


class DoubleLater(Task, type="test.DoubleLater"):
    """Doubles a number as a coroutine."""

    number: int

    async def run(self, ctx: RunContext) -> dict[str, Json]:
        """Double it."""
        await asyncio.sleep(0.01)
        return {"value": self.number * 2}


class Wait(Task, type="test.Wait"):
    """Waits until it is cancelled."""

    seconds: float = 60

    def run(self, ctx: RunContext) -> dict[str, Json]:
        """Wait."""
        ctx.log.info("waiting")
        if ctx.wait(self.seconds):
            raise TaskError("interrupted")
        return {"waited": True}


class WaitLater(Task, type="test.WaitLater"):
    """Waits as a coroutine."""

    async def run(self, ctx: RunContext) -> None:
        """Wait."""
        ctx.log.info("waiting")
        await asyncio.sleep(60)


class Deaf(Task, type="test.Deaf"):
    """Hears no cancellation; ends when the gate opens."""

    def run(self, ctx: RunContext) -> None:
        """Wait for the gate."""
        ctx.log.info("waiting")
        GATE.wait(120)


class Large(Task, type="test.Large"):
    """Gives back much once the gate opens."""

    def run(self, ctx: RunContext) -> dict[str, Json]:
        """Wait for the gate."""
        GATE.wait(120)
        return {"text": "x" * 50_000}


class Give(Task, type="test.Give"):
    """Gives back something that may not be storable."""

    what: str = "text"
    size: int = 1

    def run(self, ctx: RunContext) -> Json:
        """Give it."""
        things: dict[str, Json] = {
            "text": {"text": "x" * self.size},
            "bytes": {"value": b"x"},
            "object": {"value": object()},
            "surrogate": {"value": "\ud800"},
            "list": ["no", "map"],
        }
        return things[self.what]


class Break(Task, type="test.Break"):
    """Fails with an error that is no TaskError."""

    def run(self, ctx: RunContext) -> None:
        """Fail."""
        raise ValueError("no good")


class BreakOddly(Task, type="test.BreakOddly"):
    """Fails with an error that cannot say what it is."""

    def run(self, ctx: RunContext) -> None:
        """Fail."""
        raise SpeechlessError


class Odd(Task, type="test.Odd"):
    """Records a figure that no database takes."""

    what: str

    def run(self, ctx: RunContext) -> None:
        """Record it."""
        match self.what:
            case "text":
                ctx.counter("odd \ud800")
            case "tag":
                ctx.counter("odd", tags={"half \ud800": "half \udc00"})
            case _:
                ctx.gauge("odd", float("nan"))


class SpeechlessError(Exception):
    """Has no text."""

    def __str__(self) -> str:
        """Fail once more."""
        raise ValueError("no text")


class Exit(Task, type="test.Exit"):
    """Tries to end the process on a thread."""

    def run(self, ctx: RunContext) -> None:
        """Try it."""
        sys.exit(3)


class ExitInline(Task, type="test.ExitInline", inline=True):
    """Tries to end the process on the event loop."""

    def run(self, ctx: RunContext) -> None:
        """Try it."""
        sys.exit(3)


class Leave(Task, type="test.Leave"):
    """Leaves the execution."""

    def run(self, ctx: RunContext) -> None:
        """Ask for the end."""
        ctx.change(Effects(exit_state=State.WARNING))


class Scribble(Task, type="test.Scribble"):
    """Writes a file into the working directory and lists what is there."""

    name: str
    content: str = ""

    def run(self, ctx: RunContext) -> dict[str, Json]:
        """Write it."""
        (ctx.working_dir / self.name).write_text(self.content)
        return {"files": sorted(path.name for path in ctx.working_dir.iterdir())}


class Look(Task, type="test.Look"):
    """Reads a file of the working directory."""

    name: str

    def run(self, ctx: RunContext) -> dict[str, Json]:
        """Read it."""
        return {"content": (ctx.working_dir / self.name).read_text()}


ALL = (
    Odd,
    Double,
    DoubleLater,
    Wait,
    WaitLater,
    Deaf,
    Large,
    Give,
    Break,
    BreakOddly,
    Exit,
    ExitInline,
    Leave,
    Scribble,
    Look,
)

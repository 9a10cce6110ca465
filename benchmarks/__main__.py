"""Runs one benchmark, or all."""

from __future__ import annotations

import argparse

from benchmarks import followers, interface, language, lists, loops, schedules, scripts, startup, throughput

BENCHMARKS = {
    "b1": throughput.inline,
    "b1-webhook": throughput.webhook,
    "b2": throughput.worker,
    "b3": loops.parallel,
    "b4": loops.sequential,
    "b5": startup.measure,
    "b6": language.expressions,
    "b7": language.parsing,
    "b8": lists.measure,
    "b9": scripts.measure,
    "b10": schedules.measure,
    "b11": followers.measure,
    "b12": interface.measure,
}


def main() -> None:
    """Read the name from the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure Tiercel on this machine.")
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--seconds", type=float, default=30, help="how long each rate or figure is measured")
    given = parser.parse_args()
    for name, measure in BENCHMARKS.items():
        if given.name in (name, "all"):
            measure(given.seconds)


main()

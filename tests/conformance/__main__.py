"""Command line of the runner."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import yaml

from conformance import computed, report
from conformance.facts import Facts
from conformance.golden_run import GoldenRun, plan, read_cases
from conformance.installation import Installation, Wishes
from conformance.manifest_run import ManifestRun
from conformance.verdict import Result, Verdict
from tiercel.model.dialect import DialectSetting

KNOWN = Path(__file__).parent / "known.yaml"
SUITES = ["manifest", "units", "expressions", "schedules", "golden"]
FEWER = (4, 1)
"""How many cases run at once when they failed among more."""

Recorded = tuple[Facts, str, DialectSetting, Facts]
"""A case, the version it was recorded from, the dialect it is read in, and what was recorded."""

Judge = Callable[[Sequence[int], int], Awaitable[list[Result]]]
"""Judges the cases of these numbers, so many at once."""

GOLDEN_KEY = "STZFR056UmVzdTNYM3BLWmlkcnFDR09IUUZVRkMweUs="


def main() -> None:
    """Run what is asked for; exit with 1 when a case failed that is not known to differ."""
    parser = argparse.ArgumentParser(prog="conformance", description="Run conformance cases against this product.")
    parser.add_argument("--dir", type=Path, required=True, help="folder of the cases")
    parser.add_argument("--area", default="", help="only areas that begin with this")
    parser.add_argument("--only", default="", help="only case ids that contain this")
    parser.add_argument("--suite", choices=SUITES, action="append")
    parser.add_argument("--jobs", type=int, default=16, help="cases run at once")
    parser.add_argument("--reasons", type=int, default=60, help="how many failures are told")
    parser.add_argument("--json", type=Path, default=Path(".conformance/report.json"))
    parser.add_argument("--known", type=Path, default=KNOWN, help="cases that differ on purpose, with their reasons")
    given = parser.parse_args()
    if not given.dir.is_dir():
        print("conformance: not here")  # noqa: T201 (it is a command)
        return
    results = asyncio.run(_run(given))
    known = _known(given)
    report.show(results, reasons=given.reasons, known=known)
    report.write(results, given.json)
    sys.exit(any(result.verdict is Verdict.FAILED and result.id not in known for result in results))


async def _run(given: argparse.Namespace) -> list[Result]:
    """Run the suites whose cases mostly wait side by side, and those that compute in a process beside them."""
    suites = given.suite or SUITES
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        computing = partial(computed.run, given.dir, suites, area=given.area, only=given.only)
        parts = [asyncio.get_running_loop().run_in_executor(beside, computing)]
        parts += [suite(given) for name, suite in (("manifest", _manifest), ("golden", _golden)) if name in suites]
        results = [result for part in await asyncio.gather(*parts) for result in part]
    return [result for result in results if result.area.startswith(given.area)]


async def _manifest(given: argparse.Namespace) -> list[Result]:
    path = given.dir / "manifest.yaml"
    if not path.exists():
        return []
    manifest = yaml.load(path.read_text(), yaml.CSafeLoader)
    cases = [c for c in manifest["cases"] if c["area"].startswith(given.area) and given.only in c["id"]]

    def judge(numbers: Sequence[int], jobs: int) -> Awaitable[list[Result]]:
        return _together([ManifestRun(given.dir, manifest, cases[number]).run for number in numbers], jobs)

    return await _judged(judge, len(cases), given)


async def _golden(given: argparse.Namespace) -> list[Result]:
    cases = [c for c in read_cases(given.dir) if c["area"].startswith(given.area) and given.only in c["id"]]
    results: list[Result] = []
    for version in ("v13", "v20"):
        wanted = [(case, *planned) for case in cases for planned in plan(case) if planned[0] == version]

        def judge(numbers: Sequence[int], jobs: int, wanted: Sequence[Recorded] = wanted) -> Awaitable[list[Result]]:
            return _recorded([wanted[number] for number in numbers], jobs)

        results += await _judged(judge, len(wanted), given)
    return results


async def _judged(judge: Judge, count: int, given: argparse.Namespace) -> list[Result]:
    """Judge many cases at once, what fails by a run with few beside it, and what fails then alone.

    Many cases race a task that sleeps for a second or two, which a busy machine may lose; what a case failed with is
    kept as a soft miss. Cases that are known to differ are judged once.
    """
    known = _known(given)
    results = await judge(range(count), given.jobs)
    for jobs in (few for few in FEWER if few < given.jobs):
        failed = [n for n, one in enumerate(results) if one.verdict is Verdict.FAILED and one.id not in known]
        if not failed:
            break
        again = await judge(failed, jobs)
        for number, result in zip(failed, again, strict=True):
            result.soft.append(f"failed among many: {results[number].reason[:200]}")
            results[number] = result
    return results


def _known(given: argparse.Namespace) -> dict[str, str]:
    return yaml.safe_load(given.known.read_text()) if given.known.exists() else {}


async def _recorded(wanted: Sequence[Recorded], jobs: int) -> list[Result]:
    async with Installation.open(Wishes(encryption_key=GOLDEN_KEY, globals={"gkey": "gval"})) as product:
        return await _together(
            [
                lambda case=case, name=name, dialect=dialect, facts=facts: GoldenRun(product, case, dialect, facts).run(
                    name
                )
                for case, name, dialect, facts in wanted
            ],
            jobs,
        )


async def _together(runs: list[Callable[[], Awaitable[Result]]], jobs: int) -> list[Result]:
    gate = asyncio.Semaphore(jobs)

    async def one(run: Callable[[], Awaitable[Result]]) -> Result:
        async with gate:
            return await run()

    return list(await asyncio.gather(*(one(run) for run in runs)))


if __name__ == "__main__":
    main()

"""How large a site is, how long building it takes and how much memory: 5,000 benchmarks in 2,000 commits.

``python -m benchmarks.site_size [--benchmarks 5000] [--commits 2000] [--output DIR]`` makes a store whose sessions are
drawn from a seed one after the other, builds its site, and prints figures beside their limits. What it costs to read
sessions from a disk or a server is a matter of the store and not in them; drawing them is. With Chromium it also opens
the overview and the page of a benchmark.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reporter.model import STATISTICS, Baseline, BaselineSource, Benchmark, Metric, Sample, Session, Suite
from reporter.shared.model import Fingerprint
from reporter.site.build import SiteRequest, build_site
from reporter.store.protocol import Missing, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.model import FloatArray
    from reporter.store.history import Key

RUNS = 3
MACHINES = (
    Fingerprint(cpu_model="Drawn CPU A", cores=4, architecture="x86_64", os="debian 12"),
    Fingerprint(cpu_model="Drawn CPU B", cores=4, architecture="x86_64", os="debian 12"),
)
TIME = Metric(name="time", unit="s", better="lower")
_DAY = 86_400.0
_NEWEST = 1_795_000_000.0


@dataclass(frozen=True, slots=True)
class DrawnStore(Store):
    """A store with one suite. Levels differ by benchmark, runs by 1%, and one in fifty benchmarks changes its level."""

    benchmarks: int
    commits: int
    parameters: int = 1
    machines: int = 1

    def kept(self) -> tuple[tuple[str, Baseline | Missing], ...]:
        last = self._session(self.commits - 1)
        benchmarks = tuple(
            Benchmark(name=name, params=params, samples=((TIME, Sample(statistics=table, rounds=())),))
            for (name, params, _), table in last.statistics.items()
        )
        suite = Suite(name="drawn", benchmarks=benchmarks, runs=RUNS, fingerprint=last.fingerprint, commit=last.commit)
        return (("drawn", Baseline(suite=suite, history=(last,), source=BaselineSource(commit=last.commit))),)

    def find(self, suite: str) -> Baseline | Missing:
        return self.kept()[0][1]

    def save(self, baseline: Baseline) -> str:
        raise NotImplementedError

    def forget(self, suite: str) -> None:
        raise NotImplementedError

    def sessions(self, suite: str) -> Iterator[Session]:
        return map(self._session, range(self.commits))

    def _session(self, number: int) -> Session:
        return Session(
            commit=f"{number + 1:040x}",
            measured_at=_NEWEST - _DAY * (self.commits - number),
            fingerprint=MACHINES[number % self.machines],
            plan="whole",
            statistics=dict(zip(keys_of(self.benchmarks, self.parameters), self._tables(number), strict=True)),
        )

    def _tables(self, number: int) -> FloatArray:
        generator = np.random.default_rng([7, number])
        levels = np.exp(np.random.default_rng(1).uniform(np.log(1e-7), np.log(1.0), self.benchmarks))
        index = np.arange(self.benchmarks)
        changed = (index % 50 == 0) & (number >= self.commits * (1 + index % 9) // 10)
        level = levels * np.where(changed, np.where(index % 100 == 0, 1.15, 0.9), 1.0)
        session = level * np.exp(generator.normal(0, 0.005, self.benchmarks))
        runs = session[:, None] * np.exp(generator.normal(0, 0.01, (self.benchmarks, RUNS)))
        table = np.repeat(runs[:, :, None], len(STATISTICS), axis=2)
        table *= np.array([1.0, *np.linspace(1.0, 1.2, len(STATISTICS) - 1)])
        table[:, :, 0] = 50.0
        return np.asarray(table)


@cache
def keys_of(benchmarks: int, parameters: int) -> tuple[Key, ...]:
    """Return the keys of so many benchmarks, of which so many have one name."""
    return tuple(
        (
            f"bench/test_module_{number // parameters % 97}.py::test_something_{number // parameters}",
            (("size", str(10 ** (number % parameters))),),
            "time",
        )
        for number in range(benchmarks)
    )


class _Silent:
    def begin(self, title: str) -> None:
        print(f"  {title}", flush=True)

    def step(self, text: str) -> None:
        """Show nothing."""


def main() -> int:
    """Build and print; there is nothing to pass or fail here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, default=5_000)
    parser.add_argument("--commits", type=int, default=2_000)
    parser.add_argument("--machines", type=int, default=1, choices=(1, 2))
    parser.add_argument("--output", type=Path)
    parser.add_argument("--parameters", type=int, default=1, help="benchmarks with one name, on one page")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = arguments.output or Path(folder) / "site"
        store = DrawnStore(arguments.benchmarks, arguments.commits, arguments.parameters, arguments.machines)
        began, busy = time.monotonic(), time.process_time()
        build_site(SiteRequest(store=store, place="drawn"), site, _Silent())
        seconds, processor = time.monotonic() - began, time.process_time() - busy
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        files = [path for path in site.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        print(f"{arguments.benchmarks:,} benchmarks x {arguments.commits:,} commits")
        print(f"size     {size / 1e6:9.1f} MB in {len(files):,} files (limit 300 MB)")
        print(f"built in {seconds:9.1f} s, {processor:.1f} s of the processor (limit 300 s)")
        print(f"memory   {memory / 1e6:9.1f} MB at most (limit 2,000 MB)")
        _open(site)
    return 0


def _open(site: Path) -> None:
    """Print what the first view loads and how long it takes, where there is a browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no chromium: the first view was not measured")
        return
    from playwright.sync_api import sync_playwright

    page_of = min((site / "benchmarks").glob("*.html"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for title, path, shown in (
            ("overview", site / "index.html", "#rows tbody tr"),
            ("benchmark", page_of, ".line"),
        ):
            page = browser.new_page()
            began = time.monotonic()
            page.goto(path.as_uri())
            page.wait_for_selector(shown, state="attached")
            seconds = time.monotonic() - began
            asked = [path.as_uri(), *page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")]
            loaded = sum(
                Path(address.removeprefix("file://")).stat().st_size for address in asked if address[:4] == "file"
            )
            print(f"{title:9}{loaded / 1e6:9.2f} MB loaded, shown after {seconds:.2f} s (limits 1 MB, 1 s)")
            page.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main())

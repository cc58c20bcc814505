"""How often ``run --compare paired`` gets a whole pull request right on this machine, and how long that takes.

``python -m benchmarks.paired_gates [--slower 10] [--same 20] [--neutral 10] [--time-limit 90] [--percent 5]`` makes the
demo's small project with a base commit and a head that is 5% slower in one benchmark (``test_smooth``: two passes more
than 40), the same commit, or a commit that only adds code that nothing calls; runs the command on it as a user would;
and counts. With ``--append FILE`` every run is a line of that file, and a series that was interrupted goes on where it
ended. The rate of false alarms is too small to be seen in so few runs: ``benchmarks/evaluate`` measures that.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "textkit"
IDENTITY = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.invalid", "-c", "commit.gpgsign=false")
SLOWED = "test_smooth"
PASSES = 40
SET_PASSES = "SMOOTHING_PASSES = {}"
UNUSED = "\n\ndef unused_{number}(values):\n    return [value + {number} for value in values]\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run came to: exit code, names by verdict, machine seconds measured, and those of the whole command.

    ``load`` is the mean number of processes that ran or waited, in the minute before the end.
    """

    code: int
    regressed: tuple[str, ...]
    improved: tuple[str, ...]
    inconclusive: int
    measured_seconds: float
    wall_seconds: float
    load: float


def project(folder: Path, kind: str, percent: float) -> Path:
    """Lay the project out with a base and a head commit of one kind; the slower one by so many percent."""
    tree = folder / "project"
    shutil.copytree(EXAMPLE, tree, ignore=shutil.ignore_patterns("__pycache__", "head.patch"))
    _git(tree, "init", "--quiet", "--initial-branch", "main")
    _commit(tree, "base")
    source = tree / "textkit" / "similarity.py"
    text = source.read_text(encoding="utf-8")
    if kind == "slower":
        assert SET_PASSES.format(PASSES) in text
        slowed = SET_PASSES.format(round(PASSES * (1 + percent / 100)))
        source.write_text(text.replace(SET_PASSES.format(PASSES), slowed), encoding="utf-8")
    elif kind == "neutral":
        source.write_text(text + "".join(UNUSED.format(number=number) for number in range(40)), encoding="utf-8")
    _commit(tree, kind)
    return tree


def run(tree: Path, time_limit: float) -> Run:
    """Compare the head with its parent as a user would."""
    command = [sys.executable, "-m", "reporter", "run", "--compare", "paired", "--base", "HEAD~1"]
    environ = {**os.environ, "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}
    began = time.monotonic()
    done = subprocess.run(
        [*command, "--time-limit", f"{time_limit:g}"],
        cwd=tree,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.monotonic() - began
    if done.returncode not in (0, 10):
        raise SystemExit(f"the run ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    report = json.loads((tree / ".benchverdict" / "report" / "verdict.json").read_text(encoding="utf-8"))
    names = {
        verdict: tuple(row["name"].rpartition("::")[2] for row in report["benchmarks"] if row["verdict"] == verdict)
        for verdict in ("regressed", "improved", "inconclusive")
    }
    return Run(
        code=done.returncode,
        regressed=names["regressed"],
        improved=names["improved"],
        inconclusive=len(names["inconclusive"]),
        measured_seconds=report["measured"]["seconds"],
        wall_seconds=wall,
        load=os.getloadavg()[0],
    )


def is_right(kind: str, found: Run) -> bool:
    """Whether the run found what is planted and nothing else, or no regression where there is none."""
    if kind == "slower":
        return found.code == 10 and (found.regressed, found.improved) == ((SLOWED,), ())
    return found.code == 0


def main() -> None:
    """Run and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    for kind, count in (("slower", 10), ("same", 20), ("neutral", 10)):
        parser.add_argument(f"--{kind}", type=int, default=count, metavar="N")
    parser.add_argument("--time-limit", type=float, default=90.0, metavar="SECONDS")
    parser.add_argument("--percent", type=float, default=5.0, help="how much slower the slower head is")
    parser.add_argument("--append", type=Path, metavar="FILE", help="the lines of a series, which goes on")
    arguments = parser.parse_args()
    for kind in ("slower", "same", "neutral"):
        count, runs = getattr(arguments, kind), _done_before(arguments.append, kind)
        for number in range(len(runs), count):
            with tempfile.TemporaryDirectory() as folder:
                found = run(project(Path(folder), kind, arguments.percent), arguments.time_limit)
            runs.append(found)
            _append(arguments.append, kind, found)
            print(f"{kind} {number + 1} of {count}: {_shown(found)}", flush=True)
        right = sum(is_right(kind, found) for found in runs)
        print(f"{kind}: right in {right} of {len(runs)}", flush=True)


def _shown(found: Run) -> str:
    return (
        f"exit {found.code}, regressed {list(found.regressed)}, improved {list(found.improved)}, "
        f"{found.inconclusive} inconclusive, {found.measured_seconds:.0f} s measured, "
        f"{found.wall_seconds:.0f} s in all, load {found.load:.1f}"
    )


def _done_before(lines: Path | None, kind: str) -> list[Run]:
    """Return the runs of one kind that an earlier call left."""
    if lines is None or not lines.exists():
        return []
    entries = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    return [
        Run(
            **{
                **entry["run"],
                "regressed": tuple(entry["run"]["regressed"]),
                "improved": tuple(entry["run"]["improved"]),
            }
        )
        for entry in entries
        if entry["kind"] == kind
    ]


def _append(lines: Path | None, kind: str, found: Run) -> None:
    if lines is not None:
        with lines.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"kind": kind, "run": asdict(found)}) + "\n")


def _commit(tree: Path, message: str) -> None:
    _git(tree, "add", "--all")
    _git(tree, "commit", "--quiet", "--allow-empty", "--message", message)


def _git(tree: Path, *arguments: str) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *IDENTITY, *arguments], cwd=tree, check=True, capture_output=True, env=environ)


if __name__ == "__main__":
    main()

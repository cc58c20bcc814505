"""Write ``side-by-side.md``: one comparison, measured here, as other tools and Benchverdict show it.

The head makes one loop of the example project longer by a quarter. Six runs of each side, in turns; the other tools
look at one run of each, as they do. github-action-benchmark's table is written from the same result files by its rules
(operations per second, previous by current), without the action itself. asv gets the rounds of the same files, see
``asv_results.py``; it lives in ``build/asv``, where ``make pictures`` installs it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from make_situations import ENVIRONMENT, FOLDER, PYTEST, ROOT, TEXTKIT

ASV = ROOT / "build" / "asv" / "bin"
PAIRS = 6
PLANTED = "test_smooth"
LIMIT = 2.0
"""The ratio beyond which github-action-benchmark raises an alert when nothing is set."""

TEXT = """# The same comparison, side by side

One loop of `test_smooth` in the example project is longer by a quarter; nothing else changed. Both sides were measured
here in {pairs} pairs, on a machine shared with other work. Every block below is from those result files, and
`python docs/make_side_by_side.py` measures again and writes this page.

## pytest-benchmark compare

It shows one run of each side (`0001` is the base, `0002` the head):

```
{table}
```

Shown: every statistic of every benchmark, with its rank in parentheses. Hidden: which of the differences are real. The
planted change and the noise of the machine are shown alike, the direction has to be read from the order of the rows,
there is no verdict, and nothing fails unless a limit in percent is given, which then counts for noise as well.

## github-action-benchmark

The comment it leaves, for one run of each side:

{alert}

Shown: operations per second of both sides and their ratio. Hidden: how sure that is. An alert is raised beyond a fixed
ratio, {limit:g} if nothing is set. Here the planted change has the ratio {planted:.2f}; beyond the limit: {raised}, of
which did not change: {false}. The mean of one run is taken, so the pauses of a busy machine are in it.

## asv compare

Its table for one run of each side; asv would run the benchmarks in its own way, here it was given the first 500 rounds
of each benchmark in the same files:

```
{asv}
```

Shown: the median of both sides with half the distance between its quartiles, their ratio, and a mark where the ratio
is beyond 1.1 and a test on the rounds sees a difference. Marked here: {asv_marked}, of which did not change:
{asv_false}. Hidden: that the rounds of one run share its luck, so that the test can be sure of what the next run
denies; how sure the ratio is, which has no interval; and every change of less than 10%, which is never marked.

## Benchverdict

The comment, from all {pairs} pairs:

{ours}

Shown: what changed, with its interval and how sure that is, and how small a change could have been found. Hidden until
asked for: the rest of the table, which is folded; standard deviations of rounds, which say little about runs. It needs
several runs of each side where the others take one.
"""


def main() -> int:
    """Measure, ask each tool, write the page."""
    folder = FOLDER / "side-by-side"
    shutil.rmtree(folder, ignore_errors=True)
    files = _measure(folder)
    Path(__file__).with_name("side-by-side.md").write_text(_page(folder, files), encoding="utf-8")
    return 0


def _page(folder: Path, files: dict[str, list[Path]]) -> str:
    table = _pytest_benchmark(files)
    return TEXT.format(pairs=PAIRS, table=table, ours=_ours(folder, files), **_action(files), **_asv(folder, files))


def _measure(folder: Path) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = {"base": [], "head": []}
    for side in files:
        shutil.copytree(TEXTKIT, folder / side)
    code = folder / "head" / "textkit" / "similarity.py"
    code.write_text(code.read_text().replace("SMOOTHING_PASSES = 40", "SMOOTHING_PASSES = 50"), encoding="utf-8")
    for pair in range(PAIRS):
        for side in ("base", "head") if pair % 2 == 0 else ("head", "base"):
            result = folder / f"{pair}-{side}.json"
            _say(folder / side, *PYTEST, f"--benchmark-json={result}")
            files[side].append(result)
    return files


def _pytest_benchmark(files: dict[str, list[Path]]) -> str:
    shown = []
    for number, side in (("0001", "base"), ("0002", "head")):
        copy = files[side][0].with_name(f"{number}_{side}.json")
        shutil.copy(files[side][0], copy)
        shown.append(copy.name)
    columns = "--columns=min,median,mean,stddev"
    folder = files["base"][0].parent
    text = _say(folder, "pytest-benchmark", "compare", *shown, columns, "--group-by=name", "--name=short")
    return "\n".join(line.rstrip() for line in text.strip().splitlines() if not line.startswith("Computing"))


def _action(files: dict[str, list[Path]]) -> dict[str, Any]:
    """Write its table, and count what its rule of a fixed ratio does here."""
    before, now = (_by_name(files[side][0]) for side in ("base", "head"))
    ratios = {name: before[name]["ops"] / now[name]["ops"] for name in now}
    lines = ["| Benchmark suite | Current: head | Previous: base | Ratio |", "|-|-|-|-|"]
    lines += [f"| `{name}` | {_value(now[name])} | {_value(before[name])} | `{ratios[name]:.2f}` |" for name in now]
    planted = next(name for name in ratios if PLANTED in name)
    raised = {name for name in ratios if ratios[name] > LIMIT}
    return {
        "alert": "\n".join(lines),
        "limit": LIMIT,
        "planted": ratios[planted],
        "raised": len(raised),
        "false": len(raised - {planted}),
    }


def _asv(folder: Path, files: dict[str, list[Path]]) -> dict[str, Any]:
    """Let asv compare the rounds of the first run of each side, and count what it marks."""
    project = folder / "asv"
    script = Path(__file__).with_name("asv_results.py")
    _say(folder, str(ASV / "python"), str(script), str(project), *(str(files[side][0]) for side in ("base", "head")))
    text = _say(project, str(ASV / "asv"), "compare", "base", "head")
    lines = [line.rstrip() for line in text.strip().splitlines() if line.startswith("|")]
    marked = [line for line in lines if line.startswith(("| +", "| -"))]
    false = [line for line in marked if PLANTED not in line]
    return {"asv": "\n".join(lines), "asv_marked": len(marked), "asv_false": len(false)}


def _by_name(path: Path) -> dict[str, dict[str, float]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return {benchmark["fullname"]: benchmark["stats"] for benchmark in document["benchmarks"]}


def _value(stats: dict[str, float]) -> str:
    return f"`{stats['ops']}` iter/sec (`stddev: {stats['stddev']}`)"


def _ours(folder: Path, files: dict[str, list[Path]]) -> str:
    sides = ["--baseline", *map(str, files["base"]), "--head", *map(str, files["head"]), "--paired", "--no-fail"]
    _say(folder, "benchverdict", "compare", *sides, "--output-format", "json:verdict.json")
    _say(folder, "benchverdict", "report", "--from", "verdict.json", "--output-dir", "report")
    return (folder / "report" / "comment.md").read_text(encoding="utf-8").strip().replace("### ", "#### ", 1)


def _say(folder: Path, *command: str) -> str:
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())

"""Say what the action does after a report: what it measures next, and which artifacts it uploads.

Run as a file by the steps on the host, so: the standard library and ``reporter.shared`` only, Python 3.9 and later. A
missing or broken file answers no, because the verb that should have written it has recorded its own failure.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from entrypoint.untrusted import read_object

MOST_PAIRS = 1000


def main(arguments: list[str]) -> int:
    """Print a ``name=true|false`` line per question as a step output, and what is kept; or how to measure again."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--measure", action="store_true", help="print an argument of measure a line; none: all is said")
    parser.add_argument("--saving", action="store_true", help="a step before the command has settled to save")
    parsed = parser.parse_args(arguments)
    if parsed.measure:
        print("\n".join(measure_arguments(parsed.work)))
        return 0
    answers = next_steps(parsed.work, saving=parsed.saving)
    for name, answer in answers.items():
        print(f"{name}={'true' if answer else 'false'}")
    if answers["save-baseline"]:
        print(f"baseline-path={parsed.work / 'report' / 'baseline.json.gz'}")
    return 0


def measure_arguments(work: Path) -> list[str]:
    """Give what measure is called with for the next look; nothing when everything is settled."""
    path = work / "report" / "next-step.json"
    step = read_object(path)
    pairs = _count(step.get("pairs"))
    if isinstance(step.get("alone"), str):
        return ["--alone", str(path)]
    if pairs:
        return ["--pairs", str(pairs), "--select", str(path)]
    return ["--confirm"] if read_object(work / "report" / "verdict.json").get("confirm") is True else []


def _count(value: object) -> int | None:
    """Accept a small whole number: the benchmark command could have written the file."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= MOST_PAIRS else None


def next_steps(work: Path, *, saving: bool) -> dict[str, bool]:
    """Return whether there is a report, or logs without one, and a baseline that was settled to be saved."""
    report = work / "report"
    has_report = _is_there(report / "verdict.json")
    complete = read_object(work / "measure" / "measure.json").get("status") == "complete"
    return {
        "report": has_report,
        "logs": not has_report and any(map(_is_there, (report / "logs").glob("*.txt"))),
        "save-baseline": saving and complete and _is_there(report / "baseline.json.gz"),
    }


def _is_there(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

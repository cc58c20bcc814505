"""Say what the action does after a report: what it measures next, and which artifacts it uploads.

Run as a file by the steps on the host, so: standard library only, Python 3.9 and later. A missing or broken file
answers no, because the verb that should have written it has recorded its own failure.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

MOST_PAIRS = 1000


def main(arguments: list[str]) -> int:
    """Print one ``name=true|false`` line per question as a step output, or the arguments to measure with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--measure", action="store_true", help="print an argument of measure a line; none: all is said")
    parsed = parser.parse_args(arguments)
    if parsed.measure:
        print("\n".join(measure_arguments(parsed.work)))
        return 0
    for name, answer in next_steps(parsed.work).items():
        print(f"{name}={'true' if answer else 'false'}")
    return 0


def measure_arguments(work: Path) -> list[str]:
    """Give what measure is called with for the next look; nothing when everything is settled."""
    path = work / "report" / "next-step.json"
    step = _object(path)
    pairs, batch = (_count(step.get(name)) for name in ("pairs", "batch"))
    if pairs and batch is not None:
        return ["--pairs", str(pairs), "--batch", str(batch), "--select", str(path)]
    return ["--confirm"] if _object(work / "report" / "verdict.json").get("confirm") is True else []


def _count(value: object) -> int | None:
    """Accept a small whole number: the benchmark command could have written the file."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= MOST_PAIRS else None


def next_steps(work: Path) -> dict[str, bool]:
    """Read the work folder: is there a report to upload, is a baseline kept."""
    report = work / "report"
    complete = _object(work / "measure" / "measure.json").get("status") == "complete"
    wanted = _object(work / "situation.json").get("save_baseline") is True
    return {
        "report": (report / "verdict.json").is_file(),
        "save-baseline": wanted and complete and (report / "baseline.json.gz").is_file(),
    }


def _object(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Say what the action does after a report: measure again, and which artifacts it uploads.

Run as a file by the steps on the host, so: standard library only, Python 3.9 and later. A missing or broken file
answers no, because the verb that should have written it has recorded its own failure.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> int:
    """Print one ``name=true|false`` line per question, as a step output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    for name, answer in next_steps(parser.parse_args(arguments).work).items():
        print(f"{name}={'true' if answer else 'false'}")
    return 0


def next_steps(work: Path) -> dict[str, bool]:
    """Read the work folder: is there a report to upload, do suspects wait for a second look, is a baseline kept."""
    report = work / "report"
    complete = _object(work / "measure" / "measure.json").get("status") == "complete"
    wanted = _object(work / "situation.json").get("save_baseline") is True
    return {
        "report": (report / "verdict.json").is_file(),
        "confirm": _object(report / "verdict.json").get("confirm") is True,
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

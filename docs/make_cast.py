"""Record ``benchverdict demo`` in a terminal and draw it: ``python docs/make_cast.py [--draw]``.

The demo runs for real, in a terminal of its own, and takes about two minutes. What it prints is kept with its times in
``docs/pictures/demo.cast`` (asciicast v2, which asciinema plays). ``docs/pictures/demo.svg`` is drawn from that: a
terminal emulator gives the screens, and style sheets show them one after the other. Pauses are cut short there.
With ``--draw`` nothing is recorded. Needs a Unix.
"""

from __future__ import annotations

import fcntl
import html
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyte

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
CAST = ROOT / "docs" / "pictures" / "demo.cast"
PICTURE = CAST.with_suffix(".svg")
COMMAND = "benchverdict demo"
COLUMNS, LINES = 92, 30
TYPED, LONGEST_PAUSE, LAST_PAUSE, SPEED, SHORTEST = 0.4, 4.0, 6.0, 8.0, 2.0
"""Seconds for each letter of the command, without anything new on the screen, and on the last screen; how many times as
fast the picture is, but for the last screen; and the seconds of a screen that is not left out for the next one."""
ADVANCE, LEADING, EDGE, FONT = 8.0, 18.0, 16.0, 13.0
"""Pixels of a letter, a line and the edge, and the size of the letters."""
CLASSES = {"red": "r", "green": "g", "brown": "y"}
"""Classes of the colours that the console uses, by their names in pyte."""
STYLE = """
.page{fill:#fff;stroke:#d1d9e0}
text{fill:#1f2328;font:%gpx ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}
.b{font-weight:700}.r{fill:#a83a00}.g{fill:#005f9e}.y{fill:#7a5200}
@media(prefers-color-scheme:dark){.page{fill:#0d1117;stroke:#3d444d}text{fill:#f0f6fc}.r{fill:#ff9e64}.g{fill:#74bdf5}.y{fill:#e3b75c}}
""".replace("\n", "")

Event = tuple[float, str]
Line = tuple[tuple[str, str], ...]
"""Pieces of a line, each with its classes."""


class Frame(NamedTuple):
    """A screen, and for how many seconds it is shown."""

    lines: tuple[Line, ...]
    seconds: float


def main() -> int:
    """Record unless only drawing was asked for, then draw."""
    if sys.argv[1:] != ["--draw"]:
        with tempfile.TemporaryDirectory() as folder:
            events = list(recorded(Path(folder)))
            assert Path(folder).name not in "".join(data for _, data in events), "a path is in two pieces: once more"
        CAST.write_text(asciicast(events), encoding="utf-8")
    PICTURE.write_text(drawn(frames(read(CAST.read_text(encoding="utf-8")))), encoding="utf-8")
    return 0


def recorded(folder: Path) -> Iterator[Event]:
    """Run the demo in a terminal and yield what it prints with its times; ``folder`` is called ``~``."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"HOME": str(folder), "LANG": "C.UTF-8", "PATH": path, "TERM": "xterm-256color"}
    began = time.monotonic()
    process = subprocess.Popen(
        COMMAND.split(), cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    for data in _read(ours):
        yield time.monotonic() - began, data.replace(str(folder.resolve()), "~")
    if process.wait():
        raise SystemExit(f"{COMMAND} ended with exit code {process.returncode}")


def _read(terminal: int) -> Iterator[str]:
    """Yield what comes until the other end is closed."""
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        while True:
            try:
                data = stream.read(65_536)
            except OSError:  # Linux says so when the other end is closed
                return
            if not data:
                return
            yield data.decode("utf-8", "replace")


def asciicast(events: Sequence[Event]) -> str:
    """Return the recording as asciicast v2, the command typed first."""
    header = {"version": 2, "width": COLUMNS, "height": LINES, "title": COMMAND}
    begins = [(TYPED * index, letter) for index, letter in enumerate(f"$ {COMMAND}")]
    start = TYPED * len(begins)
    told: list[tuple[float, str]] = [*begins, (start, "\r\n"), *((start + at, data) for at, data in events)]
    lines = (json.dumps([round(at, 3), "o", data], ensure_ascii=False) for at, data in told)
    return "\n".join([json.dumps(header), *lines]) + "\n"


def read(text: str) -> list[Event]:
    """Return the events of an asciicast."""
    events: list[list[Any]] = [json.loads(line) for line in text.splitlines()[1:]]
    return [(float(at), str(data)) for at, kind, data in events if kind == "o"]


def frames(events: Sequence[Event]) -> list[Frame]:
    """Return the screens that differ, each with its time."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.Stream(screen)
    found: list[tuple[float, tuple[Line, ...]]] = []
    typed = TYPED * len(f"$ {COMMAND}")
    for at, data in events:
        stream.feed(data)
        shown = tuple(_line(screen.buffer[row]) for row in range(LINES))
        if found and at - found[-1][0] < SHORTEST and at > typed:
            found[-1] = (found[-1][0], shown)
        elif not found or shown != found[-1][1]:
            found.append((at, shown))
    pauses = [min(after - before, LONGEST_PAUSE) / SPEED for (before, _), (after, _) in pairwise(found)]
    return [Frame(lines, pause) for (_, lines), pause in zip(found, [*pauses, LAST_PAUSE], strict=True)]


def _line(cells: Any) -> Line:
    """Return a line of the emulator in pieces of one look, without the blanks at its end."""
    pieces: list[list[str]] = []
    for column in range(COLUMNS):
        cell = cells[column]
        look = " ".join(filter(None, ("b" if cell.bold else "", CLASSES.get(cell.fg, ""))))
        if pieces and pieces[-1][0] == look:
            pieces[-1][1] += cell.data
        else:
            pieces.append([look, cell.data])
    while pieces and not pieces[-1][1].rstrip():
        pieces.pop()
    if pieces:
        pieces[-1][1] = pieces[-1][1].rstrip()
    return tuple((look, text) for look, text in pieces)


def drawn(shown: Sequence[Frame]) -> str:
    """Return the picture: each line once, and each screen as a group that is visible in its time.

    Where motion is not wanted, the last screen stands still.
    """
    lines = list(dict.fromkeys(line for frame in shown for line in frame.lines if line))
    numbers = {line: number for number, line in enumerate(lines)}
    total = sum(frame.seconds for frame in shown)
    width, height = COLUMNS * ADVANCE + 2 * EDGE, LINES * LEADING + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">',
        f"<title>{COMMAND}, recorded and shown {SPEED:g} times as fast; pauses are cut short</title>",
        f"<style>{STYLE % FONT}{_moving(shown, total)}</style>",
        f'<rect class="page" x=".5" y=".5" width="{width - 1:g}" height="{height - 1:g}" rx="8"/>',
        f"<defs>{''.join(_text(number, line) for line, number in numbers.items())}</defs>",
        *(_screen(number, frame, numbers) for number, frame in enumerate(shown)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _moving(shown: Sequence[Frame], total: float) -> str:
    """Return the style that shows each screen in its time, over and over, and else the last one."""
    moving, at = [], 0.0
    for number, frame in enumerate(shown):
        begins, ends = 100 * at / total, 100 * (at + frame.seconds) / total
        before = "0%{visibility:hidden}" if begins else ""
        after = f"{ends:.3f}%,100%{{visibility:hidden}}" if number < len(shown) - 1 else "100%{visibility:visible}"
        moving.append(f"@keyframes k{number}{{{before}{begins:.3f}%{{visibility:visible}}{after}}}")
        moving.append(f"#f{number}{{animation:k{number} {total:.2f}s step-end infinite}}")
        at += frame.seconds
    still = f".f{{visibility:hidden}}#f{len(shown) - 1}{{visibility:visible}}"
    return f"{still}@media(prefers-reduced-motion:no-preference){{{''.join(moving)}}}"


def _text(number: int, line: Line) -> str:
    spans = "".join(
        f'<tspan class="{look}">{html.escape(text)}</tspan>' if look else html.escape(text) for look, text in line
    )
    return f'<text id="l{number}" xml:space="preserve">{spans}</text>'


def _screen(number: int, frame: Frame, numbers: dict[Line, int]) -> str:
    uses = (
        f'<use href="#l{numbers[line]}" x="{EDGE:g}" y="{EDGE + LEADING * (row + 0.75):g}"/>'
        for row, line in enumerate(frame.lines)
        if line
    )
    return f'<g class="f" id="f{number}">{"".join(uses)}</g>'


if __name__ == "__main__":
    sys.exit(main())

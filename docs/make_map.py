"""The map of the code: ``docs/architecture.svg``, drawn from the imports. ``python docs/make_map.py`` writes it again.

Every box is a package, with its lines of code. An arc leads from a package to one that it imports, which always lies to
its left; the thicker it is, the more modules do so.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "architecture.svg"
ORDER = (
    *("shared", "measure", "vocabulary", "records", "stats", "ingest", "store", "decide"),
    *("render", "site", "pipeline", "commands", "entrypoint"),
)
"""From what knows nobody to what knows all others. ``vocabulary`` are the modules of ``reporter`` itself."""
_WIDTH, _GAP, _HEIGHT, _MARGIN = 84, 14, 44, 12
_STEP = 15
"""Height of an arc for each package that it passes over."""
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1f2328}.s{font-size:10px;fill:#59636e}"
    ".b{fill:#f6f8fa;stroke:#59636e}.a{fill:none;stroke:#0969da;opacity:.45}"
    "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.s{fill:#9198a1}.b{fill:#151b23;stroke:#9198a1}"
    ".a{stroke:#4493f8}}"
)


def package_of(module: str) -> str | None:
    """Return the box of a module; ``None`` for what is not ours, and for the command line's table of contents."""
    parts = module.split(".")
    if parts[0] == "entrypoint":
        return "entrypoint"
    if parts[0] != "reporter" or parts[1:2] in (["cli"], ["__main__"]):
        return None
    return parts[1] if len(parts) > 1 and parts[1] in ORDER else "vocabulary"


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, also those only for its types."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = node.module in ("reporter", "entrypoint")
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if below else {node.module}
    return found


def survey() -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Return the lines of each package, and how many modules of a package import another one."""
    lines, arrows = Counter[str](), Counter[tuple[str, str]]()
    for path in sorted(path for folder in ("reporter", "entrypoint") for path in (ROOT / folder).rglob("*.py")):
        own = package_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if own is None:
            continue
        lines[own] += len(path.read_text(encoding="utf-8").splitlines())
        arrows.update(
            (own, other) for other in {package_of(name) for name in imported(path)} if other not in (None, own)
        )
    return lines, Counter({(one, str(other)): count for (one, other), count in arrows.items()})


def draw() -> str:
    """Return the picture as SVG."""
    lines, arrows = survey()
    left = {name: _MARGIN + index * (_WIDTH + _GAP) for index, name in enumerate(ORDER)}
    top = _MARGIN + _STEP * len(ORDER)
    width, height = left[ORDER[-1]] + _WIDTH + _MARGIN, top + _HEIGHT + _MARGIN
    title = "Which package imports which: every arc leads to the left"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{title}</title><style>{_STYLE}</style>",
    ]
    for (one, other), count in sorted(arrows.items()):
        start, end = left[one] + _WIDTH / 3, left[other] + _WIDTH * 2 / 3
        peak = top - _STEP * abs(ORDER.index(one) - ORDER.index(other))
        stroke = min(6.0, 1 + count / 12)
        parts.append(
            f'<path class="a" stroke-width="{stroke:.1f}" d="M{start:.0f} {top}C{start:.0f} {peak} {end:.0f} {peak} '
            f'{end:.0f} {top}"><title>{count} modules of {one} import {other}</title></path>'
        )
    for name, x in left.items():
        middle = x + _WIDTH / 2
        parts.append(
            f'<rect class="b" x="{x}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
            f'<text x="{middle:.0f}" y="{top + 19}" text-anchor="middle">{name}</text>'
            f'<text class="s" x="{middle:.0f}" y="{top + 35}" text-anchor="middle">{_rounded(lines[name])} lines</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _rounded(lines: int) -> str:
    """Return so many lines to the nearest thousand, or to the nearest hundred below it: the picture is to last."""
    return f"{round(lines, -3 if lines >= 1000 else -2):,}"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")

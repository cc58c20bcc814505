"""Writes the files of a site: each record as JSON, and as the page that shows it."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from reporter import __version__
from reporter.masking import without_secrets
from reporter.records.writing import to_json
from reporter.render.templates import environment, folder
from reporter.site.addresses import beside, up_from

if TYPE_CHECKING:
    from pathlib import Path

    from msgspec import Struct

    Written = TypeVar("Written", bound=Struct)

GENERATOR = f"Benchverdict {__version__}"
ASSETS = ("report.css", "site/site.css", "site/site.js", "site/chart.js", "site/overview.js", "site/compare.js")

_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
_RAW = -15
"""Deflate without a header, as browsers call ``deflate-raw``."""


class Writer:
    """Writes below a folder that is not the site yet."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: set[Path] = set()
        self.bytes = 0

    def record(self, path: str, record: Written) -> Written:
        """Write a record as JSON without secrets; return it as it was written."""
        clean = without_secrets(record)
        self.file(path, encoded(clean))
        return clean

    def page(self, path: str, template: str, title: str, **view: Any) -> None:
        """Write a page from its template. ``data`` in the view is a record that its script needs."""
        data = view.pop("data", None)
        text = (
            environment()
            .get_template(f"site/{template}.html.j2")
            .render(
                **view,
                title=title,
                root=up_from(path),
                json=beside(path, "json"),
                generator=GENERATOR,
                policy=_POLICY,
                data="" if data is None else packed(encoded(data)),
            )
        )
        self.file(path, text.encode("utf-8", "backslashreplace"))

    def script(self, path: str, record: Struct) -> None:
        """Write a record as a script that hands it to the page that loads it: a page of ``file://`` reads no JSON."""
        self.file(path, f'benchverdict("{path}", "{packed(encoded(record))}");\n'.encode())

    def assets(self) -> None:
        """Write style sheets and scripts."""
        for name in ASSETS:
            self.file(f"assets/{name.rpartition('/')[2]}", (folder() / name).read_bytes())

    def file(self, path: str, data: bytes) -> None:
        """Write a file; its folder is made when there is none."""
        place = self._root / path
        if place.parent not in self._made:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(place.parent)
        place.write_bytes(data)
        self.bytes += len(data)


def encoded(record: Struct) -> bytes:
    """Return a record as JSON; half of a surrogate pair, which a hostile name can hold, is its escape."""
    content = to_json(record, type(record))
    try:
        return msgspec.json.encode(content) + b"\n"
    except UnicodeEncodeError:
        return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def packed(data: bytes) -> str:
    """Return data as text that is a quarter of its size and means nothing in HTML or a script."""
    packer = zlib.compressobj(6, zlib.DEFLATED, _RAW)
    return b64encode(packer.compress(data) + packer.flush()).decode("ascii")

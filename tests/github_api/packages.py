"""Files of published npm packages, brought once into ``build/`` and checked against their known digest."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).parents[2] / "build" / "npm"


@dataclass(frozen=True, kw_only=True)
class Package:
    """``integrity`` is the base64 SHA-512 of the packed package, as the registry tells it."""

    name: str
    version: str
    integrity: str

    def file(self, member: str) -> Path:
        """Return one file of the package, fetching the package when it is not there yet."""
        place = CACHE / f"{self.name.replace('/', '-').lstrip('@')}-{self.version}"
        wanted = place / member.replace("/", "-")
        if not wanted.exists():
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place) as folder:  # other tests may be fetching it too
                self._unpack(self._pack(Path(folder)), member, wanted)
        return wanted

    def _pack(self, place: Path) -> Path:
        command = [_npm(), "pack", f"{self.name}@{self.version}", "--pack-destination", str(place), "--silent"]
        subprocess.run(command, cwd=place, check=True, timeout=300, stdout=subprocess.DEVNULL)
        packed = next(place.glob("*.tgz"))
        digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if digest != self.integrity:
            raise RuntimeError(f"{self.name} {self.version} is not what it should be: sha512 {digest}")
        return packed

    @staticmethod
    def _unpack(packed: Path, member: str, wanted: Path) -> None:
        with tarfile.open(packed) as archive:
            content = archive.extractfile(f"package/{member}")
            if content is None:
                raise RuntimeError(f"{packed.name} has no {member}")
            unfinished = packed.with_suffix(".part")
            unfinished.write_bytes(content.read())
        unfinished.replace(wanted)


def _npm() -> str:
    """Prefer the machine's own npm; else the one that the development requirements bring along."""
    beside = Path(sys.executable).parent
    found = shutil.which("npm") or shutil.which("npm", path=os.fspath(beside))
    if found is None:
        raise RuntimeError("npm is missing: install the development requirements (make test does)")
    return found


OPENAPI = Package(
    name="@octokit/openapi",
    version="23.0.2",
    integrity="pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
)
WEBHOOKS = Package(
    name="@octokit/webhooks-examples",
    version="7.6.1",
    integrity="De6U3XB6O3DtCa7bKgCMzTHdeopqqZ6SNivMYJnK65ierKL1AnNIA0tkRYCRS7lwGT792d+Ps1WbfHlso6MynQ==",
)

"""Record ``debian.csv``, ``debian-bare.csv`` and ``debian.xml`` with Debian's jmeter (2.13), its HTTP module and a JDK.

That jmeter cannot load a test plan with Debian's newer XStream, so ``Record.java`` makes the plan and lets it run.
Only the address of the server is replaced.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.shop import shop  # noqa: E402 - from the root of the repository

CLASSES = "/usr/share/jmeter/bin/ApacheJMeter.jar:/usr/share/jmeter/lib/*:/usr/share/jmeter/lib/ext/*:/usr/share/java/*"


def record(name: str, host: str, *settings: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / name
        command = ["java", "-cp", CLASSES, str(HERE / "Record.java"), host.rpartition(":")[2], str(output), *settings]
        subprocess.run(command, check=True, cwd=folder, timeout=60)
        text = output.read_bytes().decode()
        (HERE / name).write_bytes(re.sub(r"\b127\.0\.0\.1:\d+", "shop.test", text).encode())


if __name__ == "__main__":
    with shop() as host:
        csv = ("output_format=csv", "url=true", "connect_time=true")
        record("debian.csv", host, *csv, "print_field_names=true")
        record("debian-bare.csv", host, *csv, "print_field_names=false")
        record("debian.xml", host, "output_format=xml", "connect_time=true")

"""Record the files beside this one with g++ and libbenchmark-dev (1.7): run this script with Python.

Host name and path of the program are taken out afterwards; nothing else is changed.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "sample"
        source = str(HERE / "sample.cpp")
        subprocess.run(["g++", "-O1", source, "-o", str(program), "-lbenchmark", "-lpthread"], check=True)
        record(program, "once.json")
        record(program, "repeated.json", "--benchmark_repetitions=3", "--benchmark_filter=Repeat|Slow|Fails")
        aggregates = ("--benchmark_repetitions=3", "--benchmark_report_aggregates_only=true")
        record(program, "aggregates.json", *aggregates, "--benchmark_filter=Repeat|Slow")


def record(program: Path, name: str, *options: str) -> None:
    output = HERE / name
    subprocess.run([str(program), f"--benchmark_out={output}", *options], check=True, stdout=subprocess.DEVNULL)
    document = json.loads(output.read_text())
    for key in ("host_name", "executable"):
        document["context"].pop(key, None)
    output.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()

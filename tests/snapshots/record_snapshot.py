"""Write a baseline as the version of Benchverdict whose folder is given does: two sessions, and pairs of the last one.

    python tests/snapshots/record_snapshot.py FOLDER_OF_THAT_VERSION OUTPUT

The schema beside it is that version's ``schemas/snapshot-v1.json``.
"""

import sys
from dataclasses import replace
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "data" / "pytest-benchmark"


def main(folder: str, output: str) -> None:
    sys.path.insert(0, folder)
    from reporter.ingest import assemble, read_file
    from reporter.ingest.assemble import Provenance
    from reporter.model import Baseline, BaselineSource, Suite
    from reporter.shared.model import Fingerprint
    from reporter.store import history, snapshot

    machine = Fingerprint(cpu_model="A", cores=4, image="ubuntu24", details=(("kernel", "6.1"),))

    def suite(runs: list[str], commit: str, measured_at: float) -> Suite:
        read = [[read_file(RESULTS / name)] for name in runs]
        made = assemble(
            read, suite="unit", known=Provenance(commit=commit, measured_at=measured_at, fingerprint=machine)
        )
        coded = [replace(each, code=f"{index:016x}") for index, each in enumerate(made.benchmarks)]
        return replace(made, benchmarks=tuple(coded))

    first = suite(["5.3.1.json", "5.2.3.json"], "a" * 40, 1e9)
    last = suite(["5.3.1.json", "5.2.3.json"], "b" * 40, 2e9)
    both = suite(["5.3.1.json", "5.2.3.json"] * 2, "b" * 40, 2e9)
    pairs = replace(history.session_of(both), plan=history.AGAINST_ITSELF)
    earlier = Baseline(suite=first, history=history.extend(None, first), source=BaselineSource(commit=first.commit))
    sessions = history.extend(earlier, last, pairs)
    made = Baseline(suite=last, history=sessions, source=BaselineSource(commit=last.commit))
    Path(output).write_bytes(snapshot.dump(made))


if __name__ == "__main__":
    main(*sys.argv[1:])

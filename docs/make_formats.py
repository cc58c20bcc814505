"""Make ``formats.md`` of what the formats say of themselves: ``python docs/make_formats.py``."""

from __future__ import annotations

from pathlib import Path

from reporter.ingest.registry import FORMATS

PAGE = Path(__file__).parent / "formats.md"

BEFORE = """# Result formats

<!-- Made by docs/make_formats.py. -->

A file is recognised by its content, never by its name. Gzip is unpacked; UTF-8, UTF-16 and UTF-32 are read, with
any line ends. Lines of a log may stand before the result, and several JSON documents of one format in one file.
When two formats fit, or to be sure, name the format: `--input-format NAME`, or the action's input `format`. Times,
memory, failures and counts of instructions are better when lower, throughput and scores when higher.

| format | versions read | metrics | samples | not read |
|---|---|---|---|---|
"""

COMMANDS = """
One command that makes such a file:

| format | command |
|---|---|
"""

AFTER = """
What a tool did not measure stays unknown: files without samples have no percentiles but those the tool computed. A
value that is NaN, infinite, null or, for a time, below zero makes that benchmark `errored` in that run, with the
reason; it never counts as 0. So does a benchmark that failed, a request that was never made, and one that failed
every time. Metrics whose good direction nobody declared are shown and never judged; declare it with `[[metric]]` in
the configuration.

Where a run leaves many files (Criterion, asv), give `read`, `compare` and `check` the folder: it is one run.

Sums over other rows (`Aggregated`, means of repetitions) are left out when their parts are there. Files a tool
writes beside its results (histories, logs, indexes) may be among the results; they are recognised and add no
benchmark. Where a tool rounds its times, the step stands in the details of the benchmark. Credentials in names
(`//user:password@`, `?token=…`, `Authorization:`) are masked. Load tests against this machine lose the port in
their names, which is often another one in every run.

Content of up to 512 MiB is held at once; JMeter's results, k6's points and Gatling's log are read line by line, up
to 8 GiB. Names, parameters and units have at most 5,000 characters, a file at most 100,000
benchmarks and metrics.

## Histories

`benchverdict history import FILE…` puts the past that another tool kept into the history of a suite, so that noise
between jobs is known from the first day: `data.js` of github-action-benchmark, `bencher perf` and reports of Bencher as
JSON, the results folder of asv, and tables with a column of times (one value a row, or a column for each benchmark).
The last 50 runs of a machine stay; the newest becomes the baseline when there is none. Only asv says on
which machine they were measured; otherwise it is unknown, which counts as the same. `benchverdict history export`
writes the history as CSV, JSON lines or OpenMetrics (`--output-format csv`, `jsonl`, `openmetrics`).

## Adding a format

1. Record results with the real tool into `tests/data/NAME/`, with the script that does it beside them.
2. Write one module in `reporter/ingest/` with `name`, `about`, `score` and `read`, as `Format` asks.
3. Add its line to `FORMATS` in `reporter/ingest/registry.py`.
4. Make this page again: `python docs/make_formats.py`.
5. Run the tests of all formats: `python -m pytest tests/unit/test_registry.py`.

Nothing else should need a change; a test follows these five lines. Numbers are handed over as the file has them, in
base units, and are checked in one place for all formats; a direction that is not known is `None`.
"""


def page() -> str:
    """Return the whole page."""
    formats = sorted(FORMATS, key=lambda entry: entry.name)
    rows = [
        f"| `{entry.name}` | {about.versions} | {about.metrics} | {about.samples} | {about.lost} |\n"
        for entry in formats
        for about in (entry.about,)
    ]
    commands = [f"| `{entry.name}` | `{entry.about.command.replace('|', chr(92) + '|')}` |\n" for entry in formats]
    return "".join((BEFORE, *rows, COMMANDS, *commands, AFTER))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""Make ``docs/reference`` from action.yml, the command line's parser, the configuration and the schemas.

``python docs/make_reference.py`` writes the pages; ``tests/unit/test_reference.py`` holds them to it.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from reporter import config
from reporter.commands import COMMANDS, SUMMARIES
from reporter.commands.calls import EXIT_CODES, parser_of
from reporter.config.budget_rules import BOUNDS
from reporter.config.reading import parse
from reporter.decide.policy import Policy
from reporter.shared.errors import UsageError
from reporter.shared.model import ServiceRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.parser import CommandParser

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Made by docs/make_reference.py: change the source it names, then run it. -->\n"


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    return {
        "action.md": action_page(),
        "command-line.md": command_line_page(),
        "configuration.md": configuration_page(),
        "files.md": files_page(),
    }


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table, or nothing for no rows."""
    lines = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) if rows else ""


# The action.


def action_page() -> str:
    """Return the page about inputs and outputs, from action.yml."""
    action = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
    inputs = [_input_row(name, entry) for name, entry in action["inputs"].items() if name not in SPECIAL]
    special = [_input_row(name, action["inputs"][name]) for name in SPECIAL]
    elsewhere = [(f"`{name}`", *(_code(place) for place in COUNTERPARTS[name])) for name in COUNTERPARTS]
    outputs = [(f"`{name}`", _linked(entry["description"])) for name, entry in action["outputs"].items()]
    return (
        f"# Inputs and outputs of the action\n\n{MADE}\nSource: `action.yml`. All inputs are optional.\n\n## Inputs\n\n"
        + table(("input", "default", "what it does"), inputs)
        + f"\n## Special inputs\n\n{ABOUT_SPECIAL}\n\n"
        + table(("input", "default", "what it does"), special)
        + f"\n## The same setting elsewhere\n\n{ABOUT_COUNTERPARTS}\n\n"
        + table(("input", "configuration", "command line"), elsewhere)
        + "\n## Outputs\n\n"
        + table(("output", "what it holds"), outputs)
    )


def _input_row(name: str, entry: dict[str, Any]) -> tuple[str, str, str]:
    default = f"`{entry['default']}`" if entry.get("default") else ""
    return f"`{name}`", default, _linked(entry["description"])


def _code(place: str) -> str:
    return f"`{place}`" if place else ""


SPECIAL = ("stage", "head-sha", "suites", "shard", "accept-label")
"""Inputs that a workflow of one job never needs."""
ABOUT_SPECIAL = "A workflow with one job and one suite needs none of these."
COUNTERPARTS = {
    "command": ("[measure] command", "run -- COMMAND"),
    "results": ("[measure] results", ""),
    "format": ("[measure] format", "run --input-format"),
    "mode": ("[modes.NAME]", "run --mode"),
    "config": ("", "run --config"),
    "working-directory": ("", "-C"),
    "compare": ("[measure] compare", "run --compare"),
    "setup": ("[measure] setup", ""),
    "explain": ("[measure] explain", "run --explain"),
    "select": ("[measure] select", "run --select"),
    "time-limit": ("[measure] time-limit", "run --time-limit"),
    "save-baseline": ("", "run --save-baseline"),
    "fail-on": ("[gate] fail-on", "run --fail-on"),
    "name": ("", "run --name"),
    "store": ("[store] url", "run --store"),
}
"""Where a person sets the same: in the configuration, and on the command line."""
ABOUT_COUNTERPARTS = (
    "An input goes before the configuration. `true`, `yes`, `on` and `1` are the same, and so are their opposites, in "
    "any case. All other inputs are about GitHub alone, and all other keys of the "
    "[configuration](configuration.md) belong to its file: they say how the benchmarks of this commit are measured."
)
ABOUT_GITHUB = ("baseline-workflow", "comment", "check", "mention", "runtime", "token", "retention-days")
"""Inputs that have no meaning without GitHub."""


def _linked(text: str) -> str:
    """Return a text whose names of pages are links."""
    return re.sub(r"\bdocs/([\w-]+)\.md", r"[\1](../\1.md)", text)


# The command line.


def command_line_page() -> str:
    """Return the page about the commands, from the parser itself."""
    return (
        f"# Command line\n\n{MADE}\nSource: the parser. `benchverdict COMMAND --help` prints the same.\n\n"
        + "".join(f"{_listed(title, group)}\n" for title, group in COMMANDS.items())
        + _exit_codes()
        + "".join(f"\n## {name}\n\n{_command(parser_of(name))}" for name in SUMMARIES)
    )


def _listed(title: str, group: dict[str, str]) -> str:
    return table((title, "what it does"), [(f"[`{name}`](#{name})", text) for name, text in group.items()])


def _command(parser: CommandParser) -> str:
    """Return the section of a command: what it does, its arguments by groups, examples."""
    parts = [f"{parser.description}\n\n```\n{parser.format_usage().removeprefix('usage: ')}```\n"]
    for group in parser._action_groups:
        shown = [part for part in group._group_actions if part.dest != "help" and part.help != argparse.SUPPRESS]
        head = "argument" if group.title in ("arguments", "options") else str(group.title)
        parts.append(table((head, "what it does"), [(f"`{_written(part)}`", _meaning(part)) for part in shown]))
    parts.append("```console\n" + "".join(f"$ {call}\n" for call in parser.examples) + "```\n")
    return "\n".join(part for part in parts if part)


def _written(part: argparse.Action) -> str:
    value = part.metavar if isinstance(part.metavar, str) else part.dest.upper()
    if part.choices:
        value = "{" + ",".join(map(str, part.choices)) + "}"
    if not part.option_strings:
        return value
    return ", ".join(part.option_strings) + ("" if part.nargs == 0 else f" {value}")


def _meaning(part: argparse.Action) -> str:
    text = (part.help or "").replace("%%", "%")
    default = part.default
    if default not in (None, False, [], argparse.SUPPRESS) and "default" not in text:
        text += f" (default: `{default}`)" if text else f"default: `{default}`"
    return text + (" (required)" if part.option_strings and part.required else "")


def _exit_codes() -> str:
    """Return the table of exit codes."""
    return "## Exit codes\n\n" + table(("code", "means"), [(str(code), what) for code, what in EXIT_CODES.items()])


# The configuration.

MEASURING = {
    "command": "the benchmark command; `{output}` becomes a fresh path for every run",
    "results": "globs of result files, for a command that chooses its own file names",
    "format": "the [format](../formats.md) of the result files; without it, their content decides",
    "runs": "fresh processes for a comparison with a baseline",
    "baseline-runs": "fresh processes for a baseline",
    "confirm": "`false`: no pairs unless asked for and no second look; then only budgets can fail the gate",
    "confirm-runs": "more runs of the head for suspects, where pairs are not possible",
    "run-time-limit": "a run that takes longer is ended, and counts as failed",
    "compare": "what to compare with; see [pairs](../pairs.md)",
    "time-limit": "how long pairs are measured, set-up apart; without it 2 to 10 minutes, by the number of benchmarks",
    "setup": "a script that prepares each side before pairs, such as a build",
    "benchmarks-from": "`head`: the benchmark files of the head run on both sides",
    "threads": "`true`: benchmarks use several threads, so runs are not kept on one core",
    "lock-step": "`false`: the two runs of a pair never take turns",
    "keep-base": "the command line keeps a base that was set up, for a day",
    "clock": "the clock that decides pairs in lock-step",
    "shorten": "pairs get the option of the tool that makes its runs short",
    "noise-pairs": "pairs of a baseline's commit with itself, so that their noise is known; 0 for none",
    "requires-env": "nothing is measured where one of these environment variables is not set",
    "requires-url": "nothing is measured where one of these addresses does not answer",
    "explain": "what is [profiled and counted](../why.md) after pairs: what regressed, all that is slower, or nothing",
    "explain-limit": "how long that may take in all; at most an hour",
    "select": "`affected`: pairs only of the [benchmarks that the change can reach](../select.md)",
    "count-limit": "how long it may take to [count](../why.md#gating-on-counts) all benchmarks; at most an hour",
}
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "[gate]": (
        "What fails the gate.",
        {
            "fail-on": "verdicts that fail the gate, or `never`",
            "rule": "the [rule of another tool](../rules.md), which then decides alone",
        },
    ),
    "[measure]": ("How to measure.", MEASURING),
    "[service]": (
        "A server that every run gets afresh; see [services](../service.md).",
        {
            "command": "starts the server, in the foreground",
            "ready-url": "the server is ready when this address answers with a status below 400",
            "ready-command": "in its place: the server is ready when this command ends with 0",
            "reset": "makes the data fresh; runs before every start",
            "ready-within": "how long the start may take",
            "port": "a fixed port; without it, a free one for every run",
        },
    ),
    "[modes.NAME]": (
        "A named way to measure; see [modes](../modes.md). It has every key of `[measure]`, which is its default, and:",
        {"service": "a table that replaces `[service]`, or `false` for none"},
    ),
    "[[benchmark]]": (
        "A rule for the benchmarks whose names match; the most specific match wins.",
        {
            "match": "a glob on the name (required)",
            "category": "the category, in which reports sum up",
            "threshold": 'the smallest change that is called regressed or improved, such as `"5%"`',
            "margin": "a benchmark whose whole interval is within it is called unchanged",
        },
    ),
    "[[metric]]": (
        "What a tool does not say about its own numbers. Metrics without a direction are shown and never judged.",
        {
            "match": "a glob on `benchmark:metric` (required)",
            "unit": 'the unit of the tool, such as `"ms"`',
            "better": "which direction is good",
        },
    ),
    "[[budget]]": (
        "An absolute bound; see [budgets](../budgets.md). At least one of the three levels is needed.",
        {
            "match": "a glob on the name of the benchmark (required)",
            "metric": "a metric, or a statistic of the main metric such as `p95` (required)",
            "bound": "which side is good, where the metric does not say",
            "modes": "the budget holds in these modes only",
            "target": "missing it is shown",
            "warning": "missing it is a warning",
            "critical": "missing it fails the gate",
        },
    ),
    "[[accept]]": (
        "A reviewed regression that passes the gate until its day.",
        {
            "match": "a glob on the name of the benchmark (required)",
            "metric": "one metric only",
            "until": "the last day, as `2027-01-31` (required)",
            "reason": "why, for the report (required)",
        },
    ),
    "[load]": (
        "When a load counts as too much; see [load tests](../load.md).",
        {
            "error-rate": "the share of failed requests",
            "p99": "the 99th percentile of the response time",
            "sustained": "shorter levels of load are passed over",
        },
    ),
    "[[select.path]]": (
        "What a file reaches, where that [cannot be recorded](../select.md#other-languages).",
        {
            "glob": "paths from the top of the repository; `*` stands for any characters, `/` too (required)",
            "benchmarks": "globs on the names of benchmarks, or `[]` for none (required)",
        },
    ),
    "[history]": (
        "The saved baselines; see [the trend](../trend.md).",
        {"pinned": "the commit of a saved session that nothing may creep away from"},
    ),
    "[store]": (
        "A store that outlives every job; see [the lasting history](../history.md).",
        {
            "url": "its address, such as `s3://bucket/folder` or `postgresql://host/name`; `artifact` for the usual",
            "keep": 'what `history prune` may remove: all that is older than this, such as `"2 years"`',
        },
    ),
}
WORDS = {
    "[gate] fail-on": config.FAIL_ON,
    "[measure] compare": config.COMPARE,
    "[measure] clock": config.CLOCKS,
    "[measure] explain": config.EXPLAIN,
    "[measure] select": config.SELECT,
    "[measure] benchmarks-from": config.BENCHMARKS_FROM,
    "[[metric]] better": ("lower", "higher"),
    "[[budget]] bound": BOUNDS,
}
DEFAULTS: dict[str, Any] = {
    "[gate]": config.Config(),
    "[measure]": config.MeasureSettings(),
    "[service]": ServiceRule(command=""),
    "[load]": config.LoadLimits(),
    "[[benchmark]]": Policy(),
}

EXAMPLE = """\
[gate]
fail-on = ["regressed", "budget-critical"]
[measure]
command = "pytest benchmarks --benchmark-json={output}"
time-limit = "3 min"
[service]
command = "uvicorn app:app --port $BENCHVERDICT_PORT"
ready-url = "/ready"
[modes.quick]
command = "pytest benchmarks -k quick --benchmark-json={output}"
service = false
[[benchmark]]
match = "test_api_*"
category = "api"
threshold = "5%"
margin = "5%"
[[metric]]
match = "*:hit_rate"
unit = "%"
better = "higher"
[[budget]]
match = "GET /health"
metric = "p95"
warning = "80 ms"
critical = "100 ms"
[[accept]]
match = "test_search_complex"
until = 2027-01-31
reason = "new ranking"
"""


def configuration_page() -> str:
    """Return the page about the configuration: keys as the parser names them, defaults of the types."""
    return (
        f"# Configuration\n\n{MADE}\nThe file is `benchverdict.toml`, or `[tool.benchverdict]` in `pyproject.toml`. An "
        'unknown key is an error. Durations (`"3m"`, `"1h30m"`), shares (`"5%"`) and sizes are texts with their unit. '
        'What is true or false may also be written as `"yes"` or `"no"`, `"on"` or `"off"`, `1` or `0`.\n'
        "\nSource: `reporter/config`. Every table is optional, and so is every key that is not marked as required.\n"
        f"\nAn example of every table but `[load]`, `[history]` and `[store]`:\n\n```toml\n{EXAMPLE}```\n"
        + "".join(_configuration_table(name) for name in TABLES)
    )


def _configuration_table(name: str) -> str:
    about, described = TABLES[name]
    rows = []
    for key in known_keys(name):
        if key in described:
            words = WORDS.get(f"{name} {key}", ())
            choice = f"; one of {', '.join(f'`{word}`' for word in words)}" if words else ""
            rows.append((f"`{key}`", default_of(name, key), described[key] + choice))
    return f"\n## `{name}`\n\n{about}\n\n" + table(("key", "default", "what it does"), rows)


def known_keys(name: str) -> list[str]:
    """Return the keys of a table, which the parser itself lists where it refuses another one."""
    path = name.strip("[]").replace("NAME", "any").split(".")
    inner: Any = {"?": 0}
    for part in reversed(path):
        inner = {part: [inner] if name.startswith("[[") and part == path[-1] else inner}
    try:
        parse(inner, "")
    except UsageError as error:
        return str(error.cure).removeprefix("known here: ").split(", ")
    raise AssertionError(name)


def default_of(name: str, key: str) -> str:
    """Return the default of a key as TOML, or nothing where there is none."""
    holder = DEFAULTS.get(name)
    attribute = key.replace("-", "_")
    for candidate in (attribute, f"{attribute}_seconds"):
        if holder is not None and candidate in {entry.name for entry in fields(holder)}:
            return _toml(getattr(holder, candidate), seconds=candidate.endswith("_seconds"))
    return ""


def _toml(value: object, *, seconds: bool) -> str:
    if value in (None, (), ""):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, float):
        return f'`"{value:g} s"`' if seconds else f'`"{100 * value:g}%"`'
    return f"`{json.dumps(list(value) if isinstance(value, tuple) else value)}`"


# The files.


def files_page() -> str:
    """Return the page about the versioned files, from their schemas."""
    parts = []
    for path in sorted((ROOT / "schemas").glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        rows = [*_fields(schema, schema, "")]
        parts.append(
            f"\n## {path.stem}\n\n{schema['title']}. The whole [schema](../../schemas/{path.name}).\n\n"
            + table(("field", "type", "meaning"), rows)
        )
    return (
        f"# Files\n\n{MADE}\nSource: `schemas/`. Every file is JSON and names its schema. Fields may be added within a "
        "version; what is there keeps its meaning. Numbers are in base units (s, B, 1/s), and `null` is unknown.\n"
        + "".join(parts)
    )


def _fields(schema: dict[str, Any], whole: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    """Yield the fields of an object and those of the objects in it, by their paths."""
    for name, entry in schema.get("properties", {}).items():
        resolved = _resolved(entry, whole)
        here = f"{path}{name}"
        optional = "" if name in schema.get("required", ()) else ", may be absent"
        yield f"`{here}`", _type(resolved) + optional, resolved.get("description", "")
        inside, deeper = resolved, f"{here}."
        if "items" in resolved and isinstance(resolved["items"], dict):
            inside, deeper = _resolved(resolved["items"], whole), f"{here}[]."
        yield from _fields(inside, whole, deeper)


def _resolved(entry: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its reference followed, and of alternatives the one that says most."""
    if "$ref" in entry:
        target = whole
        for part in entry["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return {**target, **{key: value for key, value in entry.items() if key != "$ref"}}
    for key in ("anyOf", "oneOf"):
        if key in entry:
            richest = max((_resolved(one, whole) for one in entry[key]), key=lambda one: len(json.dumps(one)))
            kinds = {_type(_resolved(one, whole)) for one in entry[key]}
            return {**richest, **entry, "type": sorted(kinds)}
    return entry


def _type(schema: dict[str, Any]) -> str:
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{json.dumps(word)}`" for word in schema["enum"])
    kind = schema.get("type", "any")
    kinds = [kind] if isinstance(kind, str) else kind
    return " or ".join(kinds)


if __name__ == "__main__":
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")

"""The configuration file: ``benchverdict.toml``, or ``[tool.benchverdict]`` in ``pyproject.toml``.

An unknown key is an error that names the nearest known one, because a setting that silently does nothing is a gate
that silently does nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reporter.config import FAIL_ON, Config, MeasureSettings
from reporter.config.sections import MODE_KEYS, SETTING_KEYS, Sections
from reporter.shared.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TABLES = ("gate", "measure", "service", "modes", "metric", "benchmark", "budget", "accept", "load", "history")


def load(path: Path | None, workspace: Path) -> Config:
    """Read the configuration: the file given, else the first of the two usual places, else the defaults.

    Raises:
        UsageError: the file is missing, not TOML, or says something that is not known.
    """
    own, project = workspace / "benchverdict.toml", workspace / "pyproject.toml"
    if path is not None and not path.is_file():
        raise UsageError(
            "config-missing",
            "there is no such configuration file",
            where=str(path),
            cure="correct the path, or leave --config out for the defaults",
        )
    chosen = path or next((file for file in (own, project) if file.is_file()), None)
    if chosen is None:
        return Config()
    table = _toml(chosen)
    return parse(_own_table(table, chosen) if chosen.name == "pyproject.toml" else table, str(chosen))


def _own_table(table: dict[str, Any], path: Path) -> dict[str, Any]:
    reader = Sections(str(path))
    return reader.table(reader.table(table, "tool"), "benchverdict", "tool.")


def parse(table: dict[str, Any], where: str) -> Config:
    """Turn a TOML table into the configuration; see ``load`` for the errors."""
    reader = Sections(where)
    reader.only(table, _TABLES, "")
    gate = reader.table(table, "gate")
    reader.only(gate, ("fail-on", "rule"), "gate.")
    alone = reader.settings(reader.table(table, "measure"), MeasureSettings(), "measure.", SETTING_KEYS)
    defaults = replace(alone, service=reader.service(table, "", None))
    modes = reader.table(table, "modes")
    history = reader.table(table, "history")
    reader.only(history, ("pinned",), "history.")
    return Config(
        fail_on=parse_fail_on(reader.texts(gate, "fail-on", "gate.", Config().fail_on), where),
        rule=reader.text(gate, "rule", "gate."),
        measure=defaults,
        modes=tuple(
            (name, reader.settings(reader.table(modes, name, "modes."), defaults, f"modes.{name}.", MODE_KEYS))
            for name in modes
        ),
        metrics=tuple(reader.metric(rule, f"metric[{i}].") for i, rule in enumerate(reader.tables(table, "metric"))),
        benchmarks=tuple(
            reader.benchmark(rule, f"benchmark[{i}].") for i, rule in enumerate(reader.tables(table, "benchmark"))
        ),
        budgets=tuple(
            reader.budget(rule, f"budget[{i}].", tuple(modes)) for i, rule in enumerate(reader.tables(table, "budget"))
        ),
        pinned=reader.commit(history, "pinned", "history."),
        load=reader.load_limits(reader.table(table, "load")),
        accepts=tuple(reader.accept(rule, f"accept[{i}].") for i, rule in enumerate(reader.tables(table, "accept"))),
    )


def with_call(config: Config, given: dict[str, Any]) -> Config:
    """Return the configuration with the settings of a call, by their keys, in place of those of every mode.

    Raises:
        UsageError: a value is not known.
    """
    reader = Sections("command line")
    modes = tuple((name, reader.settings(given, own, "--", SETTING_KEYS)) for name, own in config.modes)
    return replace(config, measure=reader.settings(given, config.measure, "--", SETTING_KEYS), modes=modes)


def parse_fail_on(words: Iterable[str], where: str) -> tuple[str, ...]:
    """Check the words of ``fail-on``; ``never`` alone stands for none.

    Raises:
        UsageError: a word is not known.
    """
    found = tuple(word.strip() for word in words if word.strip())
    if found == ("never",):
        return ()
    if not found:
        raise UsageError(
            "empty-fail-on",
            "fail-on names no verdict",
            where=where,
            cure="name some, such as regressed, or write never",
        )
    for word in found:
        if word not in FAIL_ON:
            raise UsageError(
                "unknown-fail-on", f"fail-on does not know {word!r}{did_you_mean(word, FAIL_ON)}", where=where,
                cure="use " + ", ".join(FAIL_ON) + ", or never",
            )  # fmt: skip
    return found


def _toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            "config-unreadable",
            f"the configuration cannot be read: {error}",
            where=str(path),
            cure="correct it; docs/reference/configuration.md has an example",
        ) from error

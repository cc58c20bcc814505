"""The configuration file: ``benchverdict.toml``, or ``[tool.benchverdict]`` in ``pyproject.toml``.

An unknown key is an error that names the nearest known one, because a setting that silently does nothing is a gate
that silently does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from reporter.accept_rules import AcceptRule, last_day
from reporter.budget_rules import BOUNDS, LEVELS, BudgetRule, budget_rule
from reporter.globs import most_specific
from reporter.service_rules import KEYS as SERVICE_KEYS
from reporter.service_rules import service_rule
from reporter.shared.booleans import parse_boolean
from reporter.shared.errors import UsageError, did_you_mean
from reporter.shared.model import COMMIT, ServiceRule
from reporter.shared.next_step import COUNTED, LONGEST_SECONDS
from reporter.units import parse_duration, parse_fraction, to_base
from reporter.verdicts import GATING, STRICT_VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from reporter.model import Better

BUDGET_WORDS = ("budget-critical", "budget-warning", "budget-not-measured")
NOT_COMPARED = "not-compared"
"""Fails the gate when there was nothing to compare with; it is a cause of the gate too."""
FAIL_ON = (*GATING, NOT_COMPARED, *BUDGET_WORDS, *COUNTED)
STRICT = (*STRICT_VERDICTS, NOT_COMPARED)
BY_COUNTS = "instructions"
"""Decides by counts alone, of both sides as pairs have them."""
COMPARE = ("auto", "baseline", "paired", BY_COUNTS, "none")
CLOCKS = ("auto", "wall", "cpu")
BENCHMARKS_FROM = ("head",)
EXPLAIN = ("auto", "always", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSettings:
    """How to measure.

    ``runs`` fresh processes for a comparison, ``baseline_runs`` when a baseline is saved, ``confirm_runs`` more when
    a comparison with a baseline has suspects. Without ``confirm`` there are neither these nor pairs by themselves, and
    a comparison cannot fail the gate. Pairs are measured for at most ``time_limit_seconds``, set-up apart; ``None``
    leaves that to measuring (``outlook.time_limit``). ``setup`` is a script run in each side's tree; ``noise_pairs`` of
    a commit and itself are measured when it becomes a baseline; ``benchmarks_from`` "head" runs the head's benchmark
    files on both sides, ``threads`` leaves runs unpinned, and without ``lock_step`` both runs of a pair never take
    turns; ``clock`` is the one that decides pairs in lock-step, "auto" by data; without ``shorten`` no option of the
    tool is added to the command. With ``keep_base`` the command line keeps a base once set up. Nothing is measured
    where a variable of ``requires_env`` is not set or an address of ``requires_url`` does not answer. ``service`` is
    the server that every run gets afresh. ``explain`` says whose causes are looked for after pairs, for at most
    ``explain_limit_seconds``, and ``count_limit_seconds`` is for what is counted of all benchmarks.
    """

    command: str | None = None
    results: tuple[str, ...] = ()
    format: str | None = None
    runs: int = 1
    baseline_runs: int = 5
    confirm: bool = True
    confirm_runs: int = 2
    run_time_limit_seconds: float | None = None
    compare: str = "auto"
    time_limit_seconds: float | None = None
    setup: str | None = None
    benchmarks_from: str | None = None
    threads: bool = False
    lock_step: bool = True
    keep_base: bool = True
    clock: str = "auto"
    shorten: bool = True
    noise_pairs: int = 4
    requires_env: tuple[str, ...] = ()
    requires_url: tuple[str, ...] = ()
    service: ServiceRule | None = None
    explain: str = "auto"
    explain_limit_seconds: float = 60.0
    count_limit_seconds: float = 300.0

    @property
    def second_look_runs(self) -> int:
        """How many runs a second look has; 0 when none is taken."""
        return self.confirm_runs if self.confirm else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRule:
    """What ``[[metric]]`` declares for a ``benchmark:metric`` name; ``factor`` leads from its unit to the base unit."""

    match: str
    unit: str | None = None
    factor: float = 1.0
    better: Better | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkRule:
    """What ``[[benchmark]]`` says of the benchmarks that match; bounds are shares."""

    match: str
    category: str | None = None
    threshold: float | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLimits:
    """When a load counts as too much: more failed requests than ``error_rate``, or a higher P99 than that.

    Only a level of load that was held for ``sustained_seconds`` counts.
    """

    error_rate: float = 0.10
    p99_seconds: float = 10.0
    sustained_seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration, defaults filled in. ``rule`` is the text of a named rule that decides alone.

    ``pinned`` is the commit of a saved session that nothing may creep away from.
    With ``categories`` only these are reported; that is chosen by the call and not by the file.
    """

    fail_on: tuple[str, ...] = ("regressed", "budget-critical")
    rule: str | None = None
    measure: MeasureSettings = field(default_factory=MeasureSettings)
    modes: tuple[tuple[str, MeasureSettings], ...] = ()
    metrics: tuple[MetricRule, ...] = ()
    benchmarks: tuple[BenchmarkRule, ...] = ()
    budgets: tuple[BudgetRule, ...] = ()
    accepts: tuple[AcceptRule, ...] = ()
    categories: tuple[str, ...] = ()
    load: LoadLimits = field(default_factory=LoadLimits)
    pinned: str | None = None

    def only(self, mode: str | None, categories: tuple[str, ...]) -> Config:
        """Return the configuration of one mode and some categories.

        ``measure`` has the mode's settings, and budgets of other modes do not hold.

        Raises:
            UsageError: there is no such mode; names those there are.
        """
        held = tuple(budget for budget in self.budgets if not budget.modes or mode in budget.modes)
        return replace(self, measure=self.in_mode(mode), budgets=held, categories=categories)

    def in_mode(self, name: str | None) -> MeasureSettings:
        """Return the settings of a mode; without a name those of ``[measure]``.

        Raises:
            UsageError: there is no such mode; names those there are.
        """
        if not name:
            return self.measure
        modes = dict(self.modes)
        if name not in modes:
            known = ", ".join(modes) or "none is configured"
            what = f"there is no mode {name!r} ({known}){did_you_mean(name, modes)}"
            raise UsageError("unknown-mode", what, cure=f"add [modes.{name}]")
        return modes[name]

    def with_call(self, given: dict[str, Any]) -> Config:
        """Return the configuration with the settings of a call, by their keys, in place of those of every mode.

        Raises:
            UsageError: a value is not known.
        """
        reader = _Reader("command line")
        modes = tuple((name, reader.settings(given, own, "--", _SETTING_KEYS)) for name, own in self.modes)
        return replace(self, measure=reader.settings(given, self.measure, "--", _SETTING_KEYS), modes=modes)

    def declared(self, benchmark: str, metric: str) -> MetricRule | None:
        """Return the most specific ``[[metric]]`` rule for a metric, or ``None``."""
        return most_specific(self.metrics, f"{benchmark}:{metric}")

    def rule_for(self, benchmark: str) -> BenchmarkRule | None:
        """Return the most specific ``[[benchmark]]`` rule for a name, or ``None``."""
        return most_specific(self.benchmarks, benchmark)


Value = TypeVar("Value")


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
    reader = _Reader(str(path))
    return reader.table(reader.table(table, "tool"), "benchverdict", "tool.")


def parse(table: dict[str, Any], where: str) -> Config:
    """Turn a TOML table into the configuration; see ``load`` for the errors."""
    reader = _Reader(where)
    reader.only(table, _TABLES, "")
    gate = reader.table(table, "gate")
    reader.only(gate, ("fail-on", "rule"), "gate.")
    alone = reader.settings(reader.table(table, "measure"), MeasureSettings(), "measure.", _SETTING_KEYS)
    defaults = replace(alone, service=reader.service(table, "", None))
    modes = reader.table(table, "modes")
    history = reader.table(table, "history")
    reader.only(history, ("pinned",), "history.")
    return Config(
        fail_on=parse_fail_on(reader.texts(gate, "fail-on", "gate.", Config().fail_on), where),
        rule=reader.text(gate, "rule", "gate."),
        measure=defaults,
        modes=tuple(
            (name, reader.settings(reader.table(modes, name, "modes."), defaults, f"modes.{name}.", _MODE_KEYS))
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


class _Reader:
    """Reads typed values out of a TOML table and says where a wrong one stands."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, what: str, cure: str) -> UsageError:
        return UsageError("config-value", what, where=self.where, cure=cure)

    def only(self, table: dict[str, Any], known: tuple[str, ...], prefix: str) -> None:
        for key in table:
            if key not in known:
                raise UsageError(
                    "config-unknown-key",
                    f"unknown key {prefix}{key}{did_you_mean(key, known)}",
                    where=self.where,
                    cure=f"known here: {', '.join(known)}",
                )

    def table(self, table: dict[str, Any], key: str, prefix: str = "") -> dict[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(f"{prefix}{key} is not a table", f"write [{prefix}{key}] and its keys below")
        return value

    def tables(self, table: dict[str, Any], key: str) -> list[dict[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.fail(f"{key} is not a list of tables", f"write [[{key}]]")
        return value

    def text(self, table: dict[str, Any], key: str, prefix: str) -> str | None:
        value = table.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self.fail(f"{prefix}{key} = {value!r} is not a text", "put it in quotes")
        return value

    def commit(self, table: dict[str, Any], key: str, prefix: str) -> str | None:
        value = self.text(table, key, prefix)
        if value is not None and not COMMIT.fullmatch(value):
            raise self.fail(f"{prefix}{key} = {value!r} is not a commit", "give 7 to 64 digits of its SHA")
        return value

    def texts(self, table: dict[str, Any], key: str, prefix: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = table.get(key, list(default))
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            raise self.fail(f"{prefix}{key} = {value!r} is not a list of texts", f'write {key} = ["…"]')
        return tuple(entries)

    def count(self, table: dict[str, Any], key: str, prefix: str, default: int, lowest: int) -> int:
        value = table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= 1000:
            raise self.fail(
                f"{prefix}{key} = {value!r} is not a whole number from {lowest} to 1000",
                f"write for example {key} = {default}",
            )
        return value

    def switch(self, table: dict[str, Any], key: str, prefix: str, *, default: bool) -> bool:
        try:
            return parse_boolean(table.get(key, default))
        except ValueError as error:
            raise self.fail(f"{prefix}{key}: {error}", f"its default is {str(default).lower()}") from None

    def measured(self, table: dict[str, Any], key: str, prefix: str, read: Callable[[Any], Value]) -> Value | None:
        if key not in table:
            return None
        try:
            return read(table[key])
        except (ValueError, TypeError, AttributeError) as error:
            raise self.fail(
                f"{prefix}{key}: {error}", 'write it in quotes with its unit, such as "3m", "5 %" or "80 ms"'
            ) from error

    def word(self, table: dict[str, Any], key: str, prefix: str, known: tuple[str, ...]) -> str | None:
        value = self.text(table, key, prefix)
        if value is not None and value not in known:
            raise self.fail(
                f"{prefix}{key} = {value!r} is not known{did_you_mean(value, known)}", "use " + ", ".join(known)
            )
        return value

    def settings(
        self, table: dict[str, Any], defaults: MeasureSettings, prefix: str, known: tuple[str, ...]
    ) -> MeasureSettings:
        self.only(table, known, prefix)
        limit = self.measured(table, "run-time-limit", prefix, parse_duration)
        pairs_limit = self.measured(table, "time-limit", prefix, parse_duration)
        causes_limit = self.measured(table, "explain-limit", prefix, _explain_limit)
        count_limit = self.measured(table, "count-limit", prefix, _explain_limit)
        return replace(
            defaults,
            command=self.text(table, "command", prefix) or defaults.command,
            results=self.texts(table, "results", prefix, defaults.results),
            format=self.text(table, "format", prefix) or defaults.format,
            runs=self.count(table, "runs", prefix, defaults.runs, 1),
            baseline_runs=self.count(table, "baseline-runs", prefix, defaults.baseline_runs, 1),
            confirm=self.switch(table, "confirm", prefix, default=defaults.confirm),
            confirm_runs=self.count(table, "confirm-runs", prefix, defaults.confirm_runs, 1),
            run_time_limit_seconds=limit if limit is not None else defaults.run_time_limit_seconds,
            compare=self.word(table, "compare", prefix, COMPARE) or defaults.compare,
            time_limit_seconds=pairs_limit if pairs_limit is not None else defaults.time_limit_seconds,
            setup=self.text(table, "setup", prefix) or defaults.setup,
            benchmarks_from=self.word(table, "benchmarks-from", prefix, BENCHMARKS_FROM) or defaults.benchmarks_from,
            threads=self.switch(table, "threads", prefix, default=defaults.threads),
            lock_step=self.switch(table, "lock-step", prefix, default=defaults.lock_step),
            keep_base=self.switch(table, "keep-base", prefix, default=defaults.keep_base),
            clock=self.word(table, "clock", prefix, CLOCKS) or defaults.clock,
            shorten=self.switch(table, "shorten", prefix, default=defaults.shorten),
            noise_pairs=self.count(table, "noise-pairs", prefix, defaults.noise_pairs, 0),
            requires_env=self.texts(table, "requires-env", prefix, defaults.requires_env),
            requires_url=self.addresses(table, "requires-url", prefix, defaults.requires_url),
            service=self.service(table, prefix, defaults.service),
            explain=self.word(table, "explain", prefix, EXPLAIN) or defaults.explain,
            explain_limit_seconds=causes_limit if causes_limit is not None else defaults.explain_limit_seconds,
            count_limit_seconds=count_limit if count_limit is not None else defaults.count_limit_seconds,
        )

    def service(self, table: dict[str, Any], prefix: str, default: ServiceRule | None) -> ServiceRule | None:
        """Read ``service`` of a table; ``service = false`` is for a mode that needs none."""
        if "service" not in table or (table["service"] is False and prefix):
            return None if "service" in table else default
        own, place = self.table(table, "service", prefix), f"{prefix}service."
        self.only(own, SERVICE_KEYS, place)
        try:
            return service_rule(
                command=self.text(own, "command", place),
                ready_url=self.text(own, "ready-url", place),
                ready_command=self.text(own, "ready-command", place),
                reset=self.text(own, "reset", place),
                within=self.measured(own, "ready-within", place, parse_duration),
                port=own.get("port"),
            )
        except ValueError as error:
            cure = "see docs/service.md for one that is complete"
            raise self.fail(f"{place.rstrip('.')}: {error}", cure) from error

    def metric(self, table: dict[str, Any], prefix: str) -> MetricRule:
        self.only(table, ("match", "unit", "better"), prefix)
        unit = self.text(table, "unit", prefix)
        factor, base = to_base(unit) if unit is not None else (1.0, None)
        better = self.word(table, "better", prefix, ("lower", "higher"))
        return MetricRule(
            match=self.match(table, prefix),
            unit=base,
            factor=factor,
            better="lower" if better == "lower" else "higher" if better == "higher" else None,
        )

    def benchmark(self, table: dict[str, Any], prefix: str) -> BenchmarkRule:
        self.only(table, tuple(entry.name for entry in fields(BenchmarkRule)), prefix)
        return BenchmarkRule(
            match=self.match(table, prefix),
            category=self.text(table, "category", prefix),
            threshold=self.measured(table, "threshold", prefix, parse_fraction),
            margin=self.measured(table, "margin", prefix, parse_fraction),
        )

    def addresses(self, table: dict[str, Any], key: str, prefix: str, default: tuple[str, ...]) -> tuple[str, ...]:
        found = self.texts(table, key, prefix, default)
        for address in found:
            if not address.startswith(("http://", "https://")):
                raise self.fail(f"{prefix}{key}: {address!r} is not a web address", "begin it with http:// or https://")
        return found

    def load_limits(self, table: dict[str, Any]) -> LoadLimits:
        self.only(table, ("error-rate", "p99", "sustained"), "load.")
        given = {
            "error_rate": self.measured(table, "error-rate", "load.", parse_fraction),
            "p99_seconds": self.measured(table, "p99", "load.", parse_duration),
            "sustained_seconds": self.measured(table, "sustained", "load.", parse_duration),
        }
        return LoadLimits(**{name: value for name, value in given.items() if value is not None})

    def accept(self, table: dict[str, Any], prefix: str) -> AcceptRule:
        self.only(table, ("match", "metric", "until", "reason"), prefix)
        reason = self.text(table, "reason", prefix)
        until = self.measured(table, "until", prefix, last_day)
        if reason is None or until is None:
            raise self.fail(
                f"{prefix.rstrip('.')} needs until and reason", 'write until = 2027-01-31 and reason = "…" below it'
            )
        return AcceptRule(
            match=self.match(table, prefix), until=until, reason=reason, metric=self.text(table, "metric", prefix)
        )

    def budget(self, table: dict[str, Any], prefix: str, modes: tuple[str, ...]) -> BudgetRule:
        self.only(table, ("match", "metric", "bound", "modes", *LEVELS), prefix)
        held_in = self.texts(table, "modes", prefix, ())
        for mode in held_in:
            if mode not in modes:
                raise self.fail(
                    f"{prefix}modes: there is no mode {mode!r}{did_you_mean(mode, modes)}", f"add [modes.{mode}]"
                )
        metric = self.text(table, "metric", prefix)
        if metric is None:
            raise self.fail(
                f"{prefix}metric is missing", 'name a metric or a statistic of the main one: metric = "p95"'
            )
        try:
            return budget_rule(
                {name: table[name] for name in LEVELS if name in table},
                match=self.match(table, prefix),
                metric=metric,
                bound=self.word(table, "bound", prefix, BOUNDS),
                modes=held_in,
            )
        except ValueError as error:
            raise self.fail(
                f"{prefix.rstrip('.')}: {error}", 'write warning = "80 ms" and critical = "100 ms"'
            ) from error

    def match(self, table: dict[str, Any], prefix: str) -> str:
        match = self.text(table, "match", prefix)
        if match is None:
            raise self.fail(f"{prefix}match is missing", 'say which names it is for: match = "test_api_*"')
        return match


def _explain_limit(text: str) -> float:
    seconds = parse_duration(text)
    if seconds > LONGEST_SECONDS:
        raise ValueError(f"{text!r} is longer than an hour")
    return seconds


_SETTING_KEYS = (
    "command",
    "results",
    "format",
    "runs",
    "baseline-runs",
    "confirm",
    "confirm-runs",
    "run-time-limit",
    "compare",
    "time-limit",
    "setup",
    "benchmarks-from",
    "threads",
    "lock-step",
    "keep-base",
    "clock",
    "shorten",
    "noise-pairs",
    "requires-env",
    "requires-url",
    "explain",
    "explain-limit",
    "count-limit",
)
_MODE_KEYS = (*_SETTING_KEYS, "service")
_TABLES = ("gate", "measure", "service", "modes", "metric", "benchmark", "budget", "accept", "load", "history")

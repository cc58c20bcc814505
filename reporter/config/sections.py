"""What each kind of table in the configuration says, as its type."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from reporter.config import (
    BENCHMARKS_FROM,
    CLOCKS,
    COMPARE,
    EXPLAIN,
    SELECT,
    AcceptRule,
    BenchmarkRule,
    LoadLimits,
    MeasureSettings,
    MetricRule,
)
from reporter.config.budget_rules import BOUNDS, LEVELS, BudgetRule, budget_rule
from reporter.config.load_rules import load_rule
from reporter.config.store_rules import StoreRule, check_place, parse_keep
from reporter.config.tables import Tables
from reporter.shared.errors import did_you_mean
from reporter.shared.model import MOST_PORT, READY_SCHEMES, READY_WITHIN_SECONDS, PathRule, ServiceRule
from reporter.shared.next_step import LONGEST_SECONDS
from reporter.units import parse_duration, parse_fraction, to_base

SERVICE_KEYS = ("command", "ready-url", "ready-command", "ready-within", "reset", "port")
SETTING_KEYS = (
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
    "select",
    "count-limit",
)
LOAD_KEYS = ("workers", "locust-master", "network")
MODE_KEYS = (*SETTING_KEYS, "service", *LOAD_KEYS)


class Sections(Tables):
    """Reads what each kind of table says."""

    def settings(
        self, table: dict[str, Any], defaults: MeasureSettings, prefix: str, known: tuple[str, ...]
    ) -> MeasureSettings:
        """Return the settings of ``[measure]``, of a mode, or of a call, on top of others."""
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
            load=load_rule(self, table, prefix) if any(key in table for key in LOAD_KEYS) else defaults.load,
            explain=self.word(table, "explain", prefix, EXPLAIN) or defaults.explain,
            explain_limit_seconds=causes_limit if causes_limit is not None else defaults.explain_limit_seconds,
            select=self.word(table, "select", prefix, SELECT) or defaults.select,
            count_limit_seconds=count_limit if count_limit is not None else defaults.count_limit_seconds,
        )

    def service(self, table: dict[str, Any], prefix: str, default: ServiceRule | None) -> ServiceRule | None:
        """Read ``service`` of a table; ``service = false`` is for a mode that needs none."""
        if "service" not in table or (table["service"] is False and prefix):
            return None if "service" in table else default
        own, place = self.table(table, "service", prefix), f"{prefix}service."
        self.only(own, SERVICE_KEYS, place)
        try:
            return _service_rule(
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
        """Return the rule of a ``[[metric]]``."""
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
        """Return the rule of a ``[[benchmark]]``."""
        self.only(table, tuple(entry.name for entry in fields(BenchmarkRule)), prefix)
        return BenchmarkRule(
            match=self.match(table, prefix),
            category=self.text(table, "category", prefix),
            threshold=self.measured(table, "threshold", prefix, parse_fraction),
            margin=self.measured(table, "margin", prefix, parse_fraction),
        )

    def load_limits(self, table: dict[str, Any]) -> LoadLimits:
        """Return the limits of ``[load]``."""
        self.only(table, ("error-rate", "p99", "sustained"), "load.")
        given = {
            "error_rate": self.measured(table, "error-rate", "load.", parse_fraction),
            "p99_seconds": self.measured(table, "p99", "load.", parse_duration),
            "sustained_seconds": self.measured(table, "sustained", "load.", parse_duration),
        }
        return LoadLimits(**{name: value for name, value in given.items() if value is not None})

    def store(self, table: dict[str, Any]) -> StoreRule:
        """Return the place of ``[store]``, and for how long measurings are kept there."""
        self.only(table, ("url", "keep"), "store.")
        place = self.text(table, "url", "store.")
        return StoreRule(
            place=None if place is None else check_place(place),
            keep_days=self.measured(table, "keep", "store.", parse_keep),
        )

    def accept(self, table: dict[str, Any], prefix: str) -> AcceptRule:
        """Return the rule of an ``[[accept]]``."""
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

    def select_path(self, table: dict[str, Any], prefix: str) -> PathRule:
        """Return the rule of a ``[[select.path]]``; its benchmarks may be none."""
        self.only(table, ("glob", "benchmarks"), prefix)
        glob = self.text(table, "glob", prefix)
        if glob is None or "benchmarks" not in table:
            raise self.fail(
                f"{prefix.rstrip('.')} needs glob and benchmarks", 'write glob = "src/*.c" and benchmarks = ["*parse*"]'
            )
        return PathRule(glob, self.texts(table, "benchmarks", prefix, ()))

    def budget(self, table: dict[str, Any], prefix: str, modes: tuple[str, ...]) -> BudgetRule:
        """Return the rule of a ``[[budget]]``; it may name the known ``modes``."""
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


def last_day(value: Any) -> date:
    """Read ``2027-01-31``, as a TOML date or as a text.

    Raises:
        ValueError: it is no date.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a date, like 2027-01-31") from None


def _explain_limit(text: str) -> float:
    seconds = parse_duration(text)
    if seconds > LONGEST_SECONDS:
        raise ValueError(f"{text!r} is longer than an hour")
    return seconds


def _service_rule(*, command: str | None, within: float | None, port: object, **texts: str | None) -> ServiceRule:
    """Return the service that these values describe.

    Raises:
        ValueError: something that is needed is missing, or a value makes no sense.
    """
    if command is None:
        raise ValueError("it needs a command that starts it")
    url = texts.get("ready_url")
    if (url is None) == (texts.get("ready_command") is None):
        raise ValueError("it needs ready-url or ready-command, one of the two, to know when it is healthy")
    if url is not None and not url.startswith(READY_SCHEMES):
        raise ValueError(f"ready-url = {url!r} is not a web address, and no path that begins with /")
    if port is not None and not (type(port) is int and 1 <= port <= MOST_PORT):
        raise ValueError(f"port = {port!r} is not a whole number from 1 to {MOST_PORT}")
    return ServiceRule(
        command=command,
        ready_within_seconds=within if within is not None else READY_WITHIN_SECONDS,
        port=port if isinstance(port, int) else None,
        **texts,
    )

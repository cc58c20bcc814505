"""The plan: what to run and how often (``schemas/plan-v1.json``), validated before anything runs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from reporter.measure.load.load_plan import check_load, load_plan
from reporter.measure.paired.pair_plan import PairPlan, pair_plan
from reporter.measure.plan_values import (
    Wanted,
    check,
    check_keys,
    is_addresses,
    is_command,
    is_count_from,
    is_flag,
    is_limit,
    is_patterns,
    is_text,
    is_text_or_none,
    plan_error,
)
from reporter.measure.service.service_plan import check_service, service_plan
from reporter.measure.share import Share, share
from reporter.shared.errors import UsageError
from reporter.shared.model import LoadRule, ServiceRule

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "plan/v1"
WHOLE, PAIRED, AUTO = "whole", "paired", "auto"
_OPTIONAL = {
    "pairs",
    "noise_pairs",
    "service",
    "load",
    "not_paired",
    "whole_too",
    "mode",
    "requires_env",
    "requires_url",
    "share",
}


@dataclass(frozen=True)
class Plan:
    """What measure is asked to do. Exactly one of ``script`` (run by bash) and ``command`` (no shell) is given.

    In both, ``{output}`` stands for the result path of the run. ``results`` are globs, relative to the working
    directory, of files that the command writes where it likes. The ``plan`` is "whole" (runs of the head), "paired"
    (pairs of base and head as ``pairs`` describes them, and nothing else) or "auto": pairs, or where they cannot be had
    runs of the head. With ``whole_too``, runs of the head come before the pairs of "auto", because budgets need them.
    ``noise_pairs`` is how many pairs of the head and itself follow on the runs. ``service`` is the server that every
    run gets afresh, and ``load`` who loads it. ``not_paired`` says why there are no pairs, where they would have been
    wanted. Nothing is measured where a variable of ``requires_env`` is not set or an address of ``requires_url`` does
    not answer; the ``mode`` is for saying so. ``share`` is the part of the benchmarks that this job measures; without
    it, all that are run.

    Raises ``UsageError`` when a value is unusable.
    """

    name: str
    script: str | None = None
    command: tuple[str, ...] | None = None
    results: tuple[str, ...] = ()
    runs: int = 1
    confirm_runs: int = 0
    run_time_limit_seconds: float | None = None
    plan: str = WHOLE
    head_sha: str | None = None
    base_sha: str | None = None
    pairs: PairPlan | None = None
    noise_pairs: int = 0
    service: ServiceRule | None = None
    load: LoadRule | None = None
    not_paired: str | None = None
    whole_too: bool = False
    mode: str | None = None
    requires_env: tuple[str, ...] = ()
    requires_url: tuple[str, ...] = ()
    share: Share | None = None

    def __post_init__(self) -> None:
        check(self, _WANTED)
        if (self.script is None) == (self.command is None):
            raise plan_error("exactly one of 'script' and 'command' must be set")
        if self.service is not None:
            check_service(self.service)
        if self.load is not None:
            words = self.script if self.script is not None else " ".join(self.command or ())
            check_load(self.load, words, has_service=self.service is not None)

    @property
    def begins_with_pairs(self) -> bool:
        """Whether pairs are what is wanted first of all."""
        return self.plan in (PAIRED, AUTO)

    @property
    def pairs_only(self) -> bool:
        """Whether there is nothing to go on with where pairs cannot be had."""
        return self.plan == PAIRED

    @property
    def recorded(self) -> str:
        """The plan that ``measure.json`` names: that of pairs, unless measuring goes on without them."""
        return PAIRED if self.plan == AUTO else self.plan

    def alone(self, not_paired: str | None = None) -> Plan:
        """Return the plan of runs of the head alone, with the reason why there are no pairs."""
        return replace(self, plan=WHOLE, pairs=None, whole_too=False, not_paired=not_paired)


def dump(plan: Plan) -> str:
    """Return the content of a plan file. It holds the command as it is to be run, so nothing of it is masked."""
    content = {"schema": SCHEMA, **asdict(plan)}
    if plan.pairs:
        del content["pairs"]["keep_base"]
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def load(path: Path) -> Plan:
    """Read a plan file.

    Raises:
        UsageError: it cannot be read, or is not a valid plan/v1; names the file and the key.
    """
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise plan_error(f"cannot read the plan: {error.strerror or error}", str(path)) from None
    except ValueError as error:
        raise plan_error(f"the plan is not JSON: {error}", str(path)) from None
    try:
        return _from_json(content)
    except UsageError as error:
        raise plan_error(error.what, str(path)) from None


def _from_json(content: object) -> Plan:
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise plan_error(f"the plan is not an object with the schema {SCHEMA!r}")
    known = {field.name for field in fields(Plan)}
    values = check_keys(content, known - _OPTIONAL, known | {"schema"}, "the plan")
    del values["schema"]
    if values.get("pairs") is not None:
        values["pairs"] = pair_plan(values["pairs"])
    if values.get("share") is not None:
        values["share"] = share(values["share"])
    if values.get("service") is not None:
        values["service"] = service_plan(values["service"])
    if values.get("load") is not None:
        values["load"] = load_plan(values["load"])
    return Plan(**values)


def _is_pair_plan(value: object) -> bool:
    return value is None or isinstance(value, PairPlan)


def _is_share(value: object) -> bool:
    return value is None or isinstance(value, Share)


def _is_service_plan(value: object) -> bool:
    return value is None or isinstance(value, ServiceRule)


def _is_load_plan(value: object) -> bool:
    return value is None or isinstance(value, LoadRule)


_WANTED: Wanted = {
    "name": (is_text, "a text that is not empty"),
    "script": (is_text_or_none, "a text that is not empty, or null"),
    "command": (is_command, "a list of texts of which the first is not empty, or null"),
    "results": (is_patterns, "a list of glob patterns"),
    "runs": (is_count_from(1), "a whole number, 1 or more"),
    "confirm_runs": (is_count_from(0), "a whole number, 0 or more"),
    "run_time_limit_seconds": (is_limit, "a number of seconds above 0, or null"),
    "plan": (is_text, "a text that is not empty"),
    "head_sha": (is_text_or_none, "a text that is not empty, or null"),
    "base_sha": (is_text_or_none, "a text that is not empty, or null"),
    "pairs": (_is_pair_plan, "an object, or null"),
    "noise_pairs": (is_count_from(0), "a whole number, 0 or more"),
    "service": (_is_service_plan, "an object, or null"),
    "load": (_is_load_plan, "an object, or null"),
    "not_paired": (is_text_or_none, "a text that is not empty, or null"),
    "whole_too": (is_flag, "true or false"),
    "mode": (is_text_or_none, "a text that is not empty, or null"),
    "requires_env": (is_patterns, "a list of names"),
    "share": (_is_share, "an object, or null"),
    "requires_url": (is_addresses, "a list of addresses that begin with http:// or https://"),
}

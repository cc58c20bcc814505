"""What the measuring is asked to do: the plan of runs, from the inputs, the configuration and the situation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from reporter import config
from reporter.decide.named_rules import parse_rule
from reporter.ingest.registry import named
from reporter.pipeline.plan import in_its_way, way_of, whole_plan, with_given
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from entrypoint.base import BaseCommit
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.config import Config, MeasureSettings
    from reporter.measure.plan import Plan
    from reporter.pipeline.plan import Way


def read_config(inputs: Inputs) -> Config:
    """Read the configuration in the workspace, and refuse what ``report`` would refuse after measuring.

    Raises:
        UsageError: it is wrong.
    """
    path = inputs.workspace / inputs.config if inputs.config else None
    found = config.load(path, inputs.workspace)
    name = found.in_mode(inputs.mode).format
    if name:
        named(name)
    if found.rule is not None:
        parse_rule(found.rule, "rule in [gate]")
    return found


def settings_of(inputs: Inputs, here: Situation, settings: MeasureSettings) -> MeasureSettings:
    """Return the settings with what the inputs say in their place; without pairs where there is nothing to pair with.

    Raises:
        UsageError: there is no command.
    """
    found = with_given(
        settings,
        command=inputs.command,
        results=inputs.results,
        setup=inputs.setup,
        compare=inputs.compare,
        time_limit_seconds=inputs.time_limit_seconds,
    )
    if not found.command:
        raise UsageError(
            "no-command",
            "there is nothing to run: no benchmark command was given",
            cure="set the input 'command' (for example: pytest benchmarks --benchmark-json={output}), "
            "or `command` under [measure] or the mode in the configuration",
        )
    can_pair = here.save_baseline.yes or here.base.rule not in ("checkout", "none")
    return found if can_pair or found.compare == "none" else replace(found, compare="baseline")


def build_plan(
    inputs: Inputs, here: Situation, settings: MeasureSettings, base: BaseCommit | None, *, has_budgets: bool = False
) -> Plan:
    """Return the plan of measuring, with the settings of ``settings_of``.

    Without ``base`` it is not known yet: what can be wrong with inputs and configuration is found before it is asked
    for.

    Raises:
        UsageError: pairs are asked for, and there is no base, or both sides would measure the same server.
    """
    saving = here.save_baseline.yes
    way = way_of(settings, saving=saving)
    whole = whole_plan(inputs.suite, settings, saving=saving)
    known = replace(whole, mode=inputs.mode or None, head_sha=here.head_sha, base_sha=base.sha if base else None)
    return in_its_way(known, settings, way, partial(_base_of, base), has_budgets=has_budgets)


def _base_of(base: BaseCommit | None, way: Way) -> str | None:
    if way == "noise":
        return "HEAD"
    if way == "paired" and base and base.sha is None:
        raise UsageError(
            "no-base",
            f"pairs were asked for, and there is no commit to pair the head with: {base.how}",
            cure="set the input 'compare' to auto, which takes the head alone where there is no base",
        )
    return base.sha if base else None

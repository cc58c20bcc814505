"""What the measuring is asked to do: the plan of runs, from the inputs, the configuration and the situation."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from reporter import config
from reporter.commands import same_server
from reporter.decide.named_rules import parse_rule
from reporter.ingest.registry import named
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from entrypoint.base import BaseCommit
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.config import Config, MeasureSettings


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


def build_plan(
    inputs: Inputs,
    here: Situation,
    settings: MeasureSettings,
    base: BaseCommit | None = None,
    *,
    whole_too: bool = False,
) -> dict[str, Any]:
    """Give the plan as ``plan/v1``; what an input says goes before the configuration.

    Without ``base`` it is not known yet: what can be wrong with inputs and configuration is found before it is asked
    for. With ``whole_too``, budgets want runs of the head that are not cut short.

    Raises:
        UsageError: there is no command, or pairs are asked for and there is no base.
    """
    script = inputs.command or settings.command
    if not script:
        raise UsageError(
            "no-command",
            "there is nothing to run: no benchmark command was given",
            cure="set the input 'command' (for example: pytest benchmarks --benchmark-json={output}), "
            "or `command` under [measure] or the mode in the configuration",
        )
    way = _way(inputs, here, settings)
    refused = same_server.same_server(settings, script)
    if way == "paired" and refused:
        raise UsageError("same-server", f"pairs were asked for, and {refused}", cure=same_server.CURE)
    if way == "paired" and base and base.sha is None:
        raise UsageError(
            "no-base",
            f"pairs were asked for, and there is no commit to pair the head with: {base.how}",
            cure="set the input 'compare' to auto, which takes the head alone where there is no base",
        )
    base_sha = base.sha if base else None
    pairs = _pairs_of(inputs, here, settings, base_sha if way in ("auto", "paired") else None, can_pair=refused is None)
    return {
        "schema": "plan/v1",
        "name": inputs.suite,
        "plan": _plan_name(way, pairs),
        "script": script,
        "command": None,
        "results": list(inputs.results or settings.results),
        "runs": settings.baseline_runs if here.save_baseline.yes else settings.runs,
        "confirm_runs": settings.second_look_runs,
        "run_time_limit_seconds": settings.run_time_limit_seconds,
        "head_sha": here.head_sha,
        "base_sha": base_sha,
        "mode": inputs.mode or None,
        "requires_env": list(settings.requires_env),
        "requires_url": list(settings.requires_url),
        "service": asdict(settings.service) if settings.service else None,
        "not_paired": f"{refused}: {same_server.CURE}" if refused and way == "auto" else None,
        "whole_too": whole_too and way == "auto",
        **pairs,
    }


def _plan_name(way: str, pairs: dict[str, Any]) -> str:
    if way == "auto":
        return "auto" if pairs["pairs"] else "whole"
    return "paired" if way == "paired" else "whole"


def _pairs_of(
    inputs: Inputs, here: Situation, settings: MeasureSettings, base_sha: str | None, *, can_pair: bool
) -> dict[str, Any]:
    """Give base and head to pair; or what becomes a baseline with itself, to know its noise."""
    is_noise = (
        here.save_baseline.yes and settings.confirm and (inputs.compare or settings.compare) in ("auto", "paired")
    )
    base = "HEAD" if is_noise else base_sha
    return {
        "pairs": _pairs(inputs, settings, base) if base and can_pair else None,
        "noise_pairs": settings.noise_pairs if is_noise and can_pair else 0,
    }


def _way(inputs: Inputs, here: Situation, settings: MeasureSettings) -> str:
    """Say how this run compares. What saves a baseline is held against the one before, without pairs."""
    way = inputs.compare or settings.compare
    if here.save_baseline.yes or here.base.rule in ("checkout", "none"):
        return "none" if way == "none" else "baseline"
    return way if settings.confirm or way != "auto" else "baseline"


def _pairs(inputs: Inputs, settings: MeasureSettings, base_sha: str) -> dict[str, Any]:
    return {
        "base_sha": base_sha,
        "setup": inputs.setup or settings.setup,
        "benchmarks_from": settings.benchmarks_from,
        "pin": not settings.threads,
        "lock_step": settings.lock_step,
        "shorten": settings.shorten,
        "time_limit_seconds": inputs.time_limit_seconds or settings.time_limit_seconds,
    }

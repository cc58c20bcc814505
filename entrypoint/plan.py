"""What the measuring is asked to do: the plan of runs, from the inputs, the configuration and the situation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reporter.errors import UsageError

if TYPE_CHECKING:
    from entrypoint.context import Situation
    from entrypoint.inputs import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSettings:
    """What the configuration says about measuring. A baseline is saved from more runs than a head is looked at with."""

    command: str | None
    results: tuple[str, ...]
    runs: int = 1
    baseline_runs: int = 5
    confirm_runs: int = 2
    run_time_limit_seconds: float | None = None


def build_plan(
    inputs: Inputs, here: Situation, settings: MeasureSettings, *, base_sha: str | None = None
) -> dict[str, Any]:
    """Give the plan as ``plan/v1``; what an input says goes before the configuration.

    Raises:
        UsageError: there is no command.
    """
    script = inputs.command or settings.command
    if not script:
        raise UsageError(
            "no-command",
            "there is nothing to run: no benchmark command was given",
            cure="set the input 'command' (for example: pytest benchmarks --benchmark-json={output}), "
            "or `command` of the mode in the configuration",
        )
    return {
        "schema": "plan/v1",
        "name": inputs.name,
        "plan": "whole",
        "script": script,
        "command": None,
        "results": list(inputs.results or settings.results),
        "runs": settings.baseline_runs if here.save_baseline.yes else settings.runs,
        "confirm_runs": settings.confirm_runs,
        "run_time_limit_seconds": settings.run_time_limit_seconds,
        "head_sha": here.head_sha,
        "base_sha": base_sha,
    }

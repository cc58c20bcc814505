"""What the measuring is asked to do: the plan of runs, from the inputs, the configuration and the situation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter import config
from reporter.errors import UsageError

if TYPE_CHECKING:
    from entrypoint.context import Situation
    from entrypoint.inputs import Inputs
    from reporter.config import MeasureSettings


def read_settings(inputs: Inputs) -> MeasureSettings:
    """Read how to measure from the configuration in the workspace, in the mode that the inputs name.

    Raises:
        UsageError: the configuration is wrong, or has no such mode.
    """
    path = inputs.workspace / inputs.config if inputs.config else None
    return config.load(path, inputs.workspace).in_mode(inputs.mode)


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
            "or `command` under [measure] or the mode in the configuration",
        )
    return {
        "schema": "plan/v1",
        "name": inputs.name,
        "plan": "whole",
        "script": script,
        "command": None,
        "results": list(inputs.results or settings.results),
        "runs": settings.baseline_runs if here.save_baseline.yes else settings.runs,
        "confirm_runs": settings.second_look_runs,
        "run_time_limit_seconds": settings.run_time_limit_seconds,
        "head_sha": here.head_sha,
        "base_sha": base_sha,
    }

"""What the measuring is asked to do: the plan of runs, from the inputs, the configuration and the situation."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.config import reading
from reporter.decide.named_rules import parse_rule
from reporter.ingest.registry import named
from reporter.pipeline.configured_below import configured_below
from reporter.pipeline.plan import in_its_way, way_of, whole_plan, with_given
from reporter.shared.errors import UsageError
from reporter.shared.model import Notice
from reporter.shared.printable import listed

if TYPE_CHECKING:
    from entrypoint.base import BaseCommit
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.config import Config, MeasureSettings
    from reporter.measure.plan import Plan
    from reporter.pipeline.plan import Way


def read_config(inputs: Inputs) -> Config:
    """Read the configuration in the working directory, and refuse what ``report`` would refuse after measuring.

    Raises:
        UsageError: it is wrong.
    """
    folder = folder_of(inputs)
    path = folder / inputs.config if inputs.config else None
    found = reading.load(path, folder)
    name = found.in_mode(inputs.mode).format
    if name:
        named(name)
    if found.rule is not None:
        parse_rule(found.rule, "rule in [gate]")
    return found


def folder_of(inputs: Inputs) -> Path:
    """Return the working directory.

    Raises:
        UsageError: there is no such folder, or a link in it leads out of the workspace.
    """
    folder = inputs.workspace / inputs.working_directory
    real, home = Path(os.path.realpath(folder)), Path(os.path.realpath(inputs.workspace))
    if not inputs.working_directory or (real.is_dir() and real.is_relative_to(home)):
        return folder
    what = "a link in it leads out of the checkout" if real.exists() else "there is no such folder in the checkout"
    raise UsageError(
        "input-working-directory",
        f"the input 'working-directory' is wrong: {inputs.working_directory!r}: {what}",
        cure="name a folder of the repository, from its root, like 'services/api'",
    )


def elsewhere(inputs: Inputs) -> tuple[Notice, ...]:
    """Return a notice where the only configurations lie in folders below the one in which everything happens."""
    advice = "" if inputs.config else _set_elsewhere(inputs)
    if not advice:
        return ()
    return (Notice(code="configuration-elsewhere", text=f"No configuration was read. To use one below: {advice}."),)


def _set_elsewhere(inputs: Inputs) -> str:
    found = [inputs.in_folder(folder) for folder in configured_below(folder_of(inputs))]
    return f"there is a configuration in {listed(found)}: set the input 'working-directory' to it" if found else ""


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
            cure=_set_elsewhere(inputs)
            or "set the input 'command' (for example: pytest benchmarks "
            "--benchmark-json={output}), or `command` under [measure] or the mode in the configuration",
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

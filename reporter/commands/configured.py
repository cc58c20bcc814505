"""The configuration and the gate that a call asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.commands.build_report import GateOptions
from reporter.commands.settings import given_settings
from reporter.config.reading import load, parse_fail_on, with_call

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.config import Config


def config_of(arguments: Namespace) -> Config:
    """Return the configuration of a call, for its mode, categories and rule.

    Raises:
        UsageError: it cannot be used, or the rule is none.
    """
    config = with_call(load(arguments.config, Path.cwd()), given_settings(arguments))
    if hasattr(arguments, "mode"):
        config = config.only(arguments.mode, tuple(getattr(arguments, "category", ())))
    asked = getattr(arguments, "rule", None)
    rule = config.rule if asked is None else asked
    if rule is not None:
        from reporter.decide.named_rules import parse_rule

        # Read again where it decides; here a wrong one is refused before anything is measured.
        parse_rule(rule, "rule in [gate]" if asked is None else "--rule")
    return replace(config, rule=rule)


def gate_of(arguments: Namespace) -> GateOptions:
    """Return what fails the gate of a call.

    Raises:
        UsageError: ``--fail-on`` has a word that is none.
    """
    words = None if arguments.fail_on is None else parse_fail_on(arguments.fail_on.split(","), "--fail-on")
    return GateOptions(
        fail_on=words,
        strict=arguments.strict,
        no_fail=arguments.no_fail,
        require_baseline=arguments.require_baseline,
    )


def check_format(name: str | None) -> None:
    """Refuse a name of a format that there is none of before anything is measured for it.

    Raises:
        UsageError: there is no such format.
    """
    from reporter.ingest.registry import named

    if name:
        named(name)

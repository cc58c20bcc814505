"""``python -m entrypoint fetch|request|collect|store|publish|watch --work FOLDER``: the verbs that speak to GitHub."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from entrypoint import inputs, no_report
from entrypoint.api import Api
from entrypoint.console import Console
from reporter.shared.errors import BenchverdictError, MeasuringInterruptedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

    from entrypoint.failures import Patience
    from entrypoint.inputs import Inputs

VERBS = ("fetch", "request", "collect", "store", "publish", "watch")
"""Each is a function in the module of its name, which alone is imported: every step of the action is a process."""


def main(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    log: TextIO,
    errors: TextIO,
    *,
    patience: Patience | None = None,
) -> int:
    """Run one verb and return the exit code; every failure is a message in ``errors``, never a traceback."""
    parser = argparse.ArgumentParser(prog="python -m entrypoint")
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("--work", type=Path, required=True, help="the work folder of this use of the action")
    options = parser.parse_args(arguments)
    token = environ.get("BENCHVERDICT_TOKEN", "").strip()
    complaint = Console(stream=errors, secret=token)
    try:
        given = _inputs(options, environ)
        api = Api(url=given.api_url, repository=given.repository, token=given.token, patience=patience)
        verb = getattr(importlib.import_module(f"entrypoint.{options.verb}"), options.verb)
        verb(given, options.work, api, Console(stream=log, secret=token))
    except BenchverdictError as problem:
        for line in str(problem).splitlines():
            complaint.say(line)
        return problem.exit_code
    except KeyboardInterrupt:
        complaint.say("interrupted")
        return MeasuringInterruptedError.exit_code
    except Exception as problem:
        complaint.say(f"this is a defect of Benchverdict, please report it: {_place(problem)}")
        return BenchverdictError.exit_code
    return 0


def _inputs(options: argparse.Namespace, environ: Mapping[str, str]) -> Inputs:
    """Read the inputs. An input that a verb before has refused does not keep publish from saying so."""
    was_refused = options.verb == "publish" and bool(no_report.failures(options.work))
    return inputs.read_without_refused(environ) if was_refused else inputs.read(environ)


def _place(problem: Exception) -> str:
    trace = problem.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(problem).__name__}{where}: {problem}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, sys.stdout, sys.stderr))

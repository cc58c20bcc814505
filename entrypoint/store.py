"""The verb ``store`` of ``stage: store``: what this run measured into the store that lasts, and its history as a file.

This job alone holds the credentials of the store. It runs nothing that the project brought: of the job that measured
it takes the artifact, as data, and of that only the sessions of this run's own commit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from entrypoint import facts
from entrypoint.archive import ArchiveError, only_member
from entrypoint.artifacts import MEMBER
from entrypoint.context import situation
from entrypoint.download import artifact_zip
from entrypoint.failures import ApiError
from entrypoint.permissions import is_default
from entrypoint.plan import read_config
from reporter.config.store_rules import folder_of, is_address, scheme_of, shown_place
from reporter.shared.errors import InputError, UsageError
from reporter.shared.files import write_atomically
from reporter.store import snapshot
from reporter.store.lasting import is_future
from reporter.store.protocol import Missing
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.console import Console
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.config import Config
    from reporter.model import Baseline

EVENTS = ("push_default", "workflow_dispatch", "schedule")


def store(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Add what this run has measured to the store, and write the history for the jobs that measure.

    Raises:
        UsageError: no store that lasts is named, or the event is none of the default branch.
        InputError: the store or the artifact cannot be read or written.
    """
    here = situation(inputs.event_name, facts.read(inputs.payload), inputs)
    _refuse_event(here, inputs)
    config = read_config(inputs)
    place = _place(inputs, config)
    lasting = open_store(place, pinned=config.pinned)
    measured = _measured(inputs, here, api)
    if measured is None:
        console.say(f"this run has saved no baseline of {inputs.suite}")
    else:
        console.say(f"kept: {lasting.save(measured)}")
    found = lasting.find(inputs.suite)
    if isinstance(found, Missing):
        console.say(f"no history: {found.reason}")
        return
    for notice in found.notices:
        console.say(f"{notice.code}: {notice.text}")
    console.say(f"history: {len(found.history)} sessions from {shown_place(place)}")
    if measured is None:
        write_atomically(work / "report" / MEMBER, snapshot.dump(found))


def _refuse_event(here: Situation, inputs: Inputs) -> None:
    if here.kind not in EVENTS or not is_default(facts.read(inputs.payload), inputs.ref):
        raise UsageError(
            "stage-store",
            f"'stage: store' holds the credentials of the store, and '{here.event}' on {inputs.ref or 'no ref'} is not "
            "for the default branch",
            cure="run that job on push, schedule or workflow_dispatch of the default branch, as docs/history.md shows",
        )


def _place(inputs: Inputs, config: Config) -> str:
    place = inputs.store or config.store.place or ""
    if not is_address(place):
        cure = "set the input 'store', or url in [store] of the configuration, such as s3://bucket/folder"
        raise UsageError("no-store", "no store that outlives this job is named", cure=cure)
    if scheme_of(place) == "file":
        _check_folder(place, is_input=bool(inputs.store))
    return place


def _check_folder(place: str, *, is_input: bool) -> None:
    """Refuse a folder that would be gone with the container: only that of the input is there."""
    if not is_input:
        what, cure = (
            "the folder of [store] in the configuration is not there in this job",
            "name it in the input 'store'",
        )
        raise UsageError("no-store", what, where=shown_place(place), cure=cure)
    if not folder_of(place).is_dir():
        what, cure = "there is no such folder", "make it before this job, on a disk that stays"
        raise UsageError("no-store", what, where=shown_place(place), cure=cure)


def _measured(inputs: Inputs, here: Situation, api: Api) -> Baseline | None:
    """Return what a job of this run saved as the baseline of its commit; ``None`` where none did.

    Raises:
        InputError: the artifact cannot be had, or is none of ours.
    """
    name = f"benchverdict-baseline-{inputs.suite}"
    try:
        listed = api.pages(f"/actions/runs/{inputs.run_id or 0}/artifacts", "artifacts", name=name)
        numbers = [each["id"] for each in listed if each.get("name") == name and isinstance(each.get("id"), int)]
        if not numbers:
            return None
        found = snapshot.load(only_member(artifact_zip(api, max(numbers)), MEMBER), MEMBER)
    except (ApiError, ArchiveError) as problem:
        cure = "run this job again; the artifact of the job that measured is still there"
        raise InputError(
            "baseline-unavailable", f"the artifact {name} could not be had: {problem}", cure=cure
        ) from None
    return _own(found, inputs.suite, here.head_sha)


def _own(found: Baseline, suite: str, commit: str) -> Baseline:
    """Return the sessions of one commit alone: code that was measured may have changed all others."""
    if (found.suite.name, found.suite.commit) != (suite, commit):
        what = f"the baseline is of {found.suite.name!r} at {found.suite.commit}, not of {suite!r} at {commit}"
        raise InputError("other-suite", what, cure="let the job of this run measure the commit of this run")
    sessions = tuple(each for each in found.history if each.commit == commit)
    if any(is_future(moment or 0.0) for moment in (found.suite.measured_at, *(each.measured_at for each in sessions))):
        what = "what this run has measured is from the future by the clock of this machine"
        cure = "set the clock of the machine that measured, and run both jobs again"
        raise InputError("measuring-from-the-future", what, cure=cure)
    return replace(found, history=sessions)

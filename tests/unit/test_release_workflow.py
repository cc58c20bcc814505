"""What a release promises: an attested image, a tag that never moves, and no more rights than each job needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PATH = Path(__file__).parents[2] / ".github" / "workflows" / "release.yml"
JOBS: dict[str, Any] = YAML(typ="safe").load(PATH.read_text(encoding="utf-8"))["jobs"]


def test_the_image_is_attested_by_its_digest() -> None:
    build, attest = JOBS["image"]["steps"][-2:]
    assert build["with"]["provenance"] == "mode=max"
    assert attest["uses"].startswith("actions/attest-build-provenance@")
    assert attest["with"]["subject-digest"] == "${{ steps.build.outputs.digest }}"
    assert JOBS["image"]["permissions"].items() >= {"id-token": "write", "attestations": "write"}.items()


def test_the_tag_of_a_version_never_moves_and_that_of_v1_does() -> None:
    script = JOBS["pin"]["steps"][-1]["run"]
    lines = [line.strip() for line in script.splitlines() if "tag" in line or "push" in line]
    assert [line for line in lines if "v$VERSION" in line and "--force" in line] == []
    assert 'git push --force origin "v${VERSION%%.*}"' in lines
    check = next(step["run"] for step in JOBS["image"]["steps"] if step.get("id") == "names")
    assert 'if git ls-remote --exit-code origin "refs/tags/v$VERSION"; then exit 1; fi' in check


def test_only_one_job_has_each_right_to_write() -> None:
    assert JOBS["pin"]["permissions"] == {"contents": "write"}
    assert JOBS["image"]["permissions"]["contents"] == "read"

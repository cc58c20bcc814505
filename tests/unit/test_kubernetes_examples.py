"""The manifests for Kubernetes: YAML that says what the page says. No cluster has run them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

FOLDER = Path(__file__).parents[2] / "examples" / "kubernetes"


def manifest(name: str) -> dict[str, Any]:
    (content,) = YAML(typ="safe").load_all((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_every_manifest_is_one_object_of_kubernetes(name: str) -> None:
    assert {"apiVersion", "kind", "metadata", "spec"} == manifest(name).keys()


def test_the_pods_of_k6_print_their_points_and_nothing_that_would_be_read_twice() -> None:
    spec = manifest("k6.yaml")["spec"]
    assert spec["parallelism"] == 4
    assert spec["arguments"].split() == ["--quiet", "--no-summary", "--out", "json=/dev/stdout"]


def test_a_lost_worker_does_not_come_back_as_if_nothing_had_happened() -> None:
    spec = manifest("locust-workers.yaml")["spec"]
    pod = spec["template"]["spec"]
    assert (spec["completions"], spec["parallelism"], spec["backoffLimit"]) == (4, 4, 0)
    assert pod["restartPolicy"] == "Never"
    assert "--worker" in pod["containers"][0]["args"]

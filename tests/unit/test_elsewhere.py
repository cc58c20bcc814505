"""``make test-elsewhere`` shows its tests another machine than this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOK = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from reporter.measure import fingerprint

here = fingerprint.read({})
mask = os.umask(0)
found = {"cpu": here.cpu_model, "cores": here.cores, "os": here.os, "mask": mask}
print(json.dumps(found | {"home": os.listdir(os.environ["HOME"]), "names": sorted(os.environ)}))
"""


def elsewhere(*command: str) -> subprocess.CompletedProcess[str]:
    words = [str(ROOT / ".ci" / "elsewhere"), *command]
    return subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | {"PLANTED": "1"})


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are those of Linux")
def test_elsewhere_is_another_machine() -> None:
    if elsewhere("true").returncode and os.environ.get("CI") != "true":
        pytest.skip("neither root nor user namespaces")
    done = elsewhere(sys.executable, "-c", LOOK, str(ROOT))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["cpu"] == "Elsewhere 9000 @ 1.00GHz"
    assert (found["cores"], found["os"], found["mask"], found["home"]) == (1, "elsewhere 7", 0o77, [])
    assert not {"PLANTED", "USER", "LANG"} & set(found["names"])
    assert elsewhere(sys.executable, "-c", "raise SystemExit(3)").returncode == 3

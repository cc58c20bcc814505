"""Record the file beside this one with lighthouse on the path and Chromium. The server's address is replaced.

Screenshots, traces and the texts for people are left out: half a megabyte that is no measurement.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.shop import shop  # noqa: E402 - from the root of the repository

AUDIT = ("id", "score", "scoreDisplayMode", "numericValue", "numericUnit", "errorMessage")
CATEGORY = ("id", "score")

if __name__ == "__main__":
    with shop() as host:
        flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
        command = ["lighthouse", host, "--quiet", "--output=json", "--max-wait-for-load=20000", flags]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    document = json.loads(done.stdout.replace(host, "http://shop.test"))
    for key in ("i18n", "timing", "entities", "stackPacks", "categoryGroups", "fullPageScreenshot"):
        document.pop(key, None)
    document["audits"] = {
        key: {part: value for part, value in audit.items() if part in AUDIT}
        for key, audit in document["audits"].items()
    }
    document["categories"] = {
        key: {part: value for part, value in category.items() if part in CATEGORY}
        for key, category in document["categories"].items()
    }
    (HERE / "home.json").write_text(json.dumps(document, indent=1) + "\n")

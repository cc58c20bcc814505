"""Run by the user's Python: print as JSON what it is and what is installed for it. Python 3.8 and later."""

from __future__ import annotations

import json
import os
import platform
import site
import sys
import sysconfig
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> None:
    """Print one object."""
    folders = [folder for folder in site_folders() if Path(folder).is_dir()]
    description = {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "version": platform.python_implementation() + " " + platform.python_version(),
        "site_folders": folders,
        "script_folders": script_folders(),
        "has_pip": find_spec("pip") is not None,
        "projects": sorted(set(projects(folders))),
        "packages": len({installed.metadata["Name"] for installed in distributions(path=folders)}),
    }
    sys.stdout.write(json.dumps(description))


def site_folders() -> list[str]:
    """Return the folders of installed packages in the order in which they are searched."""
    own = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return own + site.getsitepackages()


def script_folders() -> list[str]:
    """Return the folders in which programs that were installed for this Python lie."""
    found = [str(Path(sys.executable).parent), sysconfig.get_path("scripts")]
    if site.ENABLE_USER_SITE:
        found.append(str(Path(site.getuserbase(), "bin")))
    return list(dict.fromkeys(found))


def projects(folders: list[str]) -> Iterator[str]:
    """Yield the folder of each project that was installed from a folder, editable or not."""
    for installed in distributions(path=folders):
        origin = json.loads(installed.read_text("direct_url.json") or "{}")
        if "dir_info" in origin and origin["url"].startswith("file:"):
            yield os.path.realpath(url2pathname(urlsplit(origin["url"]).path))
    for folder in folders:
        for link in Path(folder).glob("*.egg-link"):
            yield os.path.realpath(link.read_text("utf-8").split("\n")[0].strip())


main()

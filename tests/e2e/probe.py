"""Run inside a container: prints, as JSON, what a verb can do there. Arguments: work folder, workspace, a port."""

import json
import os
import pathlib
import socket
import sys
import warnings

warnings.simplefilter("error")


def writable(folder: str) -> bool:
    try:
        pathlib.Path(folder, "probe").write_text("x")
    except OSError:
        return False
    return True


def reaches(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(5)
        return line.connect_ex(("127.0.0.1", port)) == 0


def fonts_are_baked() -> bool:
    """Whether matplotlib finds its font cache where the build left it, and can still write beside it."""
    import matplotlib
    from matplotlib import font_manager

    cache = pathlib.Path(matplotlib.get_cachedir())
    (baked,) = cache.glob("fontlist-*.json")
    return font_manager.fontManager is not None and baked.stat().st_uid == 0 and os.access(cache, os.W_OK)


work, workspace, port = sys.argv[1:]
folders = {"/": "/", "program": "/opt/benchverdict", "workspace": workspace, "work": work, "report": f"{work}/report"}
status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
from reporter import model  # noqa: E402 - the workspace holds a package of the same name

facts = {
    "user": os.getuid(),
    "capabilities": int(status["CapBnd"], 16),
    "read only": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
    "new privileges": status["NoNewPrivs"].strip() == "0",
    "writable": [name for name, folder in folders.items() if writable(folder)],
    "home": writable(os.environ["HOME"]) and writable("/tmp"),
    "sees workspace": pathlib.Path(workspace, "reporter").exists(),
    "network": reaches(int(port)),
    "interfaces": [path.name for path in pathlib.Path("/sys/class/net").iterdir()],
    "environment": sorted(name for name in os.environ if name.startswith(("GITHUB", "BENCHVERDICT", "SECRET"))),
    "fonts": fonts_are_baked(),
    "reporter": model.__file__,
}
print(json.dumps(facts))

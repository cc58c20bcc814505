"""What must be equal for two runs to be comparable: the machine, its system and the language."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.shared.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.measure.language import Language

_SECONDS = 20.0
_VERSION_CODE = "import platform as p; print(p.python_implementation(), p.python_version())"


def read(environ: Mapping[str, str], spoken: Language | None = None) -> Fingerprint:
    """Look at this machine. ``environ`` is the environment of the benchmark command. Never raises.

    Its language is Python unless it is another one that is ``spoken``.
    """
    os_name, os_version = _system()
    language = _python(environ) if spoken is None else _version(spoken, environ)
    details = {
        "kernel": platform.release(),
        "os_version": os_version,
        "image_version": environ.get("ImageVersion"),
        "language_version": language,
        "memory": _memory(),
        "cpu_quota": spoken_quota(cpu_quota(Path("/sys/fs/cgroup"), _text(Path("/proc/self/cgroup")))),
    }
    return Fingerprint(
        cpu_model=_cpu_model(),
        cores=_cores(),
        architecture=platform.machine() or None,
        os=os_name,
        image=environ.get("ImageOS") or None,
        language=major_minor(language),
        details=tuple((name, value) for name, value in details.items() if value),
    )


def major_minor(language: str) -> str:
    """Cut ``CPython 3.11.7`` down to ``CPython 3.11``; of Node.js and Java the major version tells all."""
    found = re.match(r"(Node\.js|Java) \d+", language) or re.match(r".*? \d+\.\d+", language)
    return found[0] if found else language


def linux_name(os_release: str) -> tuple[str | None, str]:
    """Read os-release(5): the distribution with its major version, and its full name."""
    entries = dict(re.findall(r"^(\w+)=[\"']?([^\"'\n]*)", os_release, re.MULTILINE))
    major = entries.get("VERSION_ID", "").split(".")[0]
    name = " ".join(part for part in (entries.get("ID"), major) if part)
    return name or None, entries.get("PRETTY_NAME", "")


def linux_cpu(cpuinfo: str) -> str | None:
    """Read the CPU's name from /proc/cpuinfo. ARM cores have numbers there instead of names."""
    pairs = (line.partition(":") for line in cpuinfo.splitlines() if ":" in line)
    entries = {name.strip(): value.strip() for name, _, value in pairs}
    named = entries.get("model name") or entries.get("Model") or entries.get("cpu model")
    if named:
        return " ".join(named.split())
    if "CPU implementer" in entries and "CPU part" in entries:
        return f"implementer {entries['CPU implementer']} part {entries['CPU part']}"
    return None


def cpu_quota(root: Path, membership: str) -> float | None:
    """Find how many CPUs the control groups of this process allow, the least of all levels; ``None``: no limit.

    ``membership`` is /proc/self/cgroup: lines ``number:controllers:path``. Inside a container the path may not exist
    below ``root``; then the root itself is the container's own group.
    """
    quotas = []
    for line in membership.splitlines():
        number, controllers, path = [*line.split(":", 2), "", ""][:3]
        if number == "0":
            quotas += [_quota_v2(level) for level in _levels(root, path)]
        elif "cpu" in controllers.split(","):
            quotas += [_quota_v1(level) for level in _levels(root / "cpu", path)]
    return min((quota for quota in quotas if quota is not None), default=None)


def spoken_quota(cpus: float | None) -> str:
    """Format a quota, ``1.5 CPUs``; empty when there is none."""
    return "" if cpus is None else f"{cpus:g} CPUs"


def _levels(mount: Path, path: str) -> list[Path]:
    own = mount / path.strip("/")
    return [own, *(parent for parent in own.parents if mount == parent or mount in parent.parents)]


def _quota_v2(folder: Path) -> float | None:
    return _ratio(*(_text(folder / "cpu.max").split() or [""])[:2])


def _quota_v1(folder: Path) -> float | None:
    return _ratio(_text(folder / "cpu.cfs_quota_us").strip(), _text(folder / "cpu.cfs_period_us").strip())


def _ratio(quota: str, period: str = "") -> float | None:
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(period) else None


def _system() -> tuple[str | None, str]:
    if platform.system() == "Linux":
        return linux_name(_text(Path("/etc/os-release")) or _text(Path("/usr/lib/os-release")))
    if platform.system() == "Darwin":
        version = platform.mac_ver()[0]
        return f"macos {version.split('.')[0]}".strip(), f"macOS {version}"
    return f"{platform.system().lower()} {platform.release()}".strip() or None, platform.version()


def _cpu_model() -> str | None:
    if platform.system() == "Linux":
        return linux_cpu(_text(Path("/proc/cpuinfo"))) or None
    if platform.system() == "Darwin":
        return _answer(["sysctl", "-n", "machdep.cpu.brand_string"], None) or None
    return platform.processor() or None


def _cores() -> int | None:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _memory() -> str:
    try:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return ""
    return f"{size / 1e9:.1f} GB" if size > 0 else ""


def _version(language: Language, environ: Mapping[str, str]) -> str:
    """Return a language with its version, or its name where its program does not answer."""
    program = shutil.which(language.asked[0], path=environ.get("PATH"))
    answer = _answer([program, *language.asked[1:]], environ) if program else ""
    found = re.search(language.version, answer)
    return f"{language.name} {found[1]}" if found else language.name


def _python(environ: Mapping[str, str]) -> str:
    """Ask the Python that the command would find; this interpreter when there is none."""
    for name in ("python", "python3"):
        program = shutil.which(name, path=environ.get("PATH"))
        answer = _answer([program, "-I", "-S", "-c", _VERSION_CODE], environ) if program else ""
        if re.fullmatch(r"\w+ \d+\.\d\S*", answer):
            return answer
    return f"{platform.python_implementation()} {platform.python_version()}"


def _answer(command: list[str], environ: Mapping[str, str] | None) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # where Java writes its version
            env=None if environ is None else dict(environ),
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""

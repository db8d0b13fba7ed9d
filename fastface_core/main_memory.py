"""How much memory this program may still take: what is free, and what a container or a limit allows."""

import sys
from pathlib import Path

_PROC, _GROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 60
"""Kernels write "no limit" as a number near 2^63."""


def available() -> int:
    """Bytes that can be taken without swapping, or without being ended by the system."""
    import psutil

    return max(0, min([psutil.virtual_memory().available, *group_room(_PROC, _GROUPS), *_address_room()]))


def held() -> int:
    """Bytes that this process has taken already, as by a model that another one would take the place of."""
    import psutil

    return psutil.Process().memory_info().rss


def group_room(proc: Path, root: Path) -> list[int]:
    """What the control groups of this process leave, both kinds of them; nothing where there are none."""
    found: list[int] = []
    try:
        lines = proc.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return found
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if controllers == "":
            base, names = root, ("memory.max", "memory.current")
        elif "memory" in controllers.split(","):
            base, names = root / "memory", ("memory.limit_in_bytes", "memory.usage_in_bytes")
        else:
            continue
        # A limit of any group above counts as well; inside a container the path may begin above what is mounted.
        place = base / group.lstrip("/")
        for folder in (place, *place.parents):
            if not folder.is_relative_to(base):
                break
            limit, used = (_number(folder / name) for name in names)
            if limit is not None and used is not None and limit < _UNLIMITED:
                found.append(limit - used + (_reclaimable(folder) or 0))
    return found


def _reclaimable(folder: Path) -> int | None:
    """Bytes of files' pages that count as used and are given back when they are needed."""
    try:
        lines = (folder / "memory.stat").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    values = dict(line.split(" ", 1) for line in lines if " " in line)
    name = "inactive_file" if "inactive_file" in values else "total_inactive_file"
    return int(values[name]) if values.get(name, "").isdigit() else None


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _address_room() -> list[int]:
    """What `ulimit -v` leaves."""
    if sys.platform == "win32":
        return []
    import resource

    import psutil

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit in (resource.RLIM_INFINITY, -1) or limit >= _UNLIMITED:
        return []
    return [limit - psutil.Process().memory_info().vms]

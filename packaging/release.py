"""What all packages of a release share: its version, its day, and where they are put."""

import re
import subprocess
import time
from pathlib import Path

import contents

DIST = contents.ROOT / "dist"
BUNDLE = DIST / contents.NAME
HERE = Path(__file__).resolve().parent


def version() -> str:
    """The program's version, as its source says."""
    text = (contents.ROOT / "fastface_core" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+)"$', text, re.MULTILINE)
    assert found is not None
    return found[1]


def moment() -> int:
    """Seconds since 1970 of the last commit, which all files in a package are dated with."""
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=contents.ROOT, capture_output=True, text=True)
    return int(done.stdout.strip() or 315532800)


def day() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment()))


def filled(name: str, release: str) -> str:
    """A file of packaging/linux with version and day put in."""
    text = (HERE / "linux" / name).read_text(encoding="utf-8")
    return text.replace("@VERSION@", release).replace("@DATE@", day())


def need_bundle(bundle: Path) -> None:
    """
    Raises:
        SystemExit: there is no bundle to be packed.
    """
    if not (bundle / contents.NAME).exists() and not (bundle / f"{contents.NAME}.exe").exists():
        raise SystemExit(f"There is no bundle in {bundle}. Make one with: python3 dev.py package bundle")


def megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.0f} MB"

"""Builds the bundle into dist/fastface: a folder with two programs that need no Python on the machine.

    .venv/bin/python packaging/build.py

Whatever was there before stays until the new one is whole.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import bom
import contents
import licences
import release

WORK = contents.ROOT / "build" / "bundle"
BUNDLE = contents.ROOT / "dist" / contents.NAME
MEASURED = WORK / "measured.json"
"""What the build took, for `smoke.py` to write down."""


def freeze(folder: Path) -> list[str]:
    """Runs PyInstaller, and returns the files that it took.

    Args:
        folder: where the bundle's folder is made.
    """
    commit = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=contents.ROOT, capture_output=True, text=True)
    environment = {
        **os.environ,
        # The same sources give the same bytes: no order and no time of its own.
        "PYTHONHASHSEED": "1",
        "SOURCE_DATE_EPOCH": commit.stdout.strip() or "315532800",
        "PYINSTALLER_CONFIG_DIR": str(WORK / "config"),
    }
    recipe = contents.ROOT / "packaging" / "fastface.spec"
    folders = ("--distpath", str(folder), "--workpath", str(WORK))
    command = [sys.executable, "-m", "PyInstaller", str(recipe), "--noconfirm", "--log-level", "WARN", *folders]
    subprocess.run(command, env=environment, cwd=contents.ROOT, check=True)
    return json.loads((WORK / contents.NAME / "sources.json").read_text(encoding="utf-8"))


def slim(bundle: Path) -> None:
    """Takes from libraries what only debuggers read; where there is no `strip`, they stay as they are."""
    strip = shutil.which("strip")
    if strip is None or sys.platform != "linux":
        return
    for pattern in contents.STRIPPED:
        for path in sorted((bundle / "_internal").glob(pattern)):
            if not path.is_symlink():
                subprocess.run([strip, "--strip-unneeded", str(path)], check=True)


def tell_updates(bundle: Path) -> None:
    """Where this copy looks for updates, and by which keys they are signed: what the release says, or nothing."""
    address, keys = os.environ.get("FASTFACE_UPDATE_ADDRESS"), os.environ.get("FASTFACE_UPDATE_KEYS", "").split()
    if address and keys:
        target = bundle / "_internal" / "resources" / "updates" / "source.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps({"address": address, "keys": keys}) + "\n", encoding="utf-8", newline="\n")


def main() -> int:
    started = time.monotonic()
    made = WORK / "made"
    shutil.rmtree(made, ignore_errors=True)
    try:
        sources = freeze(made)
        bundle = made / contents.NAME
        found = licences.parts(sources)
        (bundle / "THIRD_PARTY_LICENSES.txt").write_text(licences.document(found), encoding="utf-8", newline="\n")
    except subprocess.CalledProcessError as error:
        print(f"PyInstaller failed with {error.returncode}; its words are above.", file=sys.stderr)
        return 1
    except licences.LicenceError as error:
        print(f"{error}\nThe bundle may not be passed on with these: see packaging/licences.py.", file=sys.stderr)
        return 1
    shutil.copy(contents.ROOT / "LICENSE", bundle)
    slim(bundle)
    (bundle / "fastface.cdx.json").write_text(bom.document(found, release.version()), encoding="utf-8", newline="\n")
    tell_updates(bundle)
    if os.name == "posix":
        (bundle / contents.WINDOW).symlink_to(contents.NAME)
    shutil.rmtree(BUNDLE, ignore_errors=True)
    BUNDLE.parent.mkdir(exist_ok=True)
    bundle.replace(BUNDLE)
    seconds = time.monotonic() - started
    MEASURED.write_text(json.dumps({"seconds": seconds}), encoding="utf-8")
    print(f"{BUNDLE}, made in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

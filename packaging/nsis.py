"""Makes the installer for Windows: dist/fastface-VERSION-windows.exe, compiled by NSIS on Windows or Linux.

    .venv/bin/python packaging/nsis.py [BUNDLE] [--version X.Y.Z] [--out FOLDER] [--compressor "/SOLID lzma"]

BUNDLE is one that was made on Windows. The installer asks for no administrator, and what it installs can update
itself: see fastface_core/updates/place.py. NSIS holds less than 2 GB.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import contents
import icons
import release

SCRIPTS = release.HERE / "nsis"


class NsisError(Exception):
    """makensis is not there, or refuses; what it said."""


def compile_script(script: Path, **values: str) -> None:
    """
    Raises:
        NsisError: makensis is not there, or finds something wrong with the script.
    """
    makensis = shutil.which("makensis") or shutil.which("makensis", path=r"C:\Program Files (x86)\NSIS")
    if makensis is None:
        raise NsisError("There is no makensis: install NSIS, on Debian with: apt-get install nsis.")
    prefix = "/" if os.name == "nt" else "-"
    words = [f"{prefix}D{name}={value}" for name, value in values.items()]
    done = subprocess.run([makensis, f"{prefix}V2", f"{prefix}WX", *words, str(script)], capture_output=True, text=True)
    if done.returncode != 0:
        raise NsisError(done.stdout + done.stderr)


def make(
    bundle: Path, target: Path, version: str, compressor: str = "/SOLID lzma", processor: str = "x86-unicode"
) -> None:
    """Compiles the launcher, and the installer around it and the bundle.

    Args:
        processor: what both are compiled for; every NSIS has the usual one, and it runs on every Windows.

    Raises:
        NsisError: it could not be compiled.
    """
    with tempfile.TemporaryDirectory(prefix="fastface-nsis-") as name:
        folder = Path(name)
        icon, launcher = folder / "fastface.ico", folder / "FastFace.exe"
        icons.write(icon)
        compile_script(SCRIPTS / "launcher.nsi", OUT=str(launcher), ICON=str(icon), VERSION=version, TARGET=processor)
        licence = folder / "LICENSE.txt"
        licence.write_bytes((contents.ROOT / "LICENSE").read_bytes())
        bytes_ = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file())
        compile_script(
            SCRIPTS / "installer.nsi",
            OUT=str(target),
            BUNDLE=str(bundle),
            VERSION=version,
            TARGET=processor,
            LAUNCHER=str(launcher),
            COMMAND=str(SCRIPTS / "fastface.cmd"),
            ICON=str(icon),
            LICENCE=str(licence),
            KILOBYTES=str(bytes_ // 1024),
            COMPRESSOR=compressor,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the installer for Windows.")
    parser.add_argument("bundle", nargs="?", type=Path, default=release.BUNDLE)
    parser.add_argument("--version", default=release.version())
    parser.add_argument("--out", type=Path, default=release.DIST)
    parser.add_argument("--compressor", default="/SOLID lzma")
    options = parser.parse_args()
    if not (options.bundle / "fastface.exe").exists():
        print(f"There is no bundle for Windows in {options.bundle}; it is made on Windows.", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / f"fastface-{options.version}-windows.exe"
    started = time.monotonic()
    try:
        make(options.bundle.resolve(), target, options.version, options.compressor)
    except NsisError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target}, {release.megabytes(target)}, made in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

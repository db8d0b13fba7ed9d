"""Installs a package that was made, as a user would, and tries the installed program with all of smoke.py's checks.

    .venv/bin/python packaging/try_package.py deb|run|nsis|appimage [--out FOLDER]

The .run is installed below a home with spaces, an umlaut and a Chinese character in its path. The .deb is unpacked
without its database; packaging/chroot.py installs it with apt. A Windows installer is unpacked, and on Windows run.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import release
import smoke


def of_deb(package: Path, folder: Path) -> Path:
    subprocess.run(["dpkg-deb", "--extract", str(package), str(folder)], check=True)
    return folder / "usr" / "lib" / "fastface"


def of_run(package: Path, folder: Path) -> Path:
    home = folder / "Zoë Müller 大"
    home.mkdir()
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run(["sh", str(package)], check=True, env=environment, cwd=folder)
    command = home / ".local" / "bin" / "fastface"
    subprocess.run([command, "--version"], check=True, env=environment)
    return home / ".local/share/FastFaceDesktop/versions" / release.version()


def of_nsis(package: Path, folder: Path) -> Path:
    if os.name == "nt":
        subprocess.run([str(package), "/S", f"/D={folder}"], check=True)
        return folder / "versions" / release.version()
    subprocess.run(["7z", "x", "-y", f"-o{folder}", str(package)], check=True, stdout=subprocess.DEVNULL)
    return next(folder.rglob("fastface-desktop.exe")).parent


def of_appimage(package: Path, folder: Path) -> Path:
    package.chmod(0o755)
    subprocess.run([str(package), "--appimage-extract"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    return folder / "squashfs-root" / "usr" / "lib" / "fastface"


KINDS: dict[str, tuple[str, Callable[[Path, Path], Path]]] = {
    "deb": ("fastface_{version}_*.deb", of_deb),
    "run": ("fastface-{version}-*.run", of_run),
    "nsis": ("fastface-{version}-windows.exe", of_nsis),
    "appimage": ("FastFace-{version}-*.AppImage", of_appimage),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Installs and tries a package.")
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--out", type=Path, default=release.DIST, help="where the package lies")
    options = parser.parse_args()
    pattern, install = KINDS[options.kind]
    found = sorted(options.out.glob(pattern.format(version=release.version())))
    if not found:
        print(f"There is no package of that kind in {options.out}.", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="fastface-try-"))
    try:
        installed = install(found[-1].resolve(), folder)
        if options.kind == "nsis" and os.name != "nt":
            print(f"{found[-1].name} holds the two programs; running it needs Windows.")
            return 0
        return smoke.run(installed, write=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

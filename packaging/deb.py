"""Makes the Debian package from the bundle: dist/fastface_VERSION_amd64.deb.

    .venv/bin/python packaging/deb.py [BUNDLE] [--version X.Y.Z] [--out FOLDER] [--level N]

The bundle lies in /usr/lib/fastface. There are no scripts of the package: dpkg's own triggers make the desktop entry,
the icon and the file types known, and nothing below anybody's home is touched by installing, updating or removing it.
Needs dpkg-deb.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import contents
import release

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
DEPENDS = (
    "libc6 (>= {libc})",
    "libstdc++6 (>= 12)",
    "libgcc-s1",
    "zlib1g",
    "libegl1",
    "libgl1",
    "libxcb1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "fontconfig-config",
)
"""What `inspection.HOST_LIBRARIES` come in, and the settings by which Qt finds fonts."""

_CONTROL = """\
Package: fastface
Version: {version}
Architecture: {architecture}
Maintainer: The makers of FastFace Desktop <fastface@localhost>
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: ca-certificates, fonts-dejavu-core, shared-mime-info
Section: graphics
Priority: optional
Description: portraits of a person from a few photos
 FastFace makes portraits of a person from a few photos, on your own computer
 and without a network. A small model comes with it; larger ones are fetched
 when they are asked for. The window is fastface-desktop, the command line
 fastface. An NVIDIA GPU is used after: fastface runtime install.
"""


def control(version: str, kilobytes: int) -> str:
    libc = platform.libc_ver()[1] or "2.36"
    return _CONTROL.format(
        version=version,
        architecture=ARCHITECTURES[platform.machine()],
        kilobytes=kilobytes,
        depends=", ".join(DEPENDS).format(libc=libc),
    )


def stage(bundle: Path, tree: Path, version: str) -> None:
    """Lays out what the package installs below `tree`; the bundle's files are linked there, not copied."""
    lib = tree / "usr" / "lib" / contents.NAME
    lib.parent.mkdir(parents=True)
    shutil.copytree(bundle, lib, symlinks=True, copy_function=_link)
    programs = tree / "usr" / "bin"
    programs.mkdir()
    for program in (contents.NAME, contents.WINDOW):
        (programs / program).symlink_to(f"../lib/{contents.NAME}/{program}")
    share = tree / "usr" / "share"
    texts = {
        "applications/fastface.desktop": release.filled("fastface.desktop", version),
        "mime/packages/fastface.xml": release.filled("fastface.mime.xml", version),
        "metainfo/fastface.metainfo.xml": release.filled("fastface.metainfo.xml", version),
        "doc/fastface/copyright": copyright_text(),
    }
    for place, text in texts.items():
        path = share / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    icon = share / "icons" / "hicolor" / "scalable" / "apps" / "fastface.svg"
    icon.parent.mkdir(parents=True)
    shutil.copy(contents.ROOT / "resources" / "icons" / "app.svg", icon)
    kilobytes = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    about = tree / "DEBIAN" / "control"
    about.parent.mkdir()
    about.write_text(control(version, kilobytes), encoding="utf-8")
    for path in (tree, *tree.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another drive
        shutil.copy2(source, target)


def copyright_text() -> str:
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: FastFace Desktop\n\n"
        "Files: *\nCopyright: The makers of FastFace Desktop\nLicense: Apache-2.0\n"
        " On Debian systems the text is in /usr/share/common-licenses/Apache-2.0. The licences of the libraries\n"
        " that travel with the program are in /usr/lib/fastface/THIRD_PARTY_LICENSES.txt.\n"
    )


def make(bundle: Path, target: Path, version: str, level: int = 10) -> None:
    """Writes the package; the same bytes for the same bundle and commit.

    Raises:
        subprocess.CalledProcessError: dpkg-deb refuses.
    """
    with tempfile.TemporaryDirectory(prefix="fastface-deb-", dir=target.parent) as folder:
        tree = Path(folder) / "tree"
        stage(bundle, tree, version)
        half = target.with_suffix(".part")
        command = ["dpkg-deb", "--root-owner-group", "-Zzstd", f"-z{level}", "--build", str(tree), str(half)]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(release.moment())}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        half.replace(target)


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the Debian package.")
    parser.add_argument("bundle", nargs="?", type=Path, default=release.BUNDLE)
    parser.add_argument("--version", default=release.version())
    parser.add_argument("--out", type=Path, default=release.DIST)
    parser.add_argument("--level", type=int, default=10, help="of zstd's compression")
    options = parser.parse_args()
    release.need_bundle(options.bundle)
    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / f"fastface_{options.version}_{ARCHITECTURES[platform.machine()]}.deb"
    started = time.monotonic()
    try:
        make(options.bundle.resolve(), target, options.version, options.level)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The package could not be made: {error}. It needs dpkg-deb.", file=sys.stderr)
        return 1
    print(f"{target}, {release.megabytes(target)}, made in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

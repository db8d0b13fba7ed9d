"""Makes the AppImage: dist/FastFace-VERSION-x86_64.AppImage.

    .venv/bin/python packaging/appimage.py [BUNDLE] [--version X.Y.Z] [--out FOLDER] [--folder-only]

Needs appimagetool (https://github.com/AppImage/appimagetool), which neither Debian nor PyPI has; the hosted workflow
fetches it. `--folder-only` lays out the folder that it would pack.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import contents
import icons
import release


def stage(bundle: Path, tree: Path, version: str) -> None:
    """Lays out the AppDir (https://docs.appimage.org/reference/appdir.html); the bundle's files are linked."""
    shutil.copytree(bundle, tree / "usr" / "lib" / contents.NAME, symlinks=True, copy_function=os.link)
    shutil.copy(release.HERE / "appimage" / "AppRun", tree / "AppRun")
    (tree / "fastface.desktop").write_text(release.filled("fastface.desktop", version), encoding="utf-8")
    about = tree / "usr" / "share" / "metainfo" / "fastface.appdata.xml"
    about.parent.mkdir(parents=True)
    about.write_text(release.filled("fastface.metainfo.xml", version), encoding="utf-8")
    icons.write(tree / "fastface.png")
    (tree / ".DirIcon").symlink_to("fastface.png")


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the AppImage.")
    parser.add_argument("bundle", nargs="?", type=Path, default=release.BUNDLE)
    parser.add_argument("--version", default=release.version())
    parser.add_argument("--out", type=Path, default=release.DIST)
    parser.add_argument("--folder-only", action="store_true")
    options = parser.parse_args()
    release.need_bundle(options.bundle)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.folder_only:
        folder = options.out / "FastFace.AppDir"
        shutil.rmtree(folder, ignore_errors=True)
        stage(options.bundle.resolve(), folder, options.version)
        print(folder)
        return 0
    tool = shutil.which("appimagetool")
    if tool is None:
        print("There is no appimagetool; the hosted workflow makes the AppImage.", file=sys.stderr)
        return 1
    target = options.out / f"FastFace-{options.version}-{platform.machine()}.AppImage"
    with tempfile.TemporaryDirectory(prefix="fastface-appimage-", dir=options.out) as name:
        tree = Path(name) / "FastFace.AppDir"
        stage(options.bundle.resolve(), tree, options.version)
        environment = {**os.environ, "ARCH": platform.machine(), "SOURCE_DATE_EPOCH": str(release.moment())}
        done = subprocess.run([tool, "--no-appstream", str(tree), str(target)], env=environment)
    if done.returncode == 0:
        print(f"{target}, {release.megabytes(target)}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

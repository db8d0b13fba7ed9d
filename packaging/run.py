"""Makes the file that installs itself for one user: dist/fastface-VERSION-x86_64.run.

    .venv/bin/python packaging/run.py [BUNDLE] [--version X.Y.Z] [--out FOLDER] [--level N]

A shell script with the packed bundle behind it. It needs a POSIX shell, tar and gzip on the target, and no
administrator. What it installs can update itself: see fastface_core/updates/place.py.
"""

import argparse
import gzip
import hashlib
import io
import platform
import sys
import tarfile
import time
from pathlib import Path

import contents
import release

SHARE = "share"
"""The folder in an installed version that has the desktop entry and icons."""


def shared(version: str) -> dict[str, bytes]:
    """Files that go into the version's folder beside the bundle, by their places."""
    linux = release.HERE / "linux"
    return {
        f"{SHARE}/launcher.sh": (linux / "launcher.sh").read_bytes(),
        f"{SHARE}/fastface.svg": (contents.ROOT / "resources" / "icons" / "app.svg").read_bytes(),
        **{
            f"{SHARE}/{name}": release.filled(name, version).encode()
            for name in ("fastface.desktop", "fastface.mime.xml")
        },
    }


def pack(bundle: Path, target: Path, version: str, level: int) -> None:
    """Writes the archive; the same bytes for the same bundle and commit."""
    moment = release.moment()

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.mtime, info.uid, info.gid, info.uname, info.gname = moment, 0, 0, "", ""
        info.mode = 0o755 if info.isdir() or info.mode & 0o100 else 0o644
        return info

    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=level, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.GNU_FORMAT) as archive,
    ):
        for path in sorted(bundle.rglob("*")):
            archive.add(path, path.relative_to(bundle).as_posix(), recursive=False, filter=plain)
        for place, content in shared(version).items():
            info = plain(tarfile.TarInfo(place))
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def script(archive: Path, version: str, unpacked: int) -> bytes:
    """The installer's shell script for an archive; `unpacked` in bytes."""
    digest = hashlib.sha256()
    with archive.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    text = (release.HERE / "linux" / "installer.sh").read_text(encoding="utf-8")
    values = {
        "VERSION": version,
        "LINES": str(text.count("\n")),
        "BYTES": str(archive.stat().st_size),
        "SUM": digest.hexdigest(),
        "UNPACKED": str(unpacked // 1024 + 1024),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text.encode()


def make(bundle: Path, target: Path, version: str, level: int = 6) -> None:
    archive, half = target.with_suffix(".tar.gz.part"), target.with_suffix(".part")
    try:
        pack(bundle, archive, version, level)
        unpacked = sum(path.lstat().st_size for path in bundle.rglob("*") if path.is_file())
        with half.open("wb") as file, archive.open("rb") as content:
            file.write(script(archive, version, unpacked))
            while piece := content.read(1 << 20):
                file.write(piece)
        half.chmod(0o755)
        half.replace(target)
    finally:
        archive.unlink(missing_ok=True)
        half.unlink(missing_ok=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the self-extracting installer.")
    parser.add_argument("bundle", nargs="?", type=Path, default=release.BUNDLE)
    parser.add_argument("--version", default=release.version())
    parser.add_argument("--out", type=Path, default=release.DIST)
    parser.add_argument("--level", type=int, default=6, help="of gzip's compression")
    options = parser.parse_args()
    release.need_bundle(options.bundle)
    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / f"fastface-{options.version}-{platform.machine()}.run"
    started = time.monotonic()
    make(options.bundle.resolve(), target, options.version, options.level)
    print(f"{target}, {release.megabytes(target)}, made in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A small folder in the form of the bundle, for what packs and installs it."""

from pathlib import Path

_PROGRAM = """#!/bin/sh
case $(basename "$0") in fastface-desktop) name="FastFace Desktop" ;; *) name=FastFace ;; esac
[ "$1" = --version ] && echo "$name {version}" && exit 0
echo "$name {version} from $(readlink -f "$0") with $*"
"""


def bundle(folder: Path, version: str) -> Path:
    """Makes one whose program says its version and what it was started with."""
    inner = folder / "_internal" / "resources" / "icons"
    inner.mkdir(parents=True)
    (inner / "Größe.txt").write_text(version, encoding="utf-8")
    (folder / "_internal" / "lib.so").write_bytes(bytes(range(256)) * 400)
    (folder / "THIRD_PARTY_LICENSES.txt").write_text("everything", encoding="utf-8")
    program = folder / "fastface"
    program.write_text(_PROGRAM.format(version=version), encoding="utf-8")
    program.chmod(0o755)
    (folder / "fastface-desktop").symlink_to("fastface")
    return folder

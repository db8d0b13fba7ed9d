"""Updates the program while it is killed, and counts: always one version that starts, and nothing of the user's lost.

    .venv/bin/python -m benchmarks.update_kills [--count 500] [--seed 0]

The versions are small folders in the form of a bundle, in packages that are whole or hold only what is new, from a
local server. Each update is killed before one of its changes of files or in its download, then goes on; the launcher is
killed while it starts the new version, and so is the new version while it says that it has drawn its window. Every
fifth version never draws a window. POSIX only.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.killing import bytes_in, changes, killed, killed_when
from fastface_core.models.hub import offline
from fastface_core.models.hub.client import Network
from fastface_core.updates.install import install
from fastface_core.updates.manifest import Manifest, Package
from fastface_core.updates.package import FileList, list_of, write
from fastface_core.updates.place import Place

LAUNCHER = Path(__file__).resolve().parents[1] / "packaging" / "linux" / "launcher.sh"
SYSTEM = "linux-x86_64"
# As the program: says its version, or that its window is drawn. The broken one ends before that.
_PROGRAM = '#!/bin/sh\n[ "$1" = --version ] && echo "FastFace {release}" && exit 0\n{window}\n'
_WINDOW = 'echo "{release} has drawn its window"'
_BROKEN = 'echo "{release} cannot start" >&2; exit 1'


class Broken(Exception):
    """What was lost."""


def make_version(folder: Path, release: str, *, broken: bool = False) -> FileList:
    """A folder in the form of a bundle, with a large file that every version has, and one of its own."""
    inner = folder / "_internal" / "torch" / "lib"
    inner.mkdir(parents=True)
    (inner / "libtorch.so").write_bytes(random.Random(0).randbytes(200_000))
    (folder / "_internal" / "own.bin").write_bytes(random.Random(release).randbytes(20_000))
    window = (_BROKEN if broken else _WINDOW).format(release=release)
    program = folder / "fastface"
    program.write_text(_PROGRAM.format(release=release, window=window), encoding="utf-8")
    program.chmod(0o755)
    (folder / "fastface-desktop").symlink_to("fastface")
    return list_of(folder, release)


def release_of(index: int) -> str:
    return f"1.{index // 100}.{index % 100}"


def is_broken(index: int) -> bool:
    return index % 5 == 4


class Server:
    """Packages of versions in a folder that a local hub serves."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address

    def announce(self, index: int, base: FileList | None, work: Path) -> tuple[Manifest, FileList]:
        """A release with a whole package and, for those who have `base`, one with what is new."""
        release = release_of(index)
        version = work / release
        files = make_version(version, release, broken=is_broken(index))
        packages = [self._package(version, files, f"{release}.tar.gz", None)]
        if base is not None:
            packages.append(self._package(version, files, f"{release}-from-{base.release}.tar.gz", base))
        shutil.rmtree(version)
        manifest = Manifest(release=release, published="2026-01-01", page="http://localhost/", packages=tuple(packages))
        return manifest, files

    def _package(self, version: Path, files: FileList, name: str, base: FileList | None) -> Package:
        target = self.folder / name
        write(version, files, target, (one.sha256 for one in base.files) if base else (), level=1)
        return Package(
            system=SYSTEM,
            name=name,
            url=f"{self.address}/{name}",
            size=target.stat().st_size,
            unpacked=files.size,
            sha256=hashlib.sha256(target.read_bytes()).hexdigest(),
            bases=(base.release,) if base else (),
        )


def make_root(root: Path, release: str) -> FileList:
    """What an installer leaves: one version and the launcher under two names."""
    files = make_version(root / "versions" / release, release)
    for name in ("fastface", "fastface-desktop"):
        shutil.copy(LAUNCHER, root / name)
    (root / "current").write_text(f"{release}\n", encoding="utf-8")
    return files


def start(root: Path, program: str, *arguments: str) -> str:
    """What the launcher's program prints; empty where it fails."""
    done = subprocess.run([root / program, *arguments], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def said(root: Path) -> str:
    """The version that the command line is of; Broken where none starts."""
    text = start(root, "fastface", "--version")
    if not text.startswith("FastFace "):
        raise Broken(f"no version starts: {sorted(path.name for path in root.rglob('*'))}")
    return text.removeprefix("FastFace ")


def draw(root: Path) -> str:
    """Starts the window; the version that has drawn it, which then says so. Empty where it did not."""
    text = start(root, "fastface-desktop").partition(" ")[0]
    if text:
        Place(root).drawn(text)
    return text


def fingerprint(folder: Path) -> str:
    """Of everything in a home but the list of requests, in which each one has to stand."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if "network" in path.parts or path.name == "data":
            continue
        digest.update(str(path.relative_to(folder)).encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def kill_launcher(root: Path, generator: random.Random) -> None:
    process = subprocess.Popen([root / "fastface-desktop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(generator.random() * 0.006)
    process.send_signal(signal.SIGKILL)
    process.wait()


def interrupted(work: Callable[[], object], place: Place, total: int, generator: random.Random, size: int) -> bool:
    """One update that is killed at a change of files, or while it downloads."""
    if generator.random() < 0.7:
        return killed(work, place.root, generator.randrange(1, total + 1))
    enough = generator.randrange(1, size)
    return killed_when(work, lambda: bytes_in(place.downloads) >= enough)


def run(count: int, seed: int, folder: Path, address: str) -> Counter[str]:
    generator = random.Random(seed)
    root, home = folder / "Größe 大" / "FastFace", folder / "home"
    home.mkdir()
    for index in range(5):
        (home / f"picture-{index}.png").write_bytes(generator.randbytes(1000))
    before = fingerprint(home)
    installed, place = make_root(root, release_of(0)), Place(root)
    server = Server(folder / "served" / "updates" / "all", address)
    network = Network(endpoint=address)
    found: Counter[str] = Counter()
    total = 0
    for index in range(1, count + 1):
        manifest, files = server.announce(index, installed, folder / "work")
        old, new = installed.release, manifest.release
        package = manifest.package(old, SYSTEM)
        assert package is not None
        found["smaller packages" if package.bases else "whole packages"] += 1

        def update(where: Place = place, manifest: Manifest = manifest) -> None:
            install(manifest, where, network=network, system=SYSTEM)

        if not total:
            trial = folder / "counted"
            shutil.copytree(root, trial, symlinks=True)
            total = changes(partial(update, Place(trial)), trial)
            shutil.rmtree(trial)
        if interrupted(update, place, total, generator, package.size):
            found["killed while installing"] += 1
        if said(root) != old:
            raise Broken(f"the command line is of {said(root)} and not of {old}")
        if not place.next:
            update()
        if generator.random() < 0.3:
            kill_launcher(root, generator)
            found["launcher killed"] += 1
        if generator.random() < 0.3:
            was_killed = killed(lambda: draw(root), root, generator.randrange(1, 8))
            found["killed while it said that it is drawn"] += was_killed
        for _ in range(2):
            shown = draw(root)
        if shown not in (old, new) or said(root) != shown or place.next:
            raise Broken(f"{shown!r} is shown, {said(root)} is in use, {place.next!r} waits")
        if is_broken(index) and shown != old:
            raise Broken("a version that does not draw stayed")
        draw(root)
        left = {path.name for path in place.versions.iterdir()}
        if left != {shown}:
            raise Broken(f"versions are left: {sorted(left)}, {shown} is in use")
        found["the new version is in use" if shown == new else "taken back"] += 1
        if shown == new:
            installed = files
        if fingerprint(home) != before:
            raise Broken("the user's files were changed")
        for path in server.folder.glob("*.tar.gz"):
            path.unlink()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Kills updates.")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    offline.put_into_effect(False)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fastface-kills-") as name:
        folder = Path(name)
        os.environ["FASTFACE_HOME"] = str(folder / "home")
        (folder / "served" / "updates" / "all").mkdir(parents=True)
        # A process of its own: a fork has only the thread that forks.
        command = [sys.executable, "-c", _SERVE, str(folder / "served" / "updates" / "all")]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        try:
            found = run(options.count, options.seed, folder, address)
        except Broken as broken:
            print(f"BROKEN: {broken}")
            return 1
        finally:
            server.communicate()
    for what, number in sorted(found.items()):
        print(f"{number:5} {what}")
    print(f"{options.count} updates in {time.monotonic() - started:.0f} s, nothing lost")
    return 0


# A plain server of files that knows ranges would be another one to keep: this one has no ranges, which Transfer bears.
_SERVE = """
import functools, http.server, sys, threading
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
http.server.SimpleHTTPRequestHandler.log_message = lambda *_: None
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
"""


if __name__ == "__main__":
    sys.exit(main())

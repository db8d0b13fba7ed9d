"""Updates the program while it is killed, and counts: always one version that starts, and nothing of the user's lost.

    .venv/bin/python -m benchmarks.update_kills [--count 500] [--seed 0] [--into FILE]

The versions are small folders in the form of a bundle, in packages that are whole or hold only what is new, from a
local server. Each update is killed before one of its changes of files or in its download, then goes on; the launcher is
killed while it starts the new version, and so is the new version while it says that it has drawn its window. Every
fifth version never draws a window. POSIX only.
"""

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import kill_rounds
from benchmarks.kill_rounds import Lost, Round, served
from benchmarks.killing import bytes_in, changes, killed, killed_when
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
    """The version that the command line is of; Lost where none starts."""
    text = start(root, "fastface", "--version")
    if not text.startswith("FastFace "):
        raise Lost(f"no version starts: {sorted(path.name for path in root.rglob('*'))}")
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


class Updates:
    """An installed program, its releases, and the rounds that update it."""

    def __init__(self, folder: Path, address: str, done: int) -> None:
        """`done`: the newest release whose turn is over; what it left is installed."""
        self.home = folder / "home"
        self.home.mkdir()
        for index in range(5):
            (self.home / f"picture-{index}.png").write_bytes(random.Random(index).randbytes(1000))
        self.before = fingerprint(self.home)
        root = folder / "Größe 大" / "FastFace"
        self.installed = make_root(root, release_of(done - is_broken(done)))
        self.place = Place(root)
        self.server = Server(folder / "served", address)
        self.network = Network(endpoint=address)
        self.work = folder / "work"
        self._changes = 0

    def update(self, manifest: Manifest, place: Place) -> None:
        install(manifest, place, network=self.network, system=SYSTEM)

    def changes(self, manifest: Manifest) -> int:
        """How many changes of files an update makes, counted once."""
        if not self._changes:
            trial = self.work / "counted"
            shutil.copytree(self.place.root, trial, symlinks=True)
            self._changes = changes(partial(self.update, manifest, Place(trial)), trial)
            shutil.rmtree(trial)
        return self._changes

    def make(self, index: int, generator: random.Random) -> list[str]:
        """One release: installed with a kill, started with kills, and taken or taken back."""
        root, place = self.place.root, self.place
        manifest, files = self.server.announce(index, self.installed, self.work)
        old, new = self.installed.release, manifest.release
        package = manifest.package(old, SYSTEM)
        assert package is not None
        found = ["smaller packages" if package.bases else "whole packages"]
        update = partial(self.update, manifest, place)
        if interrupted(update, place, self.changes(manifest), generator, package.size):
            found.append("killed while installing")
        if said(root) != old:
            raise Lost(f"the command line is of {said(root)} and not of {old}")
        if not place.next:
            update()
        if generator.random() < 0.3:
            kill_launcher(root, generator)
            found.append("launcher killed")
        if generator.random() < 0.3 and killed(lambda: draw(root), root, generator.randrange(1, 8)):
            found.append("killed while it said that it is drawn")
        draw(root)
        shown = draw(root)
        if shown not in (old, new) or said(root) != shown or place.next:
            raise Lost(f"{shown!r} is shown, {said(root)} is in use, {place.next!r} waits")
        if is_broken(index) and shown != old:
            raise Lost("a version that does not draw stayed")
        draw(root)
        left = {path.name for path in place.versions.iterdir()}
        if left != {shown}:
            raise Lost(f"versions are left: {sorted(left)}, {shown} is in use")
        if fingerprint(self.home) != self.before:
            raise Lost("the user's files were changed")
        if shown == new:
            self.installed = files
        for path in self.server.folder.glob("*.tar.gz"):
            path.unlink()
        return [*found, "the new version is in use" if shown == new else "taken back"]


@contextmanager
def setting(folder: Path, done: int) -> Generator[Round]:
    (folder / "served").mkdir()
    with served(sys.executable, "-c", _SERVE, str(folder / "served")) as address:
        yield Updates(folder, address, done).make


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
    sys.exit(kill_rounds.main(__doc__ or "", "updates", 500, setting))

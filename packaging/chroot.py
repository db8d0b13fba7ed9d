"""Tries the .deb and the .run in fresh minimal Debian systems, which have no Python; needs root and debootstrap.

    .venv/bin/python packaging/chroot.py OLD.deb NEW.deb [--run FILE.run] [--suite bookworm --suite trixie]
        [--updates 20] [--starts 20] [--mirror ADDRESS] [--stand-in]

For each suite: installs OLD with apt, makes the example portrait, opens the window offscreen, starts and stops it,
changes between the two versions, every other time with dpkg killed in the middle and mended by its next installation,
removes the package, and looks that nothing is left but the user's files. The .run is installed, started and removed by
an ordinary user whose home has spaces, an umlaut and a Chinese character in its path. `--stand-in` leaves out what a
small folder in the form of the bundle cannot do.
"""

import argparse
import contextlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import contents

HOME = "/home/Zoë Müller 大"
USER = "zoe"
PHOTO = contents.ROOT / "examples" / "portrait.jpg"


class Wrong(Exception):
    """What did not go as it should, in a sentence."""


class System:
    """A minimal Debian in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def command(self, words: list[str], user: str | None = None) -> list[str]:
        inside = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        inside += [f"HOME={HOME}" if user else "HOME=/root", "QT_QPA_PLATFORM=offscreen"]
        who = [f"--userspec={user}:{user}"] if user else []
        return ["chroot", *who, str(self.root), *inside, *words]

    def run(self, *words: str, user: str | None = None, right: bool = True) -> str:
        """What a command says, on both streams; Wrong where it fails although it should not."""
        done = subprocess.run(self.command(list(words), user), capture_output=True, text=True, errors="replace")
        if right and done.returncode != 0:
            raise Wrong(f"{' '.join(words)} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
        return done.stdout + done.stderr

    def put(self, file: Path) -> str:
        """Copies a file into /srv, and returns its path there."""
        shutil.copy(file, self.root / "srv")
        return f"/srv/{file.name}"


@contextlib.contextmanager
def fresh(suite: str, mirror: str | None, folder: Path) -> Generator[System]:
    root = folder / suite
    # Without an address debootstrap takes the mirror that it was built with.
    command = ["debootstrap", "--variant=minbase", suite, str(root), *([mirror] if mirror else [])]
    subprocess.run(command, check=True, capture_output=True)
    mounts = [("proc", "proc"), ("tmpfs", "dev/shm")]
    done: list[Path] = []
    try:
        for kind, place in mounts:
            (root / place).mkdir(parents=True, exist_ok=True)
            subprocess.run(["mount", "-t", kind, kind, str(root / place)], check=True)
            done.append(root / place)
        shutil.copy("/etc/resolv.conf", root / "etc")
        system = System(root)
        system.run("useradd", "--create-home", "--home-dir", HOME, USER)
        yield system
    finally:
        for place in reversed(done):
            subprocess.run(["umount", "-l", str(place)], check=False)


def works(system: System, version: str, program: str, user: str, *, stand_in: bool) -> None:
    """It says its version, makes the example portrait and draws its window."""
    said = system.run(program, "--version", user=user).strip()
    if said != f"FastFace {version}":
        raise Wrong(f"{program} says {said!r} and not {version}")
    if stand_in:
        return
    window = f"{program}-desktop"
    system.run(program, "doctor", user=user, right=False)
    out = f"{HOME}/Bilder"
    photo = system.put(PHOTO)
    words = ("generate", "--photo", photo, "--prompt", "a person", "--seed", "7", "--out", out)
    if ".png" not in system.run(program, *words, user=user):
        raise Wrong("no picture was made")
    system.run(window, "--exit-after-show", user=user)


def starts_and_stops(system: System, times: int) -> None:
    for _ in range(times):
        system.run("fastface-desktop", "--exit-after-show", user=USER)


def killed_installation(system: System, file: str, generator: random.Random) -> bool:
    """Installs with dpkg, which is killed in the middle; whether it was still at work."""
    process = subprocess.Popen(
        system.command(["dpkg", "--install", file]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(generator.random() * 2)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def try_deb(system: System, files: dict[str, Path], options: argparse.Namespace) -> str:
    generator = random.Random(0)
    paths = {version: system.put(file) for version, file in files.items()}
    old, new = paths
    system.run("apt-get", "update")
    system.run("apt-get", "install", "--yes", "--no-install-recommends", paths[old])
    mine = system.root / HOME.strip("/") / "mine.txt"
    mine.write_text("mine")
    works(system, old, "fastface", USER, stand_in=options.stand_in)
    if not options.stand_in:
        starts_and_stops(system, options.starts)
    killed = 0
    for index in range(options.updates):
        version = new if index % 2 == 0 else old
        if index % 2:
            killed += killed_installation(system, paths[version], generator)
            # A package whose unpacking was cut is taken by dpkg alone, as its own message says.
            system.run("dpkg", "--install", paths[version])
        words = ("install", "--yes", "--allow-downgrades", "--reinstall", "--no-install-recommends")
        system.run("apt-get", *words, paths[version])
        works(system, version, "fastface", USER, stand_in=True)
    works(system, version if options.updates else old, "fastface", USER, stand_in=options.stand_in)
    system.run("apt-get", "purge", "--yes", "fastface")
    left = [path for place in ("usr", "opt", "etc", "var/lib") for path in (system.root / place).rglob("*fastface*")]
    left = [path for path in left if "dpkg" not in path.parts or path.suffix != ".list-new"]
    if left:
        raise Wrong(f"left after removal: {[str(path.relative_to(system.root)) for path in left[:10]]}")
    if mine.read_text() != "mine":
        raise Wrong("a file of the user's was changed")
    return f"{options.updates} updates, {killed} of them killed first, removed without a trace"


def try_run(system: System, file: Path, version: str, options: argparse.Namespace) -> str:
    path = system.put(file)
    system.run("sh", path, user=USER)
    works(system, version, f"{HOME}/.local/bin/fastface", USER, stand_in=options.stand_in)
    system.run("sh", path, "--remove", user=USER)
    left = [one.name for one in (system.root / HOME.strip("/") / ".local").rglob("*astface*") if one.is_file()]
    left = [name for name in left if options.stand_in or name.startswith("fastface-desktop.")]
    if left:
        raise Wrong(f"left after removal: {left}")
    return f"installed, started and removed below {HOME}"


def version_of(file: Path) -> str:
    done = subprocess.run(["dpkg-deb", "--field", str(file), "Version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description="Tries packages in minimal Debian systems.")
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--suite", action="append")
    parser.add_argument("--updates", type=int, default=20)
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--mirror")
    parser.add_argument("--stand-in", action="store_true")
    options = parser.parse_args()
    files = {version_of(file): file for file in (options.old, options.new)}
    if len(files) != 2:
        print("The two packages have to be of different versions.", file=sys.stderr)
        return 2
    right = True
    with tempfile.TemporaryDirectory(prefix="fastface-chroot-") as name:
        for suite in options.suite or ("bookworm", "trixie"):
            started = time.monotonic()
            try:
                with fresh(suite, options.mirror, Path(name)) as system:
                    print(f"ok    {suite}, .deb: {try_deb(system, files, options)}", flush=True)
                    if options.run:
                        version = options.run.name.split("-")[1]
                        print(f"ok    {suite}, .run: {try_run(system, options.run, version, options)}", flush=True)
            except (Wrong, OSError, subprocess.SubprocessError) as problem:
                right = False
                print(f"BAD   {suite}: {problem}", flush=True)
            print(f"      {suite} took {time.monotonic() - started:.0f} s", flush=True)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())

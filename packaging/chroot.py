"""Tries the .deb and the .run in fresh minimal Debian systems, which have no Python; needs root and debootstrap.

    .venv/bin/python packaging/chroot.py OLD.deb NEW.deb [--run OLD.run --run NEW.run]
        [--suite bookworm --suite trixie] [--updates 20] [--starts 20] [--mirror ADDRESS | --bases FOLDER]
        [--seen FOLDER] [--only deb|run] [--stand-in]

For each suite: installs OLD with apt, makes the example portrait, which has to be the source's in every bit, looks at
the window on an X server, starts and stops it, changes between the two versions, every other time with dpkg killed in
the middle and mended by its next installation, removes the package, and looks that nothing is left but the user's
files. The .run is installed, started and removed by an ordinary user whose home has spaces, an umlaut and a Chinese
character in its path. Pictures of the windows go into the folder of `--seen`. `--stand-in` leaves out what a small
folder in the form of the bundle cannot do.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import contents
import deb
import screen
from PIL import Image

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
def fresh(suite: str, mirror: str | None, bases: Path | None, folder: Path) -> Generator[System]:
    """A new system; a copy of the one in `bases`, where debootstrap has made it before."""
    root = folder / suite
    # Without an address debootstrap takes the mirror that it was built with.
    command = ["debootstrap", "--variant=minbase", suite, str(root), *([mirror] if mirror else [])]
    if bases is not None and (bases / suite).is_dir():
        command = ["cp", "--archive", str(bases / suite), str(root)]
    subprocess.run(command, check=True, capture_output=True)
    sockets = Path("/tmp/.X11-unix")  # of the X servers outside
    mounts: list[tuple[str, ...]] = [("-t", "proc", "proc", "proc"), ("-t", "tmpfs", "tmpfs", "dev/shm")]
    if sockets.is_dir():
        mounts.append(("--bind", str(sockets), "tmp/.X11-unix"))
    done: list[Path] = []
    try:
        for *how, place in mounts:
            (root / place).mkdir(parents=True, exist_ok=True)
            subprocess.run(["mount", *how, str(root / place)], check=True)
            done.append(root / place)
        shutil.copy("/etc/resolv.conf", root / "etc")
        system = System(root)
        system.run("useradd", "--create-home", "--home-dir", HOME, USER)
        yield system
    finally:
        for place in reversed(done):
            subprocess.run(["umount", "-l", str(place)], check=False)


WORDS = ("--photo", "/srv/portrait.jpg", "--prompt", "a person", "--seed", "7", "--out")


def expected(folder: Path) -> bytes:
    """The pixels of the example portrait as the source makes it."""
    words = [str(PHOTO) if word.startswith("/srv") else word for word in WORDS]
    command = [sys.executable, "-m", "fastface_core.cli", "generate", *words, str(folder / "source")]
    environment = {"HOME": str(folder), "PYTHONPATH": str(contents.ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return pixels(Path(done.stdout.split("\n")[0]))


def pixels(picture: Path) -> bytes:
    with Image.open(picture) as image:
        return image.convert("RGB").tobytes()


def says(system: System, version: str, program: str) -> None:
    """It says its version."""
    said = system.run(program, "--version", user=USER).strip()
    if said != f"FastFace {version}":
        raise Wrong(f"{program} says {said!r} and not {version}")


def works(system: System, program: str, portrait: bytes, seen: Path) -> None:
    """It makes the example portrait as the source does, and draws its window, of which a picture is taken.

    Args:
        program: the command; the window's is the same with an ending.
        portrait: the pixels that have to come out.
        seen: where the picture of the window goes.
    """
    system.run(program, "doctor", user=USER, right=False)
    system.put(PHOTO)
    said = system.run(program, "generate", *WORDS, f"{HOME}/Bilder", user=USER)
    path = next((line for line in said.splitlines() if line.endswith(".png")), "")
    if not path or pixels(system.root / path.strip("/")) != portrait:
        raise Wrong(f"the portrait is not the source's: {said}")
    with screen.shown() as shown:
        window = [f"DISPLAY={shown.display}", "QT_QPA_PLATFORM=xcb", f"{program}-desktop"]
        process = subprocess.Popen(
            system.command(["env", *window], USER), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )
        try:
            shown.drawn(process).save(seen)
        finally:
            process.terminate()
            code = process.wait(60)
    if code != 0:
        raise Wrong(f"the window ended with {code}")


def starts_and_stops(system: System, program: str, times: int) -> None:
    for _ in range(times):
        system.run(program, "--exit-after-show", user=USER)


def killed(command: list[str], generator: random.Random, longest: float) -> bool:
    """Runs a command that is killed, with all that it started, after at most so many seconds; whether it still ran."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(generator.random() * longest)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def tell(system: System, text: str) -> None:
    """How far it is: all of it takes long."""
    print(f"      {time.strftime('%H:%M')} {system.root.name}, {text}", flush=True)


@dataclass(frozen=True)
class Trial:
    """What is asked of every package.

    Attributes:
        portrait: the pixels of the example portrait; None for a stand-in, which makes none.
        seen: the folder for pictures of windows.
        longest: seconds after which an installation is killed at the latest.
    """

    portrait: bytes | None
    seen: Path
    starts: int
    updates: int
    longest: float

    def whole(self, system: System, name: str, program: str) -> None:
        """Portrait, window, and many starts."""
        if self.portrait is not None:
            works(system, program, self.portrait, self.seen / f"{system.root.name}-{name}.png")
            starts_and_stops(system, f"{program}-desktop", self.starts)
            tell(system, f"{name}: the portrait is the source's, its window is drawn, {self.starts} starts and stops")


def try_deb(system: System, files: dict[str, Path], trial: Trial) -> str:
    generator = random.Random(0)
    paths = {version: system.put(file) for version, file in files.items()}
    old, new = paths
    # Processes are killed here and not the power: there is no need to wait for the disk.
    (system.root / "etc/dpkg/dpkg.cfg.d/fastface").write_text("force-unsafe-io\n")
    install = ["apt-get", "install", "--yes", "--allow-downgrades", "--no-install-recommends"]
    system.run("apt-get", "update")
    system.run(*install, paths[old])
    mine = system.root / HOME.strip("/") / "mine.txt"
    mine.write_text("mine")
    says(system, old, "fastface")
    trial.whole(system, "deb", "fastface")
    count = 0
    for index in range(trial.updates):
        version = (new, old)[index % 2]
        if index % 2:
            count += killed(system.command(["dpkg", "--install", paths[version]]), generator, trial.longest)
            # A package whose unpacking was cut is taken by dpkg alone, as its own message says.
            system.run("dpkg", "--install", paths[version])
        else:
            system.run(*install, paths[version])
        says(system, version, "fastface")
        tell(system, f"deb: update {index + 1} to {version}, {count} killed until now")
    system.run(*install, paths[new])
    trial.whole(system, "deb-updated", "fastface")
    system.run("apt-get", "purge", "--yes", "fastface")
    (system.root / "etc/dpkg/dpkg.cfg.d/fastface").unlink()
    left = [path for place in ("usr", "opt", "etc", "var/lib") for path in (system.root / place).rglob("*fastface*")]
    left = [path for path in left if "dpkg" not in path.parts or path.suffix != ".list-new"]
    if left:
        raise Wrong(f"left after removal: {[str(path.relative_to(system.root)) for path in left[:10]]}")
    if mine.read_text() != "mine":
        raise Wrong("a file of the user's was changed")
    return f"{trial.updates} updates, {count} of them killed first, removed without a trace"


def try_run(system: System, files: dict[str, Path], trial: Trial) -> str:
    generator = random.Random(0)
    paths = {version: system.put(file) for version, file in files.items()}
    old, new = next(iter(paths)), list(paths)[-1]
    # What a desktop has; the .run cannot bring it.
    system.run("apt-get", "update")
    libraries = [one.split()[0] for one in deb.DEPENDS]
    system.run("apt-get", "install", "--yes", "--no-install-recommends", *libraries)
    program = f"{HOME}/.local/bin/fastface"
    home = system.root / HOME.strip("/")
    system.run("sh", paths[old], user=USER)
    says(system, old, program)
    trial.whole(system, "run", program)
    before = {path: path.read_bytes() for path in (home / "Bilder").rglob("*") if path.is_file()}
    count, current = 0, old
    for index in range(trial.updates):
        version = (new, old)[index % 2]
        if index % 2 and killed(system.command(["sh", paths[version]], USER), generator, trial.longest):
            count += 1
            said = system.run(program, "--version", user=USER).strip()
            if said not in (f"FastFace {current}", f"FastFace {version}"):
                raise Wrong(f"after a kill it says {said!r}")
        system.run("sh", paths[version], user=USER)
        says(system, version, program)
        tell(system, f"run: update {index + 1} to {version}, {count} killed until now")
        current = version
    system.run("sh", paths[new], user=USER)
    trial.whole(system, "run-updated", program)
    system.run("sh", paths[new], "--remove", user=USER)
    share = home / ".local" / "share"
    left = [one for one in (share / "FastFaceDesktop" / "versions", home / ".local/bin/fastface") if one.exists()]
    left += list((share / "applications").glob("fastface*"))
    if left:
        raise Wrong(f"left after removal: {left}")
    if any(not path.is_file() or path.read_bytes() != content for path, content in before.items()):
        raise Wrong("a picture of the user's is gone or was changed")
    return f"below {HOME}: {trial.updates} updates, {count} of them killed first, removed, pictures kept"


def version_of(file: Path) -> str:
    done = subprocess.run(["dpkg-deb", "--field", str(file), "Version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description="Tries packages in minimal Debian systems.")
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--only", choices=("deb", "run"), help="of the two kinds only this one")
    parser.add_argument("--run", type=Path, action="append", default=[], help="once, or for an older and a newer one")
    parser.add_argument("--suite", action="append")
    parser.add_argument("--updates", type=int, default=20)
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--mirror")
    parser.add_argument("--bases", type=Path, help="a folder with systems that debootstrap has made, by their names")
    parser.add_argument("--seen", type=Path, default=contents.ROOT / "build" / "chroot")
    parser.add_argument("--stand-in", action="store_true")
    options = parser.parse_args()
    # Whatever ends it, what was mounted is let go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    files = {version_of(file): file for file in (options.old, options.new)}
    if len(files) != 2:
        print("The two packages have to be of different versions.", file=sys.stderr)
        return 2
    runs = {file.name.split("-")[1]: file for file in options.run}
    options.seen.mkdir(parents=True, exist_ok=True)
    right = True
    with tempfile.TemporaryDirectory(prefix="fastface-chroot-") as name:
        portrait = None if options.stand_in else expected(Path(name))
        longest = 2.0 if options.stand_in else 20.0
        trial = Trial(portrait, options.seen, options.starts, options.updates, longest)
        for suite in options.suite or ("bookworm", "trixie"):
            started = time.monotonic()
            try:
                with fresh(suite, options.mirror, options.bases, Path(name)) as system:
                    if options.only != "run":
                        print(f"ok    {suite}, .deb: {try_deb(system, files, trial)}", flush=True)
                    if runs and options.only != "deb":
                        print(f"ok    {suite}, .run: {try_run(system, runs, trial)}", flush=True)
            except (Wrong, OSError, subprocess.SubprocessError) as problem:
                right = False
                print(f"BAD   {suite}: {problem}", flush=True)
            print(f"      {suite} took {time.monotonic() - started:.0f} s", flush=True)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())

"""A place for the bundle far from where it was built: moved, read-only, with an empty home and no network."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import contents

_TIMEOUT = 600

# Bound to itself, a folder can be made read-only for root, too.
_LOCKED = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


@dataclass(frozen=True)
class Done:
    """How a program ended; `seconds` is its whole life."""

    code: int
    stdout: str
    stderr: str
    seconds: float


@dataclass(frozen=True)
class Life:
    """How long a program lived, and how long the processor worked for it, its libraries' other threads included."""

    seconds: float
    processor: float


class Away:
    """Copies a bundle below a folder, where its programs are run with nothing of this machine's settings.

    Attributes:
        original: the bundle it was copied from.
        bundle: the copy, in a folder whose name has spaces and umlauts.
        home: an empty home; what the programs leave there stays.
        work: a folder for photos and pictures.
        locked: whether the programs see no network and cannot write into the bundle, not even as root.
    """

    def __init__(self, bundle: Path, folder: Path) -> None:
        """Copies the bundle.

        Args:
            folder: an existing, empty folder.
        """
        self.original = bundle
        self.bundle = folder / "Übung & Größe" / "Fast Face"
        self.home = folder / "heimat"
        self.work = folder / "Fotos für Jürgen"
        self.home.mkdir()
        self.work.mkdir()
        shutil.copytree(bundle, self.bundle, symlinks=True)
        for path in (self.bundle, *self.bundle.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & ~0o222)
        self.locked = self._can_lock()

    def _can_lock(self) -> bool:
        unshare = shutil.which("unshare")
        if unshare is None:
            return False
        tried = [unshare, "--net", "--mount", "sh", "-c", _LOCKED, str(self.bundle), "true"]
        return subprocess.run(tried, capture_output=True).returncode == 0

    def command(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> list[str]:
        """The command line that runs a program of the bundle with this environment, a home, and nothing else."""
        words = [f"{name}={value}" for name, value in {"HOME": str(self.home), **(environment or {})}.items()]
        bare = [str(shutil.which("env")), "-i", *words, str(self.bundle / program), *arguments]
        lock = [str(shutil.which("unshare")), "--net", "--mount", "sh", "-c", _LOCKED, str(self.bundle)]
        return [*lock, *bare] if self.locked else bare

    def run(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Done:
        started = time.monotonic()
        done = subprocess.run(
            self.command(program, *arguments, environment=environment),
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            cwd=self.work,
            timeout=_TIMEOUT,
        )
        return Done(done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def start(
        self, program: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(program, *arguments, environment=environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            cwd=self.work,
        )

    def lives(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None, times: int) -> Life:
        """The shortest of several lives of a program, without what the locking costs; POSIX only.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        command = [str(self.bundle / program), *arguments]
        everything = {"HOME": str(self.home), **(environment or {})}
        nowhere = subprocess.DEVNULL
        lives: list[Life] = []
        for _ in range(times):
            started = time.monotonic()
            process = subprocess.Popen(
                command, env=everything, cwd=self.work, stdin=nowhere, stdout=nowhere, stderr=nowhere
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, command)
            lives.append(Life(time.monotonic() - started, used.ru_utime + used.ru_stime))
        return Life(min(one.seconds for one in lives), min(one.processor for one in lives))

    def make_removable(self) -> None:
        for path in (self.bundle, *self.bundle.rglob("*")):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)


def in_bundle(away: Away, *parts: str) -> Path:
    """A file in the copy's inner folder."""
    return away.bundle.joinpath("_internal", *parts)


def run_source(away: Away, *arguments: str) -> Done:
    """The same command line from the checkout, with the Python that runs this."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "fastface_core.cli", *arguments],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env={"HOME": str(away.home), "PYTHONPATH": str(contents.ROOT)},
        cwd=away.work,
        timeout=_TIMEOUT,
    )
    return Done(done.returncode, done.stdout, done.stderr, time.monotonic() - started)

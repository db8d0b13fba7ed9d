"""Disks that are small, and full when it matters: file systems in memory, where they may be mounted."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest


@contextlib.contextmanager
def mounted(folder: Path, size: int) -> Generator[Path]:
    """A new folder that is a file system of `size` bytes. Skips the test where only an administrator may mount."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs Linux and root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def room(disk: Path, left: int) -> Generator[None]:
    """Only about `left` bytes are free."""
    ballast = disk / "ballast"
    status = os.statvfs(disk)
    ballast.write_bytes(bytes(max(status.f_bavail * status.f_frsize - left, 0)))
    try:
        yield
    finally:
        ballast.unlink()

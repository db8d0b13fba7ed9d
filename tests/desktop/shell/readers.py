"""What a real client of AT-SPI needs on a Linux machine: its launcher, and a Python that has pyatspi."""

import shutil
import subprocess
from pathlib import Path

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")


def launcher() -> str | None:
    return next((place for place in LAUNCHERS if Path(place).exists()), None)


def reader() -> str | None:
    """The system's Python, if it has a client of AT-SPI."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if found is None:
        return None
    has = subprocess.run([found, "-c", "import pyatspi"], capture_output=True, check=False)
    return found if has.returncode == 0 else None

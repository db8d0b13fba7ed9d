"""An X server that shows nothing, and what would be seen on it."""

import os
import select
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

_PATIENCE = 120
_DRAWN = 60
"""A window that is drawn has so many different colours, with its letters and icons."""


@dataclass(frozen=True)
class Screen:
    """The server's display, ":1", and the file that holds its pixels."""

    display: str
    file: Path

    def picture(self) -> Image.Image:
        """What is on it now, from the server's own memory, which has the form of xwd (X11/XWDFile.h)."""
        content = self.file.read_bytes()
        head = struct.unpack(">25I", content[:100])
        size, width, height, line, colours = head[0], head[4], head[5], head[12], head[19]
        pixels = content[size + 12 * colours :]
        return Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", line, 1).copy()

    def drawn(self, process: subprocess.Popen[str]) -> Image.Image:
        """Waits until a program's window is drawn and stays as it is.

        Raises:
            OSError: the program ended, or drew nothing in two minutes.
        """
        deadline, before = time.monotonic() + _PATIENCE, b""
        while process.poll() is None and time.monotonic() < deadline:
            picture = self.picture()
            colours, now = picture.getcolors(1 << 20), picture.tobytes()
            if colours is not None and len(colours) >= _DRAWN and now == before:
                return picture
            before = now
            time.sleep(1)
        raise OSError(f"no window was drawn; the program ended with {process.poll()}")


@contextmanager
def shown() -> Generator[Screen]:
    """Runs Xvfb.

    Raises:
        OSError: there is none, or it does not start.
    """
    server = shutil.which("Xvfb")
    if server is None:
        raise OSError("there is no Xvfb")
    with tempfile.TemporaryDirectory(prefix="fastface-screen-") as folder:
        reading, writing = os.pipe()
        options = ["-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-fbdir", folder]
        x = subprocess.Popen(
            [server, *options], pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writing)
        try:
            ready, _, _ = select.select([reading], [], [], _PATIENCE)
            if not ready:
                raise OSError("Xvfb did not start")
            yield Screen(f":{os.read(reading, 16).decode().strip()}", Path(folder) / "Xvfb_screen0")
        finally:
            x.terminate()
            x.wait()
            os.close(reading)

"""The way into the window: reads the command line, and says in one sentence why no window can open.

Knows nothing of widgets: Qt is imported once it is clear that there is a screen.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from fastface_core import __version__
from fastface_core.errors import FastFaceError


class NoWindowError(FastFaceError):
    """Qt is missing or cannot be used on this machine."""


def main(argv: Sequence[str] | None = None) -> int:
    """Opens the window and returns when it is closed.

    Args:
        argv: the arguments after the program's name; those of the process when it is None.
    """
    if getattr(sys, "frozen", False):
        # In a frozen bundle a worker process starts this program again, and must not open a second window.
        import multiprocessing

        multiprocessing.freeze_support()
    options = _parser().parse_args(argv)
    # There are none, and to find that out takes a look at every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from fastface_core.models.hub.settings import at_start

    at_start()
    try:
        _check_screen()
        return _open(options.files, exit_after_show=options.exit_after_show)
    except NoWindowError as error:
        print(f"{error.message} {error.hint}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fastface-desktop", description="Opens the FastFace window.")
    parser.add_argument("--version", action="version", version=f"FastFace Desktop {__version__}")
    parser.add_argument(
        "--exit-after-show", action="store_true", help="close once the window is drawn, to see whether it works here"
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="photos of a person, or a picture made by FastFace")
    return parser


def _check_screen() -> None:
    # Without a screen Qt ends the process before anybody could catch an exception.
    chosen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not chosen:
        raise NoWindowError(
            "There is no screen to open a window on.",
            "Start it from a desktop session, or make pictures on the command line with: fastface generate",
        )


def _open(files: Sequence[str], *, exit_after_show: bool) -> int:
    # Importing makes many objects and no garbage: looking for it takes a tenth of the time until the window is there.
    gc.disable()
    try:
        from fastface_desktop.app import run
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("PySide6", "shiboken6"):
            raise
        raise NoWindowError(
            "The window needs PySide6, which is not installed.",
            'Install it with: pip install "fastface-desktop[desktop]"',
        ) from error
    except ImportError as error:
        # A library of the system: "libEGL.so.1: cannot open shared object file: No such file or directory"
        library, found, _ = str(error).partition(": cannot open shared object file")
        if not found:
            raise
        raise NoWindowError(
            f"Qt cannot start, because the system lacks {library}.",
            "Install the library with the system's package manager; docs/development.md lists the packages.",
        ) from error
    finally:
        gc.enable()
    return run(files, exit_after_show=exit_after_show)


if __name__ == "__main__":
    sys.exit(main())

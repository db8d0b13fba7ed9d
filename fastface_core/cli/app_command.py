"""`fastface app`: opens the window, which lives in another package that this one never imports."""

import typer

from fastface_core.cli.output import known_errors


def open_app() -> None:
    """Open the window."""
    from importlib.metadata import entry_points

    from fastface_core.errors import FastFaceError

    with known_errors(as_json=False):
        found = tuple(entry_points(group="fastface.app"))
        if not found:
            raise FastFaceError(
                "The window is not installed.", "Install the program with its extra: fastface-desktop[desktop]."
            )
        raise typer.Exit(found[0].load()([]))

"""`fastface app`: opens the window, which lives in another package that this one never imports."""

from typing import Annotated

import typer

from fastface_core.cli.output import known_errors


def open_app(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Photos of a person, or a picture made by FastFace."),
    ] = None,
    exit_after_show: Annotated[
        bool, typer.Option("--exit-after-show", help="Close once the window is drawn, to see whether it works here.")
    ] = False,
) -> None:
    """Open the window."""
    from importlib.metadata import entry_points

    from fastface_core.errors import FastFaceError

    with known_errors(as_json=False):
        found = tuple(entry_points(group="fastface.app"))
        if not found:
            raise FastFaceError(
                "The window is not installed.", "Install the program with its extra: fastface-desktop[desktop]."
            )
        options = ["--exit-after-show"] if exit_after_show else []
        raise typer.Exit(found[0].load()([*options, "--", *(files or ())]))

"""Folders that are named on the command line for pictures to go to."""

from pathlib import Path

import typer

from fastface_core.errors import SettingsError
from fastface_core.pictures.names import PHOTO_SUFFIXES


def folder(text: str) -> Path:
    """The value of an option that takes a folder. An empty one would mean the current folder by chance.

    Raises:
        typer.BadParameter: it is empty.
    """
    if not text.strip():
        raise typer.BadParameter('the folder has no name. For the current folder say ".".')
    return Path(text)


def check_folder(path: Path | None) -> None:
    """
    Raises:
        SettingsError: it is a file, or named as a picture is: a folder of that name would surprise everybody.
    """
    if path is None or path.is_dir():
        return
    if path.exists():
        raise SettingsError(f"{path.name} is a file, and pictures go into a folder.", "Give --out a folder.")
    if path.suffix.lower() in PHOTO_SUFFIXES:
        raise SettingsError(
            f"--out takes a folder, and {path.name} is the name of a picture.",
            "Give a folder; each picture gets a name of its own in it.",
        )

"""`fastface doctor`: what this computer can do, what is wrong, and how to mend it."""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.output import known_errors, print_json

if TYPE_CHECKING:
    from fastface_core.checks import Check

_GB = 1_000_000_000
# A full-size checkpoint with its adapter and encoders, and room for pictures.
_DISK_FOR_MODELS = 12 * _GB
_DISK_FOR_PICTURES = 1 * _GB
_MEMORY_FOR_FULL_SIZE = 16 * _GB
_SIGNS = {"good": "ok  ", "warn": "note", "bad": "BAD "}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check Python, torch, GPU, driver, memory, disk and models. Exits with 1 if something has to be mended."""
    with known_errors(as_json):
        checks = _all()
        ok = all(check.verdict != "bad" for check in checks)
        if as_json:
            print_json({"ok": ok, "checks": [asdict(check) for check in checks]})
        else:
            for check in checks:
                typer.echo(f"{_SIGNS[check.verdict]}  {check.name}: {check.detail}")
                if check.fix:
                    typer.echo(f"      -> {check.fix}")
    if not ok:
        raise typer.Exit(1)


def _all() -> "list[Check]":
    from fastface_core import paths
    from fastface_core.engine import diagnosis

    found = [diagnosis.python(), *diagnosis.checks(), _memory()]
    found += [
        _disk("Models folder", paths.models_folder(), _DISK_FOR_MODELS),
        _disk("Pictures folder", paths.pictures_folder(), _DISK_FOR_PICTURES),
    ]
    found += [_starter(), _checkpoints()]
    return found


def _memory() -> "Check":
    import psutil

    from fastface_core.checks import Check

    memory = psutil.virtual_memory()
    detail = f"{memory.available / _GB:.1f} GB free of {memory.total / _GB:.1f} GB"
    if memory.total < _MEMORY_FOR_FULL_SIZE:
        return Check("Memory", "warn", detail, "Full-size models load more smoothly with 16 GB.")
    return Check("Memory", "good", detail)


def _disk(name: str, folder: Path, wanted: int) -> "Check":
    from fastface_core.checks import Check
    from fastface_core.errors import StorageError
    from fastface_core.files import writable

    try:
        writable(folder)
    except StorageError as error:
        return Check(name, "bad", error.message, error.hint)
    free = shutil.disk_usage(folder).free
    detail = f"{folder}, {free / _GB:.1f} GB free"
    if free < wanted:
        return Check(name, "warn", detail, f"Free some space: {wanted / _GB:.0f} GB are wanted here.")
    return Check(name, "good", detail)


def _starter() -> "Check":
    from fastface_core.checks import Check
    from fastface_core.errors import FastFaceError
    from fastface_core.models import installed

    try:
        starter = installed.starter()
        damaged = installed.damaged_starter_files()
    except (FastFaceError, OSError):
        return Check("Starter model", "bad", "It is missing or damaged.", "Install the program again.")
    if damaged:
        return Check("Starter model", "bad", f"Damaged: {', '.join(damaged)}.", "Install the program again.")
    return Check("Starter model", "good", starter.title)


def _checkpoints() -> "Check":
    from fastface_core.checks import Check
    from fastface_core.models import installed

    names = [one.name for one in installed.availability() if not one.missing and one.name != installed.STARTER]
    if names:
        return Check("Checkpoints", "good", ", ".join(names))
    return Check(
        "Checkpoints",
        "warn",
        "No full-size checkpoint is installed; pictures are made with the starter model.",
        "Get one with: fastface models download hyper-4.",
    )

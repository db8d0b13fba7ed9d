"""`fastface doctor`: what this computer can do, what is wrong, and how to mend it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.output import known_errors, print_json

if TYPE_CHECKING:
    from fastface_core.domain.checks import Check

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
    from fastface_core.engine import diagnosis
    from fastface_core.health import computer

    return [diagnosis.python(), *diagnosis.checks(), *runtime_checks(), *computer.checks(), _checkpoints()]


def runtime_checks() -> "list[Check]":
    """The GPU's runtime, where one is installed or would fit."""
    from fastface_core import overlay
    from fastface_core.domain.checks import Check
    from fastface_core.runtime import gpus
    from fastface_core.runtime.lanes import Lanes, offer

    state = overlay.look()
    if state is None:
        fits = offer(gpus.find(), Lanes.load())
        return (
            [Check("GPU runtime", "warn", fits.reason, "Get it with: fastface runtime install.")] if fits.build else []
        )
    if state.problem:
        fix = "Mend it with: fastface runtime repair, or replace it with: fastface runtime install."
        return [Check("GPU runtime", "warn", f"{state.problem} It is not used.", fix)]
    title = state.record.title if state.record else ""
    return [Check("GPU runtime", "good", f"{title}, in {state.folder}")]


def _checkpoints() -> "Check":
    from fastface_core.domain.checks import Check
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

"""Terms of use on the command line: shown, asked for, and never accepted in anyone's stead."""

import sys
from collections.abc import Sequence

import typer

from fastface_core.cli.output import say
from fastface_core.models import licences
from fastface_core.models.catalogue import Licence


def agree(terms: Sequence[Licence], *, accept: bool) -> None:
    """Goes on only with all of the terms accepted: before, by `--accept-licences`, or now at the terminal.

    Raises:
        LicenceError: there is no terminal to ask at, or the person declined.
    """
    missing = licences.open_terms(terms)
    if not missing:
        return
    for one in missing:
        say(describe(one))
    if not accept and sys.stdin.isatty() and sys.stderr.isatty():
        accept = typer.confirm("Do you accept these terms?", default=False, err=True)
    if accept:
        licences.accept(missing)
    licences.require(terms)


def describe(licence: Licence) -> str:
    """A licence in three lines."""
    use = "commercial use allowed" if licence.commercial_use else "NO commercial use"
    return f"{licence.title} ({use})\n  {licence.meaning}\n  {licence.url}"

"""Asks for the passphrase where people are locked and a command needs them."""

import os
import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from fastface_core.library.library import Library

VARIABLE = "FASTFACE_PASSPHRASE"
"""The environment variable that holds the passphrase, for scripts."""


def unlock(library: "Library") -> None:
    """Unlocks the people, where they are locked, with the variable's passphrase or one that is typed.

    Raises:
        LockedError: it is wrong, or there is nobody to ask.
    """
    if not library.people.store.locked:
        return
    library.people.store.unlock(old_passphrase())


def old_passphrase() -> str:
    """The passphrase that is set: the variable's, or one that is typed.

    Raises:
        LockedError: there is nobody to ask.
    """
    from fastface_core.library.people.vault import LockedError

    passphrase = os.environ.get(VARIABLE)
    if passphrase is not None:
        return passphrase
    if not sys.stdin.isatty():
        raise LockedError("The people are locked, and there is nobody to ask.", f"Set {VARIABLE}.")
    return str(typer.prompt("Passphrase", hide_input=True, err=True))


def new_passphrase() -> str:
    """Asks twice for a new passphrase, or takes the variable's.

    Raises:
        LockedError: there is nobody to ask.
    """
    from fastface_core.library.people.vault import LockedError

    passphrase = os.environ.get(f"{VARIABLE}_NEW")
    if passphrase is not None:
        return passphrase
    if not sys.stdin.isatty():
        raise LockedError("There is nobody to ask for the new passphrase.", f"Set {VARIABLE}_NEW.")
    return str(typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True))

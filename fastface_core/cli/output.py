"""What goes where: results on stdout, everything said on the way on stderr, errors with their next step."""

import json
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from fastface_core.errors import FastFaceError

if TYPE_CHECKING:
    from fastface_core.likeness import MatchScale
    from fastface_core.request import Picture

STOPPED = 130


def say(text: str) -> None:
    """A line for the person, on stderr."""
    typer.echo(text, err=True)


def print_json(content: Mapping[str, object]) -> None:
    """The one object of `--json`, on stdout."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    sys.stdout.flush()


def show_error(error: FastFaceError, as_json: bool, more: Mapping[str, object] | None = None) -> None:
    """One sentence and a next step; with `--json` also as an object, with `more` beside."""
    if as_json:
        print_json({"error": error.message, "hint": error.hint, **(more or {})})
    say(error.message)
    say(error.hint)


def score_of(picture: "Picture", scale: "MatchScale | None" = None) -> str:
    """How near a picture came: to the person, or to the drawing, which is another thing.

    Args:
        scale: of the match; with it a word is said as well.
    """
    if picture.likeness is not None:
        return f"likeness {picture.likeness:.2f}"
    if picture.twin_match is not None:
        word = f", {scale.word(picture.twin_match)}" if scale else ""
        return f"match with the drawing {picture.twin_match:.2f}{word}"
    return f"no likeness: {picture.likeness_reason}"


@contextmanager
def known_errors(as_json: bool) -> Generator[None]:
    """Ends the command with 1 and a sentence on a known error, and with 130 on Ctrl-C."""
    try:
        yield
    except FastFaceError as error:
        show_error(error, as_json)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None

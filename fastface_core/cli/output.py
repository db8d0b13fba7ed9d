"""What goes where: results on stdout, everything said on the way on stderr, errors with their next step."""

import json
import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from fastface_core.bounded import shortened
from fastface_core.errors import FastFaceError, StorageError

if TYPE_CHECKING:
    from fastface_core.domain.likeness import MatchScale
    from fastface_core.domain.request import Picture

STOPPED = 130


def say(text: str) -> None:
    """A line for the person, on stderr."""
    typer.echo(text, err=True)


def print_json(content: Mapping[str, object]) -> None:
    """The one object of `--json`, on stdout. Names of files that are no text come back from it as Python has them."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    typer.echo(text.encode("utf-8", "backslashreplace").decode())
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


def _of_system(error: OSError) -> FastFaceError:
    reason = error.strerror or type(error).__name__
    if error.filename is None:
        return StorageError(f"The system refuses: {reason}.", "Check the files and folders that were named.")
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else "a file"
    return StorageError(
        f"{shortened(name, 200)} cannot be used: {reason}.", "Check its name and place, and that it may be used."
    )


@contextmanager
def known_errors(as_json: bool) -> Generator[None]:
    """Ends the command with 1 and a sentence on a known error, and with 130 on Ctrl-C.

    What the system says of a file that was named, as that its name is too long, is known as well.
    """
    try:
        yield
    except FastFaceError as error:
        show_error(error, as_json)
        raise typer.Exit(1) from error
    except BrokenPipeError:
        raise  # nobody listens any more
    except OSError as error:
        show_error(_of_system(error), as_json)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None

"""Pictures of the library on the command line: found by what was typed, printed as lines or as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from fastface_core.cli.output import print_json, say

if TYPE_CHECKING:
    from fastface_core.library.gallery import PictureRow
    from fastface_core.library.labels import Label
    from fastface_core.library.library import Library


def numbers_of(library: "Library", pictures: list[str]) -> list[int]:
    """The numbers of pictures, each given by its number or path."""
    return [library.gallery.find(picture) for picture in pictures]


def label_named(word: str) -> "Label":
    from fastface_core.errors import SettingsError
    from fastface_core.library.labels import LABELS

    for label in LABELS:
        if label == word.casefold():
            return label
    raise SettingsError(f'There is no label "{word}".', f"Choose one of {', '.join(LABELS)}.")


def cursor_from(text: str | None) -> "tuple[float | int, ...] | None":
    from fastface_core.errors import SettingsError

    if text is None:
        return None
    try:
        return tuple(float(part) if "." in part else int(part) for part in text.split(":"))
    except ValueError as error:
        raise SettingsError("This is no cursor.", "Give --after what `next` of the page before says.") from error


def print_marked(library: "Library", numbers: list[int], as_json: bool) -> None:
    """Writes pending marks into the files, and prints the pictures as they are marked now."""
    result = library.marks.write_pending()
    for problem in result.problems.values():
        say(f"Kept in the library, but not yet in the file: {problem}")
    names = library.people.names()
    rows = library.gallery.rows(numbers)
    if as_json:
        listed = [{**as_object(row, names), "tags": list(library.gallery.details(row.id).tags)} for row in rows]
        print_json({"pictures": listed, "not_in_file": sorted(result.problems)})
    else:
        for row in rows:
            typer.echo(as_line(row, names))


def print_pictures(library: "Library", numbers: list[int], as_json: bool) -> None:
    names = library.people.names()
    rows = library.gallery.rows(numbers)
    if as_json:
        print_json({"pictures": [as_object(row, names) for row in rows]})
    else:
        for row in rows:
            typer.echo(as_line(row, names))


def print_counts(what: str, counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json({what: counts})
    else:
        for name, count in counts.items():
            typer.echo(f"{count:>6} {name}")


def as_object(row: "PictureRow", names: dict[str, str]) -> dict[str, object]:
    """A picture as JSON; `names` gives the name of each person's uid."""
    content = asdict(row)
    content |= {
        "path": str(row.path),
        "pixels": row.pixels.hex(),
        "created": row.created.isoformat(),
        "trashed": row.trashed.isoformat() if row.trashed else None,
        "person": names.get(row.person or "", row.person),
    }
    return content


def as_line(row: "PictureRow", names: dict[str, str]) -> str:
    """A picture as one line; `names` as in `as_object`."""
    stars = "x" if row.rejected else "*" * row.rating
    score = "" if row.score is None else f"{'' if row.twin_match is None else '~'}{row.score:.2f}"
    person = " ".join(filter(None, (row.label, names.get(row.person or "", ""))))
    prompt = " ".join(row.prompt.split())
    lost = " (missing)" if row.missing else ""
    return f"{row.id:>6} {row.created:%Y-%m-%d %H:%M} {stars:<5} {score:>5} {person} {prompt[:60]}  {row.path}{lost}"

"""The user's own styles: kept in a folder, shared as files, taken over from files. `domain.styles.own` reads them."""

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

from pydantic import ValidationError

from fastface_core import bounded, paths
from fastface_core.domain.styles import LARGEST_FILE, MOST_OWN, OWN, SLOT, Style, StyleGroup, own
from fastface_core.errors import SettingsError
from fastface_core.files import atomic_write, storage_error
from fastface_core.validation import parse_json, settings_error

LONGEST_TITLE, LONGEST_WORDS = 60, 400
_LONGEST_NAME = 40
_WHAT = "The style"


def made(title: str, words: str, negative: str = "", *, name: str | None = None) -> Style:
    """A style of the user's.

    Args:
        title: 1 to 60 characters.
        words: what is said around the prompt, with `{prompt}` once; without it they are said after the prompt.
        negative: what to keep out; up to 400 characters.
        name: of the style that it takes the place of; None gives a new one.

    Raises:
        SettingsError: a value is not allowed, or there are too many styles already.
    """
    title, words = " ".join(title.split()), " ".join(words.split())
    if not title:
        raise SettingsError("The style has no name yet.", "Type a name, as it is to stand below its picture.")
    if not words or words == SLOT:
        raise SettingsError(
            "The style says nothing yet.", "Type what is said with every prompt, for example: soft pastel chalk."
        )
    template = words if SLOT in words else f"{SLOT}, {words}"
    there = own()
    if name is None and len(there) >= MOST_OWN:
        raise SettingsError(f"There are {MOST_OWN} styles of your own already.", "Delete one that is not used.")
    values = {
        "name": name or _name_for(title, [style.name for style in there]),
        "title": {"en": title, "de": title},
        "prompt": template,
        "negative": " ".join(negative.split()),
        # A model that reads few words takes of them what it can.
        "plain": template,
    }
    try:
        return Style.model_validate(values)
    except ValidationError as error:
        raise settings_error(error, _WHAT) from error


def save(style: Style) -> Path:
    """Keeps a style, in the place of one of that name.

    Raises:
        SettingsError: it is none of the user's own.
        StorageError: the folder cannot be written to.
    """
    if not style.name.startswith(OWN):
        raise SettingsError(f'"{style.name}" is a style that ships with the program.', "Make a style of your own.")
    path = paths.styles_folder() / f"{style.name}.json"
    with atomic_write(path) as file:
        file.write(_text(style))
    return path


def remove(name: str) -> None:
    """Deletes one of the user's own styles, if it is there.

    Raises:
        StorageError: it cannot be deleted.
    """
    path = paths.styles_folder() / f"{name}.json"
    if not name.startswith(OWN) or path.parent != paths.styles_folder():
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, path.parent) from error


def export(style: Style, path: Path) -> None:
    """Writes a style to a file that others can take over.

    Raises:
        StorageError: the file cannot be written.
    """
    with atomic_write(path) as file:
        file.write(_text(style))


def take_over(path: Path) -> tuple[Style, ...]:
    """Keeps the styles of a file as the user's own, under names that are free.

    Raises:
        SettingsError: the file is absent, cannot be read, is none of styles, or has a value that is not allowed.
        StorageError: the folder cannot be written to.
    """
    shown = bounded.shortened(path.name, 100)
    try:
        data = bounded.read_bytes(path, LARGEST_FILE)
    except OSError as error:
        raise SettingsError(f"{shown} cannot be read.", "Choose a file of styles, saved by this program.") from error
    group = parse_json(StyleGroup, data, f"The styles in {shown}")
    there = own()
    taken = [style.name for style in there]
    kept: list[Style] = []
    for style in group.styles[: max(MOST_OWN - len(there), 0)]:
        same = next((one for one in there if _alike(one, style)), None)
        if same is not None:
            kept.append(same)
            continue
        plain = style.plain if style.plain is not None else style.prompt
        new = style.model_copy(update={"name": _name_for(style.title.en, taken), "plain": plain})
        save(new)
        taken.append(new.name)
        kept.append(new)
    if not kept:
        raise SettingsError(f"There are {MOST_OWN} styles of your own already.", "Delete one that is not used.")
    return tuple(kept)


def _alike(one: Style, other: Style) -> bool:
    return (one.title, one.prompt, one.negative) == (other.title, other.prompt, other.negative)


def _text(style: Style) -> bytes:
    group = StyleGroup(order=0, styles=(style,))
    return (group.model_dump_json(indent=2, exclude_none=True) + "\n").encode()


def _name_for(title: str, taken: Collection[str]) -> str:
    """A name made from a title, different from all of `taken`."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    stem = OWN + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "style")
    stem = stem[:_LONGEST_NAME].rstrip("-")
    name, number = stem, 1
    while name in taken:
        number += 1
        end = f"-{number}"
        name = stem[: _LONGEST_NAME - len(end)] + end
    return name

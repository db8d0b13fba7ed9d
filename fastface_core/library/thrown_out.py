"""What another program has thrown out of a picture's file, because it did not know it, and the library still knows."""

import sqlite3
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fastface_core.domain.request import Recipe
from fastface_core.library import seen
from fastface_core.library.gallery import albums_of
from fastface_core.library.metadata import FileContent, Note

_Model = TypeVar("_Model", bound=BaseModel)


def with_what_was_thrown_out(
    connection: sqlite3.Connection, number: int, content: FileContent
) -> tuple[FileContent, bool]:
    """A file's content with what its row knows better: albums and the stack, and of the same pixels recipe and note.

    Returns:
        And whether the file lacks something of it that is written into it together with the marks.
    """
    pixels, stack, recipe, prompt, note = connection.execute(
        "SELECT p.pixels, s.uid, d.recipe, d.prompt, d.note FROM pictures AS p JOIN details AS d ON d.picture_id = p.id"
        " LEFT JOIN stacks AS s ON s.id = p.stack_id WHERE p.id = ?",
        (number,),
    ).fetchone()
    marks = content.marks
    albums = seen.together(albums_of(connection, number), marks.albums)
    kept = replace(content, marks=replace(marks, albums=albums, stack=marks.stack or stack or ""))
    if pixels == content.pixels:
        if content.recipe is None and (known := _parsed(Recipe, recipe)) is not None:
            kept = replace(kept, recipe=known, prompt=prompt)
        if content.note is None and (was := _parsed(Note, note)) not in (None, Note()):
            kept = replace(kept, note=was)
    said = {album.casefold() for album in marks.albums}
    lacks = kept.note != content.note or kept.marks.stack != marks.stack
    return kept, lacks or any(album.casefold() not in said for album in albums)


def _parsed(model: type[_Model], text: str | None) -> _Model | None:
    try:
        return None if text is None else model.model_validate_json(text)
    except ValidationError:
        return None  # damaged

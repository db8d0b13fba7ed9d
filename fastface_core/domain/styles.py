"""Prompt styles: text around a prompt that makes the picture a painting, a film still, a drawing.

A style is data (`resources/styles/*.json`, one file a group): a template with a `{prompt}` slot, and a negative
prompt. For a checkpoint that knows few words, a style has a second template of those words, or is not offered. The
user's own styles are files of the same form (`presets.own_styles` writes them).
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fastface_core import bounded, paths
from fastface_core.errors import SettingsError
from fastface_core.validation import parse_json

SLOT = "{prompt}"
OWN = "own-"
"""How the names of the user's own styles begin, and no other's."""
LARGEST_FILE = 1 << 16
MOST_OWN = 200
"""Files of styles that are read."""

_ARTICLE = re.compile(r"\A(A|An|The)(?= )")

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
_Text = Annotated[str, Field(min_length=1, max_length=60)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Model):
    """A name in each language of the program."""

    en: _Text
    de: _Text

    def text(self, language: str) -> str:
        """In `language` ("de", "de_AT", ...), or in English where it has no such text."""
        return self.de if language.partition("_")[0] == "de" else self.en


class Style(_Model):
    """A template for the prompt, and what to add to the negative prompt.

    Attributes:
        prompt: the template, with `{prompt}` once.
        negative: added to the user's own negative prompt; may be empty.
        plain: a template of the few words that the starter model knows; None where it cannot draw this style.
    """

    name: _Name
    title: Title
    prompt: Annotated[str, Field(max_length=400)]
    negative: Annotated[str, Field(max_length=400)] = ""
    plain: Annotated[str, Field(max_length=400)] | None = None

    @field_validator("prompt", "plain")
    @classmethod
    def _one_slot(cls, template: str | None) -> str | None:
        if template is not None and template.count(SLOT) != 1:
            raise ValueError(f"a template has {SLOT} once")
        return template

    def template(self, *, plain: bool) -> str:
        """The template for a checkpoint that knows few words (`plain`), or for any other."""
        return self.plain if plain and self.plain is not None else self.prompt

    def apply(self, prompt: str, negative: str, *, plain: bool) -> tuple[str, str]:
        """Prompt and negative prompt as the model gets them.

        Args:
            plain: whether the checkpoint knows few words only.
        """
        plain = plain and self.plain is not None
        template, written = self.template(plain=plain), prompt.strip()
        if not template.startswith(SLOT):
            # "oil painting of a woman", though a sentence began with "A woman"; the text encoders read no capitals.
            written = _ARTICLE.sub(lambda article: article[0].lower(), written)
        said = template.replace(SLOT, written)
        # What the starter does not read would only take its attention away.
        kept_out = "" if plain else self.negative
        return said, ", ".join(text for text in (negative.strip(), kept_out) if text)

    def unapply(self, prompt: str, negative: str) -> tuple[str, str] | None:
        """The prompt and negative prompt that `apply` made these from; None where they are not of this style."""
        for template, kept_out in ((self.prompt, self.negative), (self.plain, "")):
            if template is None:
                continue
            before, _, after = template.partition(SLOT)
            inside = len(prompt) - len(before) - len(after)
            if inside < 1 or not prompt.startswith(before) or not prompt.endswith(after):
                continue
            if not kept_out:
                own = negative
            elif negative == kept_out:
                own = ""
            elif negative.endswith(f", {kept_out}"):
                own = negative.removesuffix(f", {kept_out}")
            else:
                continue
            return prompt[len(before) : len(before) + inside], own
        return None


class StyleGroup(_Model):
    """A file of styles.

    Attributes:
        order: of the group among the others.
    """

    version: Literal[1] = 1
    order: int
    styles: Annotated[tuple[Style, ...], Field(min_length=1)]


@cache
def built_in() -> tuple[Style, ...]:
    """All styles that ship with the program, in the order in which they are shown.

    Raises:
        SettingsError: a file has a value that is not allowed.
    """
    groups = [
        parse_json(StyleGroup, file.read_bytes(), f"The styles in {file.name}")
        for file in sorted(paths.resource("styles").glob("*.json"))
    ]
    return tuple(style for group in sorted(groups, key=lambda group: group.order) for style in group.styles)


def own() -> tuple[Style, ...]:
    """The user's own styles, sorted by title; files that cannot be read, and other files, are skipped."""
    folder = paths.styles_folder()
    found: dict[str, Style] = {}
    for file in sorted(folder.glob(f"{OWN}*.json"))[:MOST_OWN] if folder.is_dir() else ():
        try:
            there = file.stat()
            group = _read(str(file), there.st_mtime_ns, there.st_size)
        except (OSError, SettingsError):
            continue  # one damaged file must not hide the others
        found |= {style.name: style for style in group.styles if style.name.startswith(OWN)}
    return tuple(sorted(found.values(), key=lambda style: style.title.en.casefold()))


@lru_cache(maxsize=MOST_OWN)
def _read(file: str, changed: int, size: int) -> StyleGroup:
    """A file's content, cached by its time of change and its size."""
    path = Path(file)
    return parse_json(StyleGroup, bounded.read_bytes(path, LARGEST_FILE), f"The styles in {path.name}")


def all_styles() -> tuple[Style, ...]:
    """The built-in ones, then the user's own."""
    return (*built_in(), *own())


def for_checkpoint(*, plain: bool) -> tuple[Style, ...]:
    """The styles that a checkpoint can draw."""
    return tuple(style for style in all_styles() if not plain or style.plain is not None)


def find(name: str | None) -> Style | None:
    """The style of that name; None where there is none."""
    if name is None:
        return None
    return next((style for style in (own() if name.startswith(OWN) else built_in()) if style.name == name), None)


def style_of(prompt: str) -> Style | None:
    """The style of a finished prompt, whatever its negative prompt; None for none."""
    found = {style.name: style.unapply(prompt, style.negative) or style.unapply(prompt, "") for style in all_styles()}
    inside = {name: parts[0] for name, parts in found.items() if parts is not None}
    # Of several that match, the one with the longest template.
    return find(min(inside, key=lambda name: len(inside[name]))) if inside else None


def split(prompt: str, negative: str, among: Sequence[Style] | None = None) -> tuple[str, str, Style | None]:
    """A finished prompt taken apart: what the user wrote, the user's negative prompt, and the style around them.

    Of several styles that match, the one with the longest text is taken.
    """
    best: tuple[str, str, Style | None] = (prompt, negative, None)
    for style in all_styles() if among is None else among:
        parts = style.unapply(prompt, negative)
        if parts is not None and len(parts[0]) + len(parts[1]) < len(best[0]) + len(best[1]):
            best = (*parts, style)
    return best

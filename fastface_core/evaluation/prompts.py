"""Prompts of an evaluation: realistic ones, and `STYLE; CONTENT`."""

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.bounded import read_bytes
from fastface_core.domain.request import MAX_PROMPT
from fastface_core.errors import SettingsError

Kind = Literal["realistic", "stylistic"]
KINDS: tuple[Kind, ...] = ("realistic", "stylistic")

FILES = ("prompts.txt", "prompts_nostyle.txt", "prompts_style.txt")
"""As in the published data folder: all of them, the realistic ones, the stylistic ones."""

_LARGEST = 4 << 20
MOST = 5000


class Prompt(BaseModel):
    """One prompt, stripped and in small letters, as the published protocol reads it.

    Attributes:
        text: what the picture is made from, with its semicolon.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=MAX_PROMPT)

    @property
    def kind(self) -> Kind:
        return "stylistic" if ";" in self.text else "realistic"

    @property
    def style(self) -> str:
        """The part before the first semicolon; of a realistic prompt everything, as published."""
        return self.text.partition(";")[0].strip()

    @property
    def content(self) -> str:
        """The part after it; of a realistic prompt everything."""
        before, _, behind = self.text.partition(";")
        return behind.strip() or before.strip()


def of(lines: Iterable[str]) -> tuple[Prompt, ...]:
    """Each prompt once, in the order in which they stand; empty lines are passed over.

    Raises:
        SettingsError: there is none, one is too long, or there are too many.
    """
    texts = list(dict.fromkeys(text for line in lines if (text := line.strip().lower())))
    if not texts:
        raise SettingsError("There is no prompt.", "Write one on each line; a stylistic one as STYLE; CONTENT.")
    if len(texts) > MOST:
        raise SettingsError(f"There are {len(texts)} prompts.", f"Give {MOST} at most.")
    if (longest := max(map(len, texts))) > MAX_PROMPT:
        raise SettingsError(f"A prompt has {longest} letters.", f"Give it {MAX_PROMPT} at most.")
    return tuple(Prompt(text=text) for text in texts)


def read(file: Path) -> tuple[Prompt, ...]:
    """The prompts in a text file.

    Raises:
        SettingsError: it cannot be read, is larger than 4 MB, is no text, or holds none.
    """
    hint = "Give a text file with one prompt on each line."
    try:
        text = read_bytes(file, _LARGEST).decode("utf-8-sig")
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise SettingsError(f"{file.name} is too large for a list of prompts.", hint) from error
        raise SettingsError(f"The prompts in {file.name} cannot be read.", hint) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file.name} is no UTF-8 text.", hint) from error
    return of(text.splitlines())


def in_folder(folder: Path) -> tuple[Prompt, ...]:
    """The prompts of a data folder: `prompts.txt`, or where it is missing the two halves.

    Raises:
        SettingsError: it is not there, has none of the three files, or one cannot be read.
    """
    whole, *halves = (folder / name for name in FILES)
    files = [whole] if whole.is_file() else [half for half in halves if half.is_file()]
    if not files:
        if not folder.is_dir():
            raise SettingsError(f"There is no folder {folder}.", "Check its name and place.")
        raise SettingsError(f"There are no prompts in {folder}.", f"Put a {FILES[0]} there, or give --prompts FILE.")
    return of(prompt.text for file in files for prompt in read(file))

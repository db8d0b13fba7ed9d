"""Where the pictures of a batch go: a pattern with fields, its slashes between folders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from fastface_core.errors import SettingsError
from fastface_core.naming_patterns import clean, fields_of

FIELDS = ("client", "person", "prompt", "preset", "checkpoint", "seed", "number", "row", "width", "height")
DEFAULT = "{client}/{person}/{prompt}-{preset}-{seed}"
_OF_A_PICTURE = {"seed", "number"}
"""Fields in which the pictures of a row differ."""
_PROMPT = 60
"""Letters of a prompt in a name."""


def check(pattern: str) -> None:
    """
    Raises:
        SettingsError: a field is not known, or is where it cannot be: a row's pictures lie in one folder.
    """
    *folders, name = pattern.split("/")
    fields_of(name, FIELDS)
    if any(fields_of(part, FIELDS) & _OF_A_PICTURE for part in folders):
        raise SettingsError(
            "The naming pattern has {seed} or {number} in the name of a folder.", "Use them after the last slash."
        )


def short(prompt: str) -> str:
    """The beginning of a prompt for a name, whole words of it."""
    words = " ".join("".join(letter if letter.isalnum() else " " for letter in prompt).split())
    if len(words) <= _PROMPT:
        return words
    cut = words[: _PROMPT + 1]
    return cut[: cut.rfind(" ")] if " " in cut else words[:_PROMPT]


@dataclass
class Names:
    """Gives names out, none of them twice."""

    out: Path
    _taken: set[str] = field(default_factory=set[str])

    def take(self, pattern: str, values: Mapping[str, str], seeds: tuple[int, ...]) -> tuple[Path, tuple[str, ...]]:
        """The folder of a row's pictures, and a name without ending for each of its seeds.

        Args:
            values: of the fields but those in which the pictures differ.

        Raises:
            SettingsError: as `check`.
        """
        check(pattern)
        *folders, name = pattern.split("/")
        parts = [part.format_map(values).strip() for part in folders]
        folder = self.out.joinpath(*(clean(part, "folder") for part in parts if part))
        digits = max(len(str(len(seeds))), 2)
        stems = [
            clean(name.format_map({**values, "seed": seed, "number": f"{number:0{digits}}"}))
            for number, seed in enumerate(seeds, start=1)
        ]
        if len(set(stems)) < len(stems):
            stems = [f"{stem}-{number:0{digits}}" for number, stem in enumerate(stems, start=1)]
        return folder, tuple(self._free(folder, stem) for stem in stems)

    def _free(self, folder: Path, stem: str) -> str:
        for number in count(1):
            name = stem if number == 1 else f"{stem}-{number}"
            key = str(folder / name).casefold()
            if key not in self._taken:
                self._taken.add(key)
                return name
        raise AssertionError("there is always another number")

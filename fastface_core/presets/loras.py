"""Own LoRAs in words: NAME, or NAME=STRENGTH; several with + between them."""

from collections.abc import Sequence

from pydantic import ValidationError

from fastface_core.domain.presets import LoraUse
from fastface_core.errors import SettingsError

NONE = "none"


def of_words(words: Sequence[str]) -> tuple[LoraUse, ...]:
    """
    Raises:
        SettingsError: a name or strength is not allowed.
    """
    found: list[LoraUse] = []
    for word in words:
        name, equals, strength = word.strip().partition("=")
        try:
            found.append(LoraUse(name=name.strip(), strength=float(strength) if equals else 1.0))
        except (ValidationError, ValueError):
            raise SettingsError(
                f'"{word}" is no LoRA with a strength.',
                "Write its name, or NAME=STRENGTH with a strength from -2 to 2, as grain=0.6.",
            ) from None
    return tuple(found)


def of_text(text: str) -> tuple[LoraUse, ...]:
    """From "grain=0.6+watercolour"; "none" is none.

    Raises:
        SettingsError: as `of_words`.
    """
    return () if text.strip().lower() == NONE else of_words(text.split("+"))

"""Pictures of presets that ship with the program: what the starter drew with each of the built-in ones."""

from functools import cache

from PySide6.QtGui import QImage

from fastface_core.domain.presets import Preset
from fastface_core.presets import files as preset_files
from fastface_desktop.ui.widgets.samples import sample

_WORDS = {"name", "title", "description"}


def sample_of(preset: Preset | str) -> QImage:
    """The sample of a built-in preset, by its name, or of one with the same values; null where there is none."""
    if isinstance(preset, str):
        return sample(f"preset-{preset}")
    if preset.name in _published():
        return sample(f"preset-{preset.name}")
    values = preset.model_dump(exclude=_WORDS)
    found = next((name for name, one in _published().items() if one == values), None)
    return sample(f"preset-{found}") if found is not None else QImage()


@cache
def _published() -> dict[str, dict[str, object]]:
    """The values of the built-in presets."""
    return {name: one.model_dump(exclude=_WORDS) for name, one in preset_files.built_in().items()}

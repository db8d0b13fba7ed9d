"""Where presets come from and go to: the built-in ones, the user's folder, single files."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from fastface_core import paths
from fastface_core.author_configs import looks_like_author_config, preset_from_author_config
from fastface_core.errors import SettingsError, StorageError
from fastface_core.files import atomic_write
from fastface_core.presets import Preset
from fastface_core.validation import parse_json, settings_error

DEFAULT_PRESET = "fastface-scale-power"
_LARGEST_FILE = 1 << 20
# The order in which people meet them: the plain one first, the whole method last.
_BUILT_IN = (
    "baseline",
    "scale-power",
    "scheduled-softmask",
    "decoupled-guidance",
    "fastface-scale-power",
    "fastface-scheduled-softmask",
)


def built_in() -> dict[str, Preset]:
    """The published presets and the baseline, by name."""
    return {name: load_file(paths.resource("presets", f"{name}.json")) for name in _BUILT_IN}


def own() -> dict[str, Preset]:
    """The presets in the user's folder, by name; files that cannot be read are left out."""
    found: dict[str, Preset] = {}
    folder = paths.presets_folder()
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            preset = load_file(file)
        except SettingsError:
            continue  # one damaged file must not hide the others; naming it shows its error
        found[preset.name] = preset
    return found


def find(name_or_file: str) -> Preset:
    """A preset by its name (the user's own first), or from a JSON file.

    Raises:
        SettingsError: there is no such preset, or its file has a value that is not allowed.
    """
    if name_or_file.lower().endswith(".json") or "/" in name_or_file or "\\" in name_or_file:
        return load_file(Path(name_or_file))
    own_file = paths.presets_folder() / f"{name_or_file}.json"
    if own_file.is_file():
        return load_file(own_file)
    if name_or_file in _BUILT_IN:
        return load_file(paths.resource("presets", f"{name_or_file}.json"))
    presets = own()
    if name_or_file in presets:
        return presets[name_or_file]
    names = ", ".join([*_BUILT_IN, *presets])
    raise SettingsError(f'There is no preset named "{name_or_file}".', f"Choose one of: {names}; or name a JSON file.")


def load_file(path: Path) -> Preset:
    """A preset from a JSON file, in this program's form or that of the paper's authors.

    Raises:
        SettingsError: the file is absent, not JSON, or has a value that is not allowed; the sentence names the field.
    """
    what = f"The preset {path.name}"
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise SettingsError(f"{what} is too large to be a preset.", "Choose another file.")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(f"There is no file {path}.", "Check the name, or see `fastface presets list`.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{what} is not a text file.", "Choose a JSON file.") from error
    except OSError as error:
        raise SettingsError(f"{what} cannot be read.", "Check that it is a file and that you may read it.") from error
    return parse(text, what, fallback_name=path.stem)


def parse(text: str, what: str, fallback_name: str) -> Preset:
    """A preset from JSON text; `fallback_name` names one whose form has no name of its own."""
    try:
        content: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(
            f"{what} is not valid JSON.", "Open it in a text editor and mend it, or choose another file."
        ) from error
    if looks_like_author_config(content):
        return preset_from_author_config(content, what, fallback_name)
    return parse_json(Preset, text, what)


def to_json(preset: Preset) -> str:
    return preset.model_dump_json(indent=2, exclude_none=True) + "\n"


def renamed(preset: Preset, name: str) -> Preset:
    """The preset under another name.

    Raises:
        SettingsError: the name has characters that are not allowed.
    """
    return changed(preset, {"name": name})


def changed(preset: Preset, values: Mapping[str, object]) -> Preset:
    """The preset with some values of its own fields replaced.

    Raises:
        SettingsError: a value is not allowed; the sentence names the field.
    """
    try:
        return Preset.model_validate({**dict(preset), **values})
    except ValidationError as error:
        raise settings_error(error, f"The preset {preset.name}") from error


def save_own(preset: Preset, *, replace: bool = False) -> Path:
    """Puts a preset into the user's folder.

    Raises:
        SettingsError: a preset of that name is there already, or it is the name of a built-in one.
        StorageError: the folder cannot be written to.
    """
    if preset.name in _BUILT_IN:
        raise SettingsError(
            f'"{preset.name}" is the name of a built-in preset.', "Give the preset another name and import it again."
        )
    path = paths.presets_folder() / f"{preset.name}.json"
    try:
        with atomic_write(path, replace=replace) as file:
            file.write(to_json(preset).encode())
    except FileExistsError as error:
        raise SettingsError(
            f'There is a preset named "{preset.name}" already.', "Use --replace to put the new one in its place."
        ) from error
    return path


def export(preset: Preset, path: Path, *, replace: bool = False) -> None:
    """Writes a preset to a file.

    Raises:
        StorageError: the file exists and `replace` is False, or the folder cannot be written to.
    """
    try:
        with atomic_write(path, replace=replace) as file:
            file.write(to_json(preset).encode())
    except FileExistsError as error:
        raise StorageError(f"{path} exists already.", "Choose another name, or use --replace.") from error

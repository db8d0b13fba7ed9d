"""Where presets come from and go to: the built-in ones, the user's folder, single files, pictures."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import ValidationError

from fastface_core import absent, bounded, paths
from fastface_core.domain.presets import Preset
from fastface_core.errors import SettingsError, StorageError
from fastface_core.files import atomic_write, make_folder, storage_error
from fastface_core.presets.author_configs import looks_like_author_config, preset_from_author_config
from fastface_core.settings import read_settings
from fastface_core.validation import parse_json, settings_error

DEFAULT_PRESET = "fastface-scale-power"
_LARGEST_FILE = 1 << 20
_LONGEST_NAME = 64
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
"""What Windows takes for a device, whatever ending follows."""
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
    return {name: preset for name, (preset, _) in _own_files().items()}


def _own_files() -> dict[str, tuple[Preset, Path]]:
    found: dict[str, tuple[Preset, Path]] = {}
    folder = paths.presets_folder()
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            preset = load_file(file)
        except SettingsError:
            continue  # one damaged file must not hide the others; naming it shows its error
        found[preset.name] = preset, file
    return found


def is_built_in(name: str) -> bool:
    return name in _BUILT_IN


def default_name() -> str:
    """The preset that new pictures begin with: the chosen one, as long as it is there."""
    chosen = read_settings().preset
    if chosen in _BUILT_IN or chosen in own():
        return chosen
    return DEFAULT_PRESET


def find(name_or_file: str) -> Preset:
    """A preset by its name (the user's own first), or from a JSON file.

    Raises:
        SettingsError: there is no such preset, or its file has a value that is not allowed.
    """
    if name_or_file.lower().endswith(".json") or "/" in name_or_file or "\\" in name_or_file:
        return load_file(Path(name_or_file))
    own_file = paths.presets_folder() / f"{name_or_file}.json"
    # What cannot be a name is none that a file has.
    if len(name_or_file) <= _LONGEST_NAME and name_or_file.isprintable() and own_file.is_file():
        return load_file(own_file)
    if name_or_file in _BUILT_IN:
        return load_file(paths.resource("presets", f"{name_or_file}.json"))
    presets = own()
    if name_or_file in presets:
        return presets[name_or_file]
    names = ", ".join([*_BUILT_IN, *presets])
    raise SettingsError(
        f'There is no preset named "{bounded.shortened(name_or_file, 100)}".',
        f"Choose one of: {names}; or name a JSON file.",
    )


def load_file(path: Path) -> Preset:
    """A preset from a JSON file, in this program's form or that of the paper's authors.

    Raises:
        SettingsError: the file is absent, not JSON, or has a value that is not allowed; the sentence names the field.
    """
    what = f"The preset {bounded.shortened(path.name, 100)}"
    try:
        with bounded.opened(path) as file:
            data = file.read(_LARGEST_FILE + 1)
        if len(data) > _LARGEST_FILE:
            raise SettingsError(f"{what} is too large to be a preset.", "Choose another file.")
        text = data.decode("utf-8-sig")
    except FileNotFoundError as error:
        if (other := absent.meant(path)) is not None:
            raise SettingsError(*other) from error
        raise SettingsError(
            f"There is no file {bounded.shortened(str(path), 200)}.", "Check the name, or see `fastface presets list`."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{what} is not a text file.", "Choose a JSON file.") from error
    except OSError as error:
        raise SettingsError(f"{what} cannot be read.", "Check that it is a file and that you may read it.") from error
    return parse(text, what, fallback_name=path.stem)


def parse(text: str, what: str, fallback_name: str) -> Preset:
    """A preset from JSON text; `fallback_name` names one whose form has no name of its own."""
    try:
        content = bounded.parsed(text)
    except ValueError as error:
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


def name_for(title: str, taken: Collection[str]) -> str:
    """A name made from a title, different from all of `taken` and from built-in presets.

    Letters without an equal in ASCII are left out; a title that has no others gives "preset".
    """
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9_.]+", "-", plain).strip("-_.")[:_LONGEST_NAME].rstrip("-_.") or "preset"
    if _DEVICE.match(stem):
        stem = f"preset-{stem}"
    # A file system may take two names that differ in their case for the same.
    used = {name.lower() for name in (*taken, *_BUILT_IN)}
    name, number = stem, 1
    while name in used:
        number += 1
        end = f"-{number}"
        name = stem[: _LONGEST_NAME - len(end)] + end
    return name


def rename_own(name: str, title: str) -> Preset:
    """Gives a preset of the user's another title, and the name made from it.

    Raises:
        SettingsError: there is no such preset of the user's, or the title is empty or too long.
        StorageError: the folder cannot be written to.
    """
    preset, file = _own_file(name)
    title = title.strip()
    others = own().keys() - {name}
    new = changed(preset, {"title": title, "name": name_for(title, others)})
    save_own(new, replace=True)
    if new.name != name:
        _remove(file)
    return new


def discard_own(name: str) -> Path:
    """Moves a preset of the user's to the trash beside the presets; `put_back` brings it back from what is returned.

    Raises:
        SettingsError: there is no such preset of the user's.
        StorageError: the folder cannot be written to.
    """
    _, file = _own_file(name)
    trash = paths.presets_folder() / "trash"
    make_folder(trash)
    place, number = trash / file.name, 1
    while place.exists():
        number += 1
        place = trash / f"{file.stem}.{number}.json"
    try:
        file.rename(place)
    except OSError as error:
        raise storage_error(error, trash) from error
    return place


def put_back(place: Path) -> Preset:
    """Brings a preset back that `discard_own` took away, under another name where its own is taken by now.

    Raises:
        SettingsError: the file is damaged or gone.
        StorageError: the folder cannot be written to.
    """
    preset = load_file(place)
    there = own()
    if preset.name in there:
        preset = renamed(preset, name_for(preset.title, there))
    save_own(preset)
    _remove(place)
    return preset


def _own_file(name: str) -> tuple[Preset, Path]:
    files = _own_files()
    if name not in files:
        raise SettingsError(f'There is no preset of yours named "{name}".', "Choose another one.")
    return files[name]


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, file.parent) from error

"""Where things lie: the app's own resources, and the user's folders."""

import os
import sys
from functools import cache
from pathlib import Path
from typing import cast

from fastface_core.bounded import read_json

APP = "FastFace"


@cache
def resources() -> Path:
    """The folder of everything that ships with the app: in a frozen bundle, a checkout, or a wheel."""
    here = Path(__file__).resolve()
    bundle = getattr(sys, "_MEIPASS", None)
    candidates = [
        *([Path(bundle) / "resources"] if bundle else []),
        # In a wheel; asked for first, since another project may have put a folder "resources" beside this package.
        here.parents[1] / "fastface_resources",
        here.parents[1] / "resources",
    ]
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"none of the resource folders exists: {', '.join(map(str, candidates))}")


def resource(*parts: str) -> Path:
    """A file or folder that ships with the app, for example `resource("presets", "baseline.json")`."""
    return resources().joinpath(*parts)


def _user_folder(kind: str, override: str) -> Path:
    """`override` names the folder below FASTFACE_HOME, which replaces all of the system's locations when it is set."""
    if home := os.environ.get("FASTFACE_HOME"):
        return Path(home) / override
    from platformdirs import PlatformDirs  # 10 ms that `fastface --help` need not wait for

    directories = PlatformDirs(APP, appauthor=False)
    folder: Path = getattr(directories, kind)
    return folder


def data_folder() -> Path:
    """What the user would miss: presets, people, the database."""
    return _user_folder("user_data_path", "data")


def searches_folder() -> Path:
    """Where the window's searches for settings lie, a folder each."""
    return data_folder() / "searches"


def pictures_folder() -> Path:
    """Where finished pictures go."""
    if chosen := _chosen_folder(pictures_folder_file()):
        return chosen
    if home := os.environ.get("FASTFACE_HOME"):
        return Path(home) / "pictures"
    from platformdirs import user_pictures_path

    return user_pictures_path() / APP


def pictures_folder_file() -> Path:
    """Says which folder the user chose for the pictures. A file of its own: more than one program may be running."""
    return data_folder() / "pictures-folder.json"


def models_folder() -> Path:
    """Downloaded models, each repository in `ORGANISATION/NAME`. FASTFACE_MODELS overrides what the user chose."""
    if folder := os.environ.get("FASTFACE_MODELS"):
        return Path(folder)
    return _chosen_folder(models_folder_file()) or data_folder() / "models"


def models_folder_file() -> Path:
    """Says which folder the user chose for the models. A file of its own: more than one program may be running."""
    return data_folder() / "models-folder.json"


def runtime_folder() -> Path:
    """What the GPU needs, installed by `fastface runtime`. FASTFACE_RUNTIME overrides what the user chose."""
    if folder := os.environ.get("FASTFACE_RUNTIME"):
        return Path(folder)
    return _chosen_folder(runtime_folder_file()) or data_folder() / "runtime"


def runtime_folder_file() -> Path:
    """Says which folder the user chose for the GPU's runtime."""
    return data_folder() / "runtime-folder.json"


def _chosen_folder(file: Path) -> Path | None:
    try:
        said = read_json(file)
    except (OSError, ValueError):
        return None
    chosen = cast("dict[str, object]", said).get("folder") if isinstance(said, dict) else None
    return Path(chosen) if isinstance(chosen, str) and can_be_path(chosen) and Path(chosen).is_absolute() else None


def can_be_path(text: str) -> bool:
    """Whether the system takes it as a path at all: it has no zero byte, and only letters that the system has."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def presets_folder() -> Path:
    """The user's own presets, one JSON file each."""
    return data_folder() / "presets"


def styles_folder() -> Path:
    """The user's own styles, one JSON file each."""
    return data_folder() / "styles"


def library_folder() -> Path:
    """The database of pictures and people, and its backups."""
    return data_folder() / "library"


def people_folder() -> Path:
    """The people's photos and what was measured of them, a folder each."""
    return data_folder() / "people"


def cache_folder() -> Path:
    """What can be made again at any time, as thumbnails."""
    return _user_folder("user_cache_path", "cache")

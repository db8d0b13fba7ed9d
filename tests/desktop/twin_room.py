"""The starter pack as one that is told people by their drawing: drawing them needs no trained weights."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fastface_core import paths


def twin_resources(folder: Path) -> Path:
    """A folder of resources like the program's own, whose pack says that it draws."""
    own = paths.resources()
    made = folder / "resources"
    made.mkdir()
    for entry in own.iterdir():
        if entry.name != "starter":
            (made / entry.name).symlink_to(entry)
    starter = made / "starter"
    starter.mkdir()
    for entry in (own / "starter").iterdir():
        if entry.name != "pack.json":
            (starter / entry.name).symlink_to(entry)
    pack = json.loads((own / "starter" / "pack.json").read_text())
    (starter / "pack.json").write_text(json.dumps({**pack, "identity": "twin"}))
    return made


@contextmanager
def starter_draws(folder: Path) -> Generator[None]:
    """Within the block the starter is told people by a drawing."""
    made = twin_resources(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "resources", lambda: made)
        yield

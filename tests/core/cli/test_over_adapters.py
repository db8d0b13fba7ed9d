"""The same person by each face adapter: from the checkpoint's name to pictures that are found again."""

from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.library.metadata import read
from fastface_core.library.sheets import OUTCOMES
from fastface_core.models import installed
from tests.core.adapter_models import OVER_ADAPTERS, install, photo
from tests.core.cli_help import Run, fastface

__all__ = ["fastface"]


@pytest.fixture
def tiny_models(fastface: Run) -> None:
    install(paths.models_folder())


@pytest.mark.usefixtures("tiny_models")
def test_a_comparison_over_adapters_is_made_once(fastface: Run, tmp_path: Path) -> None:
    """The preset inverts a token that one adapter has; for the others it is fitted, and its cells are found all the
    same."""
    kinds: list[AdapterKind] = [installed.find(name).adapter.kind for name in OVER_ADAPTERS]
    assert set(kinds) == set(TRAITS) - {"plus-face"}
    words = ("compare", "--photo", photo(tmp_path / "photo.png"), "--prompt", "a man", "--size", "64x64")
    asked = (*words, "--columns", f"checkpoint={','.join(OVER_ADAPTERS)}", "--preset", "fastface-scheduled-softmask")
    asked = (*asked, "--steps", 1, "--device", "cpu", "--out", tmp_path / "made", "--json")
    first = fastface(*asked)
    assert first.code == 0, first.err
    titles = [TRAITS[kind].title for kind in kinds]
    assert [title for title in titles if f"fitted to {title}." in first.err] == titles[1:]
    made = {path: path.stat().st_mtime_ns for path in (Path(cell["path"]) for cell in first.json["cells"])}
    assert len(made) == len(OVER_ADAPTERS)
    recipes = [read(path).recipe for path in made]
    assert {one.checkpoint for one in recipes if one} == set(OVER_ADAPTERS)
    again = fastface(*asked)
    assert again.code == 0, again.err
    assert {Path(cell["path"]): Path(cell["path"]).stat().st_mtime_ns for cell in again.json["cells"]} == made


@pytest.mark.usefixtures("tiny_models")
def test_a_batch_finds_what_a_fitted_preset_made(fastface: Run, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    photo(tmp_path / "photo.png")
    table.write_text(
        "photos,prompt,checkpoint,preset,steps,size\n"
        "photo.png,a man,instantid-lightning-4,fastface-scheduled-softmask,1,64x64\n"
    )
    asked = ("batch", table, "--out", tmp_path / "out", "--device", "cpu", "--json")
    first = fastface(*asked)
    assert first.json["made"] == 1, first.err
    # As where it was killed between the picture and the line in its journal.
    (tmp_path / "out" / OUTCOMES).unlink()
    again = fastface(*asked)
    assert (again.code, again.json["made"], again.json["found"]) == (0, 0, 1), again.err

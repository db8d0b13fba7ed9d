"""Models on their way to another computer: each file once, whole, and what is there already is taken as it is."""

import os
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.cluster import staging
from fastface_core.cluster.staging import Digests, Root, Shelf, moved, root_of, stage
from fastface_core.domain.checkpoints import OwnLora
from fastface_core.errors import ModelError
from fastface_core.models.installed import starter


class Counted(Shelf):
    """A shelf that notes what was sent to it, and damages as many of the first pieces as it is told."""

    def __init__(self, folder: Path, damaged: int = 0) -> None:
        super().__init__(folder)
        self.sent: list[str] = []
        self.damaged = damaged

    def take(self, sha256: str, piece: bytes) -> None:
        self.sent.append(sha256)
        if self.damaged:
            self.damaged -= 1
            piece = bytes([piece[0] ^ 1]) + piece[1:]
        super().take(sha256, piece)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder of a model as a download leaves it."""
    folder = tmp_path / "model"
    (folder / "unet").mkdir(parents=True)
    (folder / ".cache").mkdir()
    (folder / ".cache" / "note").write_text("no part of it")
    (folder / "model_index.json").write_text("{}")
    (folder / "unet" / "weights.safetensors").write_bytes(bytes(range(256)) * 100)
    return folder


def elsewhere(root: Root) -> Root:
    """The same root of a computer with other folders."""
    return Root("/somewhere/else/model", None, root.files)


def content(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_lies_there_is_taken_as_it_is(model: Path, tmp_path: Path) -> None:
    shelf = Counted(tmp_path / "shelf")
    assert stage(model, shelf, Digests(tmp_path / "digests.json")) == model
    assert shelf.sent == []


def test_what_is_missing_is_sent_once_and_found_again(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "PIECE", 10_000)
    digests = Digests(tmp_path / "digests.json")
    monkeypatch.setattr(staging, "root_of", lambda path, digests: elsewhere(root_of(path, digests)))
    shelf = Counted(tmp_path / "shelf")
    place = stage(model, shelf, digests)
    assert content(place) == {name: data for name, data in content(model).items() if not name.startswith(".")}
    assert len(shelf.sent) == 1 + 3
    # Another actor of that computer, and a later day.
    again = Counted(tmp_path / "shelf")
    assert (stage(model, again, digests), again.sent) == (place, [])
    # A file that became another one there is sent again, and that one alone.
    (place / "unet" / "weights.safetensors").unlink()
    (place / "unet" / "weights.safetensors").write_bytes(b"damaged")
    assert (stage(model, again, digests), again.sent) == (place, [])  # its own copy is still whole
    assert content(place)["unet/weights.safetensors"] == content(model)["unet/weights.safetensors"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_damaged_piece_is_sent_again(model: Path, tmp_path: Path, times: int) -> None:
    root = elsewhere(root_of(model, Digests(tmp_path / "digests.json")))
    shelf = Counted(tmp_path / "shelf", damaged=times)
    files = {one.sha256: model / one.name for one in root.files}
    for sha256 in shelf.lacking(root):
        while not staging._sent(files[sha256], sha256, shelf):
            assert not (tmp_path / "shelf" / "files" / sha256).exists()
    assert len(shelf.sent) == 2 + times
    assert shelf.lacking(root) == ()
    assert content(shelf.place(root))["unet/weights.safetensors"] == content(model)["unet/weights.safetensors"]
    assert [path for path in (tmp_path / "shelf" / "files").iterdir() if path.name.startswith(".")] == []


def test_what_never_arrives_whole_is_said(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "root_of", lambda path, digests: elsewhere(root_of(path, digests)))
    with pytest.raises(ModelError, match="does not arrive whole"):
        stage(model, Counted(tmp_path / "shelf", damaged=99), Digests(tmp_path / "digests.json"))


def test_a_hash_follows_the_file_and_is_kept(model: Path, tmp_path: Path) -> None:
    weights = model / "unet" / "weights.safetensors"
    digests = Digests(tmp_path / "digests.json")
    first = digests.of(weights)
    assert Digests(tmp_path / "digests.json").of(weights) == first
    weights.write_bytes(b"another")
    assert digests.of(weights) != first
    (tmp_path / "digests.json").write_text('{"a": [1], "b": 3}')
    assert Digests(tmp_path / "digests.json").of(weights) == digests.of(weights)


def test_every_path_of_a_checkpoint_is_moved(tmp_path: Path) -> None:
    own = OwnLora(name="ink", path=Path("/own/ink.safetensors"))
    checkpoint = starter().model_copy(update={"loras": (own,), "control": None})
    seen: list[Path] = []

    def place(path: Path) -> Path:
        seen.append(path)
        return Path("/there") / path.name

    there = moved(checkpoint, place)
    assert there.base == Path("/there") / checkpoint.base.name
    assert there.adapter.weights == Path("/there") / checkpoint.adapter.weights.name
    assert there.loras[0].path == Path("/there/ink.safetensors")
    assert there.faces.path.parent == Path("/there")
    assert there.sampling == checkpoint.sampling
    assert checkpoint.base in seen
    assert own.path in seen


def test_what_ships_with_the_program_is_found_in_another_place(tmp_path: Path) -> None:
    root = root_of(starter().faces.path, Digests(tmp_path / "digests.json"))
    assert root.below is not None
    assert root.below[0] == "resources"
    shelf = Shelf(tmp_path / "shelf")
    other = Root(os.fspath(tmp_path / "gone" / Path(root.path).name), root.below, root.files)
    assert shelf.lacking(other) == ()
    assert shelf.place(other).is_relative_to(paths.resources())

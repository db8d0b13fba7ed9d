"""Moving the models: nothing changes before the switch, everything is there after it, whenever it is broken off."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.errors import ModelError, SettingsError, StorageError
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.disk import copying, moving
from fastface_core.models.disk.moving import move
from fastface_core.models.store import Store
from fastface_core.progress import Cancelled, CancelToken
from tests.core.tiny_catalogue import contents, fill


@pytest.fixture
def filled(repositories: Path, catalogue: Catalogue) -> Store:
    """Two bundles, a half download and a file of somebody else in the folder that is used."""
    store = Store(None, catalogue)
    fill(store, repositories, {*catalogue.bundle("lcm").components, "hyper-4-lora"})
    part = store.part_path(catalogue.component("auraface"), "glintr100.onnx")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half of it")
    (store.folder / "notes.txt").write_text("not a model", encoding="utf-8")
    return store


@pytest.fixture
def no_sharing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As between two drives."""
    monkeypatch.setattr(moving, "share", lambda *_: False)


def models(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in contents(folder).items() if not name.startswith((".fastface", "notes"))}


def states(store: Store) -> dict[str, str]:
    return {component.name: store.state(component) for component in store.catalogue.components}


@pytest.mark.parametrize("drives", ["one", "two"])
def test_everything_is_there_afterwards_and_nothing_is_left(
    filled: Store, tmp_path: Path, drives: str, request: pytest.FixtureRequest
) -> None:
    if drives == "two":
        request.getfixturevalue("no_sharing")
    before, known = models(filled.folder), states(filled)
    new = tmp_path / "new drive" / "Größe 模型"
    moved = move(filled, new)
    assert moved.folder == new
    assert moved.kept == ()
    assert moved.size == sum(map(len, before.values()))
    assert models(new) == before
    assert states(Store(new, filled.catalogue)) == known
    assert {*known.values()} == {"absent", "partial", "ready"}
    assert list(contents(filled.folder)) == ["notes.txt"]
    assert Store().folder == new
    assert paths.models_folder() == new


def test_back_again(filled: Store, tmp_path: Path) -> None:
    before, old = models(filled.folder), filled.folder
    move(filled, tmp_path / "new")
    move(Store(None, filled.catalogue), old)
    assert models(old) == before
    assert Store().folder == old
    assert models(tmp_path / "new") == {}


@pytest.mark.usefixtures("no_sharing")
def test_cancelled_nothing_has_changed_and_what_was_copied_is_kept(filled: Store, tmp_path: Path) -> None:
    before, cancel = models(filled.folder), CancelToken()
    seen = 0

    def stop(_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == 8:
            cancel.cancel()

    with pytest.raises(Cancelled):
        move(filled, tmp_path / "new", stop, cancel)
    assert models(filled.folder) == before
    assert paths.models_folder() == filled.folder
    copied = {path: path.stat().st_ino for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert len(copied) > 3
    move(filled, tmp_path / "new")
    assert models(tmp_path / "new") == before
    kept = [path for path, inode in copied.items() if path.exists() and path.stat().st_ino == inode]
    assert len(kept) >= len(copied) - 2


def test_bad_places_are_refused_before_anything_is_done(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(filled.folder)
    filled.folder.parent.parent.with_name("file").write_bytes(b"")
    for target, said in (
        (filled.folder / "inside", "within one another"),
        (filled.folder.parent, "within one another"),
        (filled.folder.parent.parent.with_name("file"), "is not a folder"),
    ):
        with pytest.raises(StorageError, match=said):
            move(filled, target)
    occupied = tmp_path / "occupied/h94/IP-Adapter/models/image_encoder/config.json"
    occupied.parent.mkdir(parents=True)
    occupied.write_text("{}", encoding="utf-8")
    with pytest.raises(StorageError, match=r"another file in the place of config\.json"):
        move(filled, tmp_path / "occupied")
    assert occupied.read_text(encoding="utf-8") == "{}"
    monkeypatch.setenv("FASTFACE_MODELS", str(filled.folder))
    with pytest.raises(SettingsError, match="FASTFACE_MODELS"):
        move(filled, tmp_path / "new")
    assert contents(filled.folder) == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right")
def test_a_link_that_leads_to_itself_is_no_place(filled: Store, tmp_path: Path) -> None:
    before = contents(filled.folder)
    (tmp_path / "loop").symlink_to("loop")
    for target in (tmp_path / "loop", tmp_path / "loop" / "models"):
        with pytest.raises(StorageError):
            move(filled, target)
    assert contents(filled.folder) == before


@pytest.mark.usefixtures("no_sharing")
def test_a_damaged_file_stops_the_move_and_is_named(filled: Store, tmp_path: Path) -> None:
    component = filled.catalogue.component("sdxl-unet")
    path = filled.path(component, component.files[0])
    status = path.stat()
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(ModelError, match=r"diffusion_pytorch_model\.fp16\.safetensors is damaged.*Nothing was moved"):
        move(filled, tmp_path / "new")
    assert Store().folder == filled.folder
    assert path.exists()


@pytest.mark.usefixtures("no_sharing")
def test_a_drive_that_loses_bytes_is_not_trusted(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(part: Path) -> None:
        content = part.read_bytes()
        part.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    monkeypatch.setattr(copying, "_drop_cache", lose)
    before = models(filled.folder)
    with pytest.raises(StorageError, match="does not keep what is written to it"):
        move(filled, tmp_path / "new")
    assert models(filled.folder) == before
    assert Store().folder == filled.folder


def test_another_process_at_work_stops_it(filled: Store, tmp_path: Path) -> None:
    with filled.lock(), pytest.raises(StorageError, match="Another FastFace"):
        move(filled, tmp_path / "new")
    with Store(tmp_path / "new", filled.catalogue).lock(), pytest.raises(StorageError, match="Another FastFace"):
        move(filled, tmp_path / "new")
    assert Store().folder == filled.folder


def test_a_switch_that_fails_leaves_the_old_folder_in_use(filled: Store, tmp_path: Path) -> None:
    before = models(filled.folder)

    def fail(_: Path) -> None:
        raise StorageError("The disk is full.", "Free some space.")

    with pytest.raises(StorageError, match="disk is full"):
        move(filled, tmp_path / "new", switch=fail)
    assert models(filled.folder) == before
    assert paths.models_folder() == filled.folder


@pytest.mark.parametrize("name", ["../precious.txt", "/{}", "a/../../precious.txt"])
def test_a_list_of_leftovers_from_elsewhere_deletes_nothing_outside(filled: Store, tmp_path: Path, name: str) -> None:
    """The file is found from both folders, so that only the list's own check protects it."""
    precious, old = tmp_path / "precious.txt", tmp_path / "old"
    precious.write_text("precious", encoding="utf-8")
    (old / "a").mkdir(parents=True)
    new = Store(tmp_path / "new", filled.catalogue)
    (new.folder / "a").mkdir(parents=True)
    new.knowledge.mkdir()
    listed = name.format(str(precious).lstrip("/"))
    content = {"folder": str(old), "files": [listed]}
    (new.knowledge / "left-behind.json").write_text(json.dumps(content), encoding="utf-8")
    assert moving.clear_left_behind(new) == ()
    assert precious.read_text(encoding="utf-8") == "precious"


KILLABLE = """
import sys
from pathlib import Path
from fastface_core.models.disk import moving
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.store import Store
if sys.argv[3] == "two":
    moving.share = lambda *_: False
print("go", flush=True)
moving.move(Store(None, Catalogue.load(Path(sys.argv[1]))), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_the_same_command_ends_it(
    filled: Store, catalogue_folder: Path, tmp_path: Path, seed: int
) -> None:
    """SIGKILL at a random moment; then again, and then to the end."""
    before, new = models(filled.folder), tmp_path / "new"
    words = [sys.executable, "-c", KILLABLE, str(catalogue_folder), str(new), "one" if seed % 4 == 0 else "two"]
    chance = random.Random(seed)
    for _ in range(2):
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "go\n"
            try:
                process.wait(timeout=chance.uniform(0.0, 0.25))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        in_use = Store().folder
        assert in_use in (filled.folder, new)
        assert models_without_parts(in_use) == before, "the folder in use is whole at every moment"
    subprocess.run(words, check=True, timeout=60)
    assert models_without_parts(new) == before
    assert Store().folder == new
    assert list(contents(filled.folder)) == ["notes.txt"]
    assert not (new / ".fastface/left-behind.json").exists()
    record = json.loads((new / ".fastface/components/lcm-lora.json").read_bytes())
    assert record["files"]
    assert Store(None, filled.catalogue).bundle_state(filled.catalogue.bundle("lcm")) == "ready"


def models_without_parts(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in models(folder).items() if not name.endswith((".moving", ".share"))}

"""Taking over models that lie on this computer: a hub cache, folders with any names; and what is not to be taken."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fastface_core.errors import ModelError, StorageError
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.disk import importing
from fastface_core.models.disk.importing import search, take_over
from fastface_core.models.store import Store
from fastface_core.progress import Cancelled, CancelToken
from tests.core.tiny_catalogue import WITHOUT_SUMS, contents, fill


def hub_cache(repositories: Path, catalogue: Catalogue, folder: Path, *, links: bool = True) -> Path:
    """As huggingface_hub lays it out: content in blobs, names in snapshots; without links where the system has none."""
    for component in catalogue.components:
        home = folder / f"models--{component.repo.replace('/', '--')}"
        (home / "blobs").mkdir(parents=True, exist_ok=True)
        (home / "refs").mkdir(exist_ok=True)
        (home / "refs/main").write_text(component.revision, encoding="utf-8")
        for file in component.files:
            data = (repositories / component.folder / file.path).read_bytes()
            large = file.path.endswith((".safetensors", ".bin", ".onnx"))
            name = hashlib.sha256(data).hexdigest() if large else hashlib.sha1(data).hexdigest()
            blob, snapshot = home / "blobs" / name, home / "snapshots" / component.revision / file.path
            snapshot.parent.mkdir(parents=True, exist_ok=True)
            if links:
                blob.write_bytes(data)
                snapshot.symlink_to(os.path.relpath(blob, snapshot.parent))
            else:
                snapshot.write_bytes(data)
    return folder


def take(store: Store, folder: Path) -> importing.Imported:
    findings = search(folder, store.catalogue)
    assert findings.damaged == ()
    with store.lock():
        return take_over(findings, store)


@pytest.mark.parametrize("links", [True, False])
def test_a_hub_cache_is_taken_over_without_a_second_copy(
    store: Store, repositories: Path, tmp_path: Path, links: bool
) -> None:
    cache = hub_cache(repositories, store.catalogue, tmp_path / "hub", links=links)
    before = contents(cache)
    done = take(store, cache)
    assert done.taken == sum(len(component.files) for component in store.catalogue.components)
    assert done.shared == done.taken
    for component in store.catalogue.components:
        # Of "main" the cache does not say which commit it is; the filter's files are taken by their sums alone.
        assert store.state(component) == "ready", component.name
    assert store.bundle_state(store.catalogue.bundle("hyper-4")) == "ready"
    assert contents(cache) == before
    unet = store.catalogue.component("sdxl-unet")
    assert store.path(unet, unet.files[0]).stat().st_nlink > 1


def test_the_cache_may_be_deleted_afterwards(store: Store, repositories: Path, tmp_path: Path) -> None:
    cache = hub_cache(repositories, store.catalogue, tmp_path / "hub")
    take(store, cache)
    shutil.rmtree(cache)
    unet = store.catalogue.component("sdxl-unet")
    assert store.state(unet) == "ready"
    original = repositories / unet.folder / unet.files[0].path
    assert store.path(unet, unet.files[0]).read_bytes() == original.read_bytes()


def test_files_are_known_by_their_content_under_any_name(store: Store, repositories: Path, tmp_path: Path) -> None:
    heap = tmp_path / "Downloads" / "Modelle 模型"
    heap.mkdir(parents=True)
    wanted = [component for component in store.catalogue.components if component.name not in WITHOUT_SUMS]
    for number, component in enumerate(wanted):
        for place, file in enumerate(component.files):
            shutil.copy(repositories / component.folder / file.path, heap / f"file ({number}-{place}).download")
    for name in ("holiday.jpg", "sdxl_vae.safetensors"):
        (heap / name).write_bytes(random.Random(name).randbytes(130_000))
    done = take(store, heap)
    assert done.unverified == 0
    assert set(done.components) == {component.name for component in wanted}
    assert all(store.state(component) == "ready" for component in wanted)
    assert store.state(store.catalogue.component("hyper-4-lora")) == "absent"


def test_without_a_checksum_the_name_decides_and_it_is_said(store: Store, repositories: Path, tmp_path: Path) -> None:
    lora = store.catalogue.component("hyper-4-lora")
    (file,) = lora.files
    heap = tmp_path / "loras"
    heap.mkdir()
    shutil.copy(repositories / lora.folder / file.path, heap / file.path)
    shutil.copytree(repositories / "madebyollin/sdxl-vae-fp16-fix", heap / "sdxl-vae-fp16-fix")
    done = take(store, heap)
    assert (done.taken, done.unverified) == (3, 3)
    assert store.state(lora) == "unverified"
    assert store.state(store.catalogue.component("vae-fp16")) == "unverified"
    assert take(store, heap).taken == 3
    assert store.state(lora) == "unverified"


def test_damage_in_what_is_imported_is_named_and_left_out(store: Store, repositories: Path, tmp_path: Path) -> None:
    cache = hub_cache(repositories, store.catalogue, tmp_path / "hub", links=False)
    unet, lora = store.catalogue.component("sdxl-unet"), store.catalogue.component("hyper-4-lora")
    wrong: list[Path] = []
    for component in (unet, lora):
        home = cache / f"models--{component.repo.replace('/', '--')}"
        snapshot = home / "snapshots" / component.revision / component.files[0].path
        data = bytearray(snapshot.read_bytes())
        blob = home / "blobs" / hashlib.sha256(data).hexdigest()
        data[77] ^= 4
        snapshot.unlink()
        blob.write_bytes(data)
        snapshot.symlink_to(blob)
        wrong.append(snapshot)
    findings = search(cache, store.catalogue)
    assert set(findings.damaged) == set(wrong)
    with store.lock():
        take_over(findings, store)
    assert store.state(unet) == "absent"
    assert store.state(lora) == "absent"
    assert store.state(store.catalogue.component("sdxl-text")) == "ready"


def test_only_what_something_vouches_for_is_damaged(store: Store, repositories: Path, tmp_path: Path) -> None:
    """Another file of the same name and size may be a finetune; in the models folder, verified before, it is damage."""
    unet = store.catalogue.component("sdxl-unet")
    (file,) = [one for one in unet.files if one.path.endswith(".safetensors")]
    data = bytearray((repositories / unet.folder / file.path).read_bytes())
    data[77] ^= 4
    loose = tmp_path / "finetune" / file.path
    loose.parent.mkdir(parents=True)
    loose.write_bytes(data)
    findings = search(tmp_path / "finetune", store.catalogue, store=store)
    assert (findings.found, findings.damaged, findings.others) == ((), (), (loose,))
    fill(store, repositories, {"sdxl-unet"}, verified=False)
    store.path(unet, file).write_bytes(data)
    assert search(store.folder, store.catalogue, store=store).others == (store.path(unet, file),)
    fill(store, repositories, {"sdxl-unet"})
    store.path(unet, file).write_bytes(data)
    findings = search(store.folder, store.catalogue, store=store)
    assert (findings.damaged, findings.others) == ((store.path(unet, file),), ())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_no_file_to_wait_for(store: Store, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")
    with pytest.raises(ModelError, match="is no folder and no file"):
        search(tmp_path / "pipe.safetensors", store.catalogue)
    assert search(tmp_path, store.catalogue).found == ()


def test_what_is_ready_stays_and_what_is_damaged_is_replaced(store: Store, repositories: Path, tmp_path: Path) -> None:
    fill(store, repositories, {"sdxl-text", "sdxl-unet"})
    text, unet = store.catalogue.component("sdxl-text"), store.catalogue.component("sdxl-unet")
    store.path(unet, unet.files[0]).write_bytes(b"broken")
    inode = store.path(text, text.files[0]).stat().st_ino
    done = take(store, hub_cache(repositories, store.catalogue, tmp_path / "hub"))
    assert store.path(text, text.files[0]).stat().st_ino == inode
    assert store.state(unet) == "ready"
    files = sum(len(one.files) for one in store.catalogue.components)
    assert done.taken == files - len(text.files)


def test_its_own_folder_is_recognised_where_it_is(store: Store, repositories: Path) -> None:
    """Files that somebody put there by hand: importing the folder itself verifies them."""
    fill(store, repositories, {"sdxl-text", "sdxl-unet"}, verified=False)
    before = contents(store.folder)
    take(store, store.folder)
    assert store.state(store.catalogue.component("sdxl-text")) == "ready"
    assert {name: data for name, data in contents(store.folder).items() if ".fastface" not in name} == before


def test_across_drives_it_is_copied_and_goes_on_where_it_stopped(
    store: Store, repositories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "share", lambda *_: False)
    cache = hub_cache(repositories, store.catalogue, tmp_path / "hub")
    unet = store.catalogue.component("sdxl-unet")
    file = unet.files[0]
    part = store.part_path(unet, file)
    part.parent.mkdir(parents=True)
    part.write_bytes((repositories / unet.folder / file.path).read_bytes()[:1000])
    done = take(store, cache)
    assert done.shared == 0
    assert store.state(unet) == "ready"
    assert not list(store.folder.rglob("*.part"))
    assert store.path(unet, file).stat().st_nlink == 1


def test_it_can_be_stopped_at_any_piece(store: Store, repositories: Path, tmp_path: Path) -> None:
    cache = hub_cache(repositories, store.catalogue, tmp_path / "hub")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        search(cache, store.catalogue, cancel=cancel)
    findings = search(cache, store.catalogue)
    with pytest.raises(Cancelled):
        take_over(findings, store, cancel=cancel)
    assert take(store, cache).taken > 0


def test_places_that_are_not_there_and_files_that_are_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no"):
        search(tmp_path / "nowhere", store.catalogue)
    (tmp_path / "empty").mkdir()
    assert search(tmp_path / "empty", store.catalogue) == importing.Findings((), ())
    (tmp_path / "empty/link").symlink_to(tmp_path / "gone")
    (tmp_path / "empty/circle").symlink_to(tmp_path / "empty")
    assert search(tmp_path / "empty", store.catalogue) == importing.Findings((), ())


def test_a_folder_that_cannot_be_written_to_leaves_all_as_it_was(
    store: Store, repositories: Path, tmp_path: Path
) -> None:
    findings = search(hub_cache(repositories, store.catalogue, tmp_path / "hub"), store.catalogue)
    store.folder.mkdir()
    (store.folder / "h94").write_bytes(b"in the way")
    with pytest.raises(StorageError, match="is not a folder"):
        take_over(findings, store)
    assert (store.folder / "h94").read_bytes() == b"in the way"


KILLABLE = """
import sys
from pathlib import Path
from fastface_core.models.disk import importing
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.store import Store
importing.share = lambda *_: False
store = Store(Path(sys.argv[2]), Catalogue.load(Path(sys.argv[1])))
print("go", flush=True)
findings = importing.search(Path(sys.argv[3]), store.catalogue)
with store.lock():
    importing.take_over(findings, store)
"""


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_it_ends_the_next_time(
    store: Store, catalogue_folder: Path, repositories: Path, tmp_path: Path, seed: int
) -> None:
    cache = hub_cache(repositories, store.catalogue, tmp_path / "hub")
    source = contents(cache)
    words = [sys.executable, "-c", KILLABLE, str(catalogue_folder), str(store.folder), str(cache)]
    chance = random.Random(seed)
    for _ in range(2):
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "go\n"
            try:
                process.wait(timeout=chance.uniform(0.0, 0.2))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        for component in store.catalogue.components:
            for file in component.files:
                if (path := store.path(component, file)).exists():
                    assert path.read_bytes() == (repositories / component.folder / file.path).read_bytes()
    subprocess.run(words, check=True, timeout=60)
    assert {store.state(component) for component in store.catalogue.components} == {"ready"}
    with store.lock():
        assert not list(store.folder.rglob("*.part"))
    assert contents(cache) == source

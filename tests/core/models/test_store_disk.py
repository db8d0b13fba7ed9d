"""Full disks and read-only folders: a sentence, and everything that was there before is as it was."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from fastface_core.errors import StorageError
from fastface_core.models.conversion import after_download
from fastface_core.models.disk import importing, moving, packing, packs
from fastface_core.models.store import Store
from tests.core.tiny_catalogue import contents, fill
from tests.small_disks import mounted


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    """A file system of 3 MB, less than the tiny models need."""
    with mounted(tmp_path / "small", 3 << 20) as folder:
        yield folder


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Path]:
    """A file system of 12 MB, on which they have room."""
    with mounted(tmp_path / "disk", 12 << 20) as folder:
        yield folder


@pytest.fixture
def filled(store: Store, repositories: Path) -> Store:
    fill(store, repositories, store.catalogue.bundle("hyper-4").components)
    return store


def fill_up(disk: Path) -> Callable[[object], None]:
    """Takes what is left of the disk as soon as anything is reported: after it was looked at."""

    def take(_: object) -> None:
        filler = disk / "filler"
        if not filler.exists():
            free = os.statvfs(disk)
            filler.write_bytes(bytes(free.f_bavail * free.f_frsize))

    return take


def models(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in contents(folder).items() if ".fastface" not in name and name != "filler"}


def test_too_small_a_disk_is_said_first(filled: Store, small_disk: Path, tmp_path: Path) -> None:
    before = contents(filled.folder)
    new = Store(small_disk / "models", filled.catalogue)
    with pytest.raises(StorageError, match="too little space for the models"):
        moving.move(filled, small_disk / "models")
    with pytest.raises(StorageError, match="too little space for the pack"):
        packing.export(filled, filled.catalogue.bundle("hyper-4"), small_disk / "hyper.pack")
    packing.export(filled, filled.catalogue.bundle("hyper-4"), tmp_path / "hyper.pack")
    with pytest.raises(StorageError, match="too little space for the models"):
        packs.import_pack(tmp_path / "hyper.pack", new)
    assert contents(filled.folder) == before
    assert Store().folder != small_disk / "models"


def test_a_disk_that_fills_up_under_way(filled: Store, disk: Path, tmp_path: Path) -> None:
    before = contents(filled.folder)
    catalogue, bundle = filled.catalogue, filled.catalogue.bundle("previews")
    new = Store(disk / "models", catalogue)
    packing.export(filled, bundle, tmp_path / "previews.pack")
    findings = importing.search(filled.folder, catalogue)
    for work in (
        lambda: packing.export(filled, bundle, disk / "p.pack", fill_up(disk)),
        lambda: packs.import_pack(tmp_path / "previews.pack", new, fill_up(disk)),
        lambda: importing.take_over(findings, new, fill_up(disk)),
        lambda: moving.move(filled, disk / "models", fill_up(disk)),
    ):
        with pytest.raises(StorageError, match=r"is full|too little space") as caught:
            work()
        assert caught.value.hint
        assert contents(filled.folder) == before
        assert all(name.endswith((".part", ".moving")) or data == before[name.removeprefix("models/")]
                   for name, data in models(disk).items())  # fmt: skip
        assert (disk / "filler").exists(), caught.value.message
        (disk / "filler").unlink()
    packs.import_pack(tmp_path / "previews.pack", new)
    assert new.bundle_state(bundle) == "ready"


def test_what_was_whole_stays_ready_when_the_disk_is_full(filled: Store, small_disk: Path, repositories: Path) -> None:
    """The conversion finds no place; the pickle stays, and is made into safetensors when there is room."""
    store = Store(small_disk / "models", filled.catalogue)
    component = store.catalogue.component("faceid-plus-v2")
    fill(store, repositories, {component.name})
    fill_up(small_disk)(None)
    with pytest.raises(StorageError, match="is full"):
        after_download(store, component)
    assert store.state(component) == "ready"
    assert store.path(component, component.files[0]).exists()
    assert not list(small_disk.rglob(".*.part"))


LIMITED = """
import resource, signal, sys
from pathlib import Path
from fastface_core.errors import StorageError
from fastface_core.models.disk import importing, moving, packing, packs
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.store import Store
for module in (importing, moving):
    module.share = lambda *_: False
store = Store(Path(sys.argv[2]), Catalogue.load(Path(sys.argv[1])))
target = Path(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    if sys.argv[4] == "export":
        packing.export(store, store.catalogue.bundle("hyper-4"), target)
    elif sys.argv[4] == "import":
        importing.take_over(importing.search(store.folder, store.catalogue), Store(target, store.catalogue))
    else:
        moving.move(store, target)
except StorageError as error:
    print(error.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit to the size of a file")
@pytest.mark.parametrize("work", ["export", "import", "move"])
def test_no_file_may_grow(filled: Store, catalogue_folder: Path, tmp_path: Path, work: str) -> None:
    """The system refuses each write beyond a size, as it does on a full disk; needs no rights."""
    before = contents(filled.folder)
    words = [sys.executable, "-c", LIMITED, str(catalogue_folder), str(filled.folder), str(tmp_path / "new"), work]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "is full" in said
    assert contents(filled.folder) == before


@pytest.mark.skipif(sys.platform == "win32", reason="chmod does not forbid writing there")
def test_read_only_folders(filled: Store, repositories: Path) -> None:
    """As another user, since root may write everywhere; in a place that others may look into."""
    with tempfile.TemporaryDirectory() as place:
        store, new = Store(Path(place, "models"), filled.catalogue), Path(place, "new")
        bundle = store.catalogue.bundle("hyper-4")
        fill(store, repositories, bundle.components)
        findings = importing.search(store.folder, store.catalogue)
        before = contents(store.folder)
        new.mkdir()
        folders = [Path(place), new, store.folder, *(path for path in store.folder.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            assert store.bundle_state(bundle) == "ready"
            for work in (
                lambda: store.lock().__enter__(),
                lambda: moving.move(store, new / "models"),
                lambda: packing.export(store, bundle, new / "x.pack"),
                lambda: importing.take_over(findings, Store(new / "models", store.catalogue)),
            ):
                with pytest.raises(StorageError, match="cannot be written to"):
                    work()
        finally:
            os.seteuid(user)
            for folder in folders:
                folder.chmod(0o755)
        assert {name: data for name, data in contents(store.folder).items() if not name.endswith("/lock")} == before
        assert list(new.iterdir()) == []

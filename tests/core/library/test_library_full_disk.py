"""A disk that is full at any write: one sentence, nothing damaged, and all goes on when there is room again."""

import contextlib
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PIL import Image

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.library.backup import backup
from fastface_core.library.encoding import encoded
from fastface_core.library.export import ExportSettings, export
from fastface_core.library.importing import import_pictures
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks
from fastface_core.library.queries import Query
from tests.core.library_help import embedding, person, photo, picture, saved
from tests.small_disks import mounted, room

SIZE = 6 << 20


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    with mounted(tmp_path / "disk", SIZE) as place:
        monkeypatch.setenv("FASTFACE_HOME", str(place))
        yield place


def test_at_any_write(small_disk: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "in").mkdir(parents=True)
    ours = picture(77)
    (outside / "in" / "one.png").write_bytes(encoded(ours.image, "png", ours.recipe, None, Marks()))
    with Library() as library:
        first = person(library, outside)
        kept = [saved(library, paths.pictures_folder(), seed, person=first.uid).id for seed in range(3)]

    def works(library: Library, step: int) -> dict[str, Callable[[], object]]:
        return {
            "save": lambda: saved(library, paths.pictures_folder(), 100 + step),
            "rate": lambda: (library.marks.rate(kept, step % 6), library.marks.write_pending()),
            "tag": lambda: library.marks.tag(kept, add=[f"tag {step} " + "x" * 40]),
            "trash": lambda: (library.trash.put(kept[:1]), library.trash.restore(kept[:1])),
            "person": lambda: library.people.add(f"Person {step}"),
            "photo": lambda: library.people.add_photo(first.uid, photo(outside, step, embedding(1, step)), "m", 0.2),
            "thumbnail": lambda: library.thumbnails.put(Image.new("RGB", (300, 300), (step, 0, 0))),
            "import": lambda: import_pictures(library, outside / "in", everything=True),
            "export": lambda: export(library.gallery, kept, small_disk / "out", ExportSettings("share"), {}),
            "backup": lambda: backup(library, small_disk / "backup", pictures=True),
            "rebuild": library.rebuild,
            "clean": library.clean,
            "check": library.check,
        }

    failed: dict[str, StorageError] = {}
    for step, left in enumerate([0, 0, 4096, 12_288, 40_960, 100_000, 250_000]):
        with room(small_disk, left):
            try:
                library = Library()
            except StorageError as error:
                failed["open"] = error
                continue
            with library:
                for name, work in works(library, step).items():
                    try:
                        work()
                    except StorageError as error:
                        failed[name] = error
        with Library() as library:
            assert library.database.problems(full=True) == ()
            library.marks.write_pending()
            condition = library.check()
            assert condition.good, condition
            assert condition.pending == 0
            rows = {row.id: row for row in library.gallery.rows(kept)}
            assert set(rows) == set(kept)
            assert library.people.get(first.uid).name == "Ada"
            assert not list(small_disk.rglob(".*.part"))
    # The disk was full indeed.
    assert {"save", "backup", "export"} <= set(failed)
    assert all(error.message.endswith(".") and error.hint.endswith(".") for error in failed.values())


def test_forgetting_on_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    with Library() as library:
        someone = person(library, tmp_path / "outside", "Quendolina")
        assert someone.photos[0].measured is not None
        piece = someone.photos[0].measured.face.embedding.tobytes()[:64]
        made = saved(library, paths.pictures_folder(), 1, person=someone.uid)
    with room(small_disk, 0), contextlib.suppress(StorageError), Library() as library:
        library.forget(someone.uid, pictures=True)
    with Library() as library:
        if library.people.has("Quendolina"):  # it could not even begin
            library.forget(someone.uid, pictures=True)
        assert library.gallery.count(Query()) == 0
    assert not made.path.exists()
    for file in small_disk.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert piece not in content
            assert b"Quendolina" not in content

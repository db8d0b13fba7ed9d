"""Comparisons behind the page, with the real engine: pictures one by one, pause, stop, another start, other photos."""

import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from fastface_core import paths
from fastface_core.compare import parse as words
from fastface_core.compare import records
from fastface_core.compare.axes import Axis
from fastface_core.compare.grid import Place
from fastface_core.compare.sheet import SheetWords
from fastface_core.errors import FastFaceError, ModelError, PhotoError, SettingsError
from fastface_core.library.metadata import read_recipe
from fastface_core.presets import files as preset_files
from fastface_desktop.state.compare.comparisons import Comparisons
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.state.session import Session
from fastface_desktop.state.settings import Settings
from tests.core.adapter_models import install, photo
from tests.desktop.engine_room import PATIENCE, PORTRAIT, Room, order, room, thread

__all__ = ["room", "thread"]


class Notes(QObject):
    """Writes down what the comparisons say."""

    def __init__(self, comparisons: Comparisons) -> None:
        super().__init__()
        self.errors: list[FastFaceError] = []
        self.places: list[Place] = []
        self.files: list[str] = []
        self.undo: list[Callable[[], None]] = []
        comparisons.failed.connect(self._failed)
        comparisons.came.connect(self._came)
        comparisons.exported.connect(self._exported)
        comparisons.list.dropped.connect(self._removed)

    @Slot(object)
    def _failed(self, error: FastFaceError) -> None:
        self.errors.append(error)

    @Slot(object)
    def _came(self, place: Place) -> None:
        self.places.append(place)

    @Slot(str)
    def _exported(self, name: str) -> None:
        self.files.append(name)

    @Slot(str, object)
    def _removed(self, number: str, put_back: Callable[[], None]) -> None:
        self.undo.append(put_back)


@dataclass
class Bench:
    """Comparisons of one start of the program."""

    room: Room
    session: Session
    presets: Presets
    library: LibraryState
    comparisons: Comparisons
    notes: Notes

    def begin(self, columns: str, rows: str | None = None, seeds: tuple[int, ...] = (1,)) -> None:
        self.comparisons.begin(self.comparisons.plan.grid(axis(columns), axis(rows) if rows else None, seeds))

    def until(self, condition: Callable[[], bool]) -> None:
        self.room.qtbot.waitUntil(condition, timeout=PATIENCE)

    def until_idle(self) -> None:
        self.until(lambda: not self.comparisons.busy)

    @property
    def made(self) -> dict[Place, Path]:
        opened = self.comparisons.current
        return {place: one.path for place, one in opened.made.items()} if opened else {}


def axis(text: str) -> Axis:
    return words.axis(text, preset_files.find)


@pytest.fixture
def bench(room: Room, tmp_path: Path) -> Generator[Callable[[], Bench]]:
    """Makes the objects of one more start."""
    benches: list[Bench] = []

    def make() -> Bench:
        session = Session(room.saver)
        presets = Presets(Settings(room.saver), session)
        library = LibraryState()
        comparisons = Comparisons(room.thread, room.queue, session, presets, library)
        one = Bench(room, session, presets, library, comparisons, Notes(comparisons))
        benches.append(one)
        return one

    yield make
    for one in benches:
        one.comparisons.cancel()
        one.until_idle()
        one.comparisons.close()
        one.presets.close()
        one.library.close()


@pytest.fixture
def ready(bench: Callable[[], Bench], tmp_path: Path) -> Bench:
    """With a person and a prompt on Create, small and quick."""
    one = bench()
    fill(one, tmp_path)
    return one


def fill(one: Bench, folder: Path) -> None:
    photo = folder / "person.jpg"
    if not photo.exists():
        shutil.copy(PORTRAIT, photo)
    one.session.add_photos([photo])
    one.session.change(
        prompt="portrait of a person", preset="baseline", aspect="exact", width=64, height=64, steps=1, checkpoint=None
    )


def test_all_cells_are_made_and_known_by_their_recipes(ready: Bench) -> None:
    ready.begin("identity_weight=1,2", "adapter_strength=0.2,0.8", seeds=(1, 2))
    ready.until(lambda: len(ready.made) == 8)
    ready.until_idle()
    assert ready.notes.errors == []
    opened = ready.comparisons.current
    assert opened is not None
    for shot in opened.shots:
        recipe = read_recipe(ready.made[shot.place])
        assert shot.made(recipe)
        assert recipe.seed == opened.grid.seeds[shot.place[2]]
        image = ready.comparisons.image(shot.place)
        assert isinstance(image, QImage)
        assert (image.width(), image.height()) == (64, 64)
    assert set(ready.notes.places) == {shot.place for shot in opened.shots}
    assert ready.comparisons.left == ()
    assert [one.id for one in records.kept()] == [opened.comparison.id]
    # The same once more has nothing to do.
    before = {path: path.stat().st_mtime_ns for path in ready.made.values()}
    ready.comparisons.close_current()
    assert ready.comparisons.current is None
    ready.begin("identity_weight=1,2", "adapter_strength=0.2,0.8", seeds=(1, 2))
    ready.until(lambda: len(ready.made) == 8)
    ready.until_idle()
    assert {path: path.stat().st_mtime_ns for path in ready.made.values()} == before
    assert len(records.kept()) == 1


def test_what_is_paused_or_stopped_goes_on_after_another_start(
    ready: Bench, bench: Callable[[], Bench], tmp_path: Path
) -> None:
    ready.begin("identity_weight=1..2/5", "adapter_strength=0.2,0.8")
    ready.until(lambda: len(ready.made) >= 2)
    ready.comparisons.pause()
    ready.until(lambda: ready.comparisons.status == "paused")
    paused = dict(ready.made)
    assert 2 <= len(paused) < 10
    ready.comparisons.resume()
    ready.until(lambda: len(ready.made) > len(paused))
    ready.comparisons.cancel()
    ready.until(lambda: ready.comparisons.status == "idle")
    stopped = {place: (path, path.stat().st_mtime_ns) for place, path in ready.made.items()}
    assert stopped.keys() >= paused.keys()
    ready.comparisons.close()

    # Another start finds it by itself; what it was of stands in its own file.
    again = bench()
    again.comparisons.look()
    again.until(lambda: again.comparisons.current is not None)
    assert again.made == {place: path for place, (path, _) in stopped.items()}
    assert len(again.comparisons.left) == 10 - len(stopped)
    again.until(lambda: again.comparisons.image(next(iter(stopped))) is not None)
    again.comparisons.resume()
    again.until(lambda: len(again.made) == 10)
    again.until_idle()
    assert again.notes.errors == []
    for place, (path, written) in stopped.items():
        assert again.made[place] == path
        assert path.stat().st_mtime_ns == written
    folder = next(iter(again.made.values())).parent
    assert len(list(folder.glob("*.png"))) == 10


def test_jobs_of_the_queue_go_on_beside_it(ready: Bench) -> None:
    first = ready.room.queue.add(order(seed=5))
    ready.begin("rescale=0,0.5,1")
    second = ready.room.queue.add(order(seed=6))
    ready.until(lambda: len(ready.made) == 3)
    ready.until_idle()
    ready.room.until_ended(first, second)
    assert [ready.room.job(job).pictures_done for job in (first, second)] == [1, 1]
    assert len(ready.made) == 3
    # It is no job of the queue, and the queue's pictures are none of its own.
    assert {job.id for job in ready.room.queue.jobs()} == {first, second}


def test_the_expected_time_is_learned_from_what_was_made(ready: Bench) -> None:
    ready.begin("rescale=0,0.5")
    ready.until(lambda: len(ready.made) == 2)
    ready.until_idle()
    opened = ready.comparisons.current
    assert opened is not None
    seconds = ready.comparisons.plan.expected_seconds(opened.shots)
    assert seconds is not None
    assert 0 < seconds < 60
    assert ready.comparisons.plan.expected_seconds(()) == 0


def test_a_photo_that_is_another_one_now_stops_it(ready: Bench, tmp_path: Path) -> None:
    ready.begin("rescale=0,0.2,0.4")
    ready.until(lambda: len(ready.made) >= 1)
    ready.comparisons.cancel()
    ready.until_idle()
    made, photo = len(ready.made), tmp_path / "person.jpg"
    assert made < 3
    from PIL import Image

    with Image.open(PORTRAIT) as picture:
        picture.convert("RGB").save(photo, quality=60)
    ready.comparisons.resume()
    ready.until(lambda: bool(ready.notes.errors))
    (error,) = ready.notes.errors
    assert isinstance(error, PhotoError)
    assert "other ones" in error.message
    assert len(ready.made) == made
    # Asked for again it is another comparison.
    ready.begin("rescale=0,0.2,0.4")
    ready.until(lambda: len(ready.made) == 3)
    assert len(records.kept()) == 2


def test_a_photo_that_is_gone_is_said(ready: Bench, tmp_path: Path) -> None:
    (tmp_path / "person.jpg").unlink()
    ready.begin("rescale=0,1")
    ready.until(lambda: bool(ready.notes.errors))
    assert isinstance(ready.notes.errors[0], PhotoError)
    assert ready.comparisons.status == "idle"
    assert records.kept() == ()


def test_what_makes_no_sense_is_said_before_anything_begins(bench: Callable[[], Bench], tmp_path: Path) -> None:
    one = bench()
    with pytest.raises(PhotoError):
        one.begin("rescale=0,1")
    fill(one, tmp_path)
    for columns, rows, error in (
        ("exponent=1,2", None, SettingsError),
        ("rescale=0,3", None, SettingsError),
        ("rescale=0,1", "rescale=0,1", SettingsError),
        ("checkpoint=starter,hyper-4", None, ModelError),
    ):
        with pytest.raises(error):
            one.begin(columns, rows)
    assert one.comparisons.status == "idle"
    assert records.kept() == ()


def test_a_cell_becomes_a_preset_that_makes_its_pixels(ready: Bench) -> None:
    ready.session.change(preset="scale-power")
    ready.begin("exponent@2=1,1.6", "steps=1,3")
    ready.until(lambda: len(ready.made) == 4)
    ready.until_idle()
    with ready.room.qtbot.waitSignal(ready.presets.added, timeout=PATIENCE) as added:
        ready.comparisons.save_preset((1, 1, 0), "Mine", "Exponent 1.6, Steps 3")
    assert added.args == [("mine",)]
    wanted = order("portrait of a person", seed=1).request.model_copy(
        update={"preset": preset_files.find("mine"), "steps": None, "width": None, "height": None}
    )
    job = ready.room.queue.add(type(order())(wanted, ready.session.order().photos, "starter"))
    ready.room.until_ended(job)
    saved = ready.room.job(job).pictures[0]
    assert QImage(str(saved.path)) == QImage(str(ready.made[1, 1, 0]))
    with pytest.raises(SettingsError, match="title"):
        ready.comparisons.save_preset((1, 1, 0), " ", "")


def test_it_is_saved_as_a_picture_and_as_csv(ready: Bench, tmp_path: Path) -> None:
    ready.begin("rescale=0,1")
    ready.until(lambda: len(ready.made) == 2)
    ready.until_idle()
    ready.comparisons.export_sheet(tmp_path / "grid.png", ("Rescale", ""), SheetWords())
    ready.comparisons.export_table(tmp_path / "grid.csv")
    ready.until(lambda: len(ready.notes.files) == 2)
    assert QImage(str(tmp_path / "grid.png")).width() > 100
    assert len((tmp_path / "grid.csv").read_text("utf-8-sig").splitlines()) == 3
    ready.comparisons.export_table(tmp_path / "grid.csv" / "no folder" / "x.csv")
    ready.until(lambda: bool(ready.notes.errors))


def test_dropping_one_can_be_taken_back_and_keeps_the_pictures(ready: Bench) -> None:
    ready.begin("rescale=0,1")
    ready.until(lambda: len(ready.made) == 2)
    ready.until_idle()
    paths, number = list(ready.made.values()), ready.comparisons.list.kept[0].id
    ready.comparisons.remove(number)
    assert ready.comparisons.current is None
    assert ready.comparisons.list.kept == ()
    ready.until(lambda: records.kept() == ())
    assert all(path.exists() for path in paths)
    ready.notes.undo[0]()
    ready.until(lambda: len(records.kept()) == 1)
    ready.until(lambda: len(ready.made) == 2)


def test_cells_with_the_same_settings_share_a_picture(ready: Bench) -> None:
    ready.begin("rescale=0.5,0.5,1")
    ready.until(lambda: len(ready.made) == 3)
    ready.until_idle()
    assert ready.made[0, 0, 0] == ready.made[1, 0, 0] != ready.made[2, 0, 0]


def test_a_model_that_cannot_draw_this_person_holds_up_no_other(bench: Callable[[], Bench], tmp_path: Path) -> None:
    install(paths.models_folder())
    photo(tmp_path / "person.jpg")  # a face for the tiny models alone
    one = bench()
    fill(one, tmp_path)
    one.begin("checkpoint=starter,hyper-4")
    one.until(lambda: bool(one.notes.errors) or len(one.made) == 2)
    assert [type(error) for error in one.notes.errors] == [PhotoError]
    assert list(one.made) == [(1, 0, 0)]
    assert one.comparisons.status == "idle"
    assert [shot.place for shot in one.comparisons.left] == [(0, 0, 0)]
    one.comparisons.resume()
    one.until(lambda: len(one.notes.errors) == 2)
    assert len(one.made) == 1

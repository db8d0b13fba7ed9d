"""The list of comparisons without the engine: dropped and put back in order, and forgotten for good."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pytestqt.qtbot import QtBot

from fastface_core.compare import parse as words
from fastface_core.compare import records
from fastface_core.compare.grid import Grid
from fastface_core.compare.records import Comparison
from fastface_core.errors import FastFaceError, StorageError
from fastface_core.paths import data_folder
from fastface_core.presets import files as preset_files
from fastface_desktop.state.compare.list import ComparisonList

PERSON, PHOTO = "a" * 32, "b" * 64


class Bench:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.list = qtbot, ComparisonList()
        self.put_backs: list[Callable[[], None]] = []
        self.errors: list[FastFaceError] = []
        self.list.dropped.connect(self._dropped)
        self.list.failed.connect(self.errors.append)

    def _dropped(self, number: str, put_back: Callable[[], None]) -> None:
        self.put_backs.append(put_back)

    def add(self, comparison: Comparison) -> FastFaceError | None:
        said: list[FastFaceError | None] = []
        self.list.add(comparison, lambda: said.append(None), said.append)
        self.qtbot.waitUntil(lambda: bool(said))
        return said[0]

    def numbers(self) -> list[str]:
        """Those on the disk, once all is written; and they are what the list shows."""
        self.list.close()
        found = [one.id for one in records.kept()]
        assert [one.id for one in self.list.kept] == found
        return found


def comparison(prompt: str, person: str | None = None, minutes: int = 0) -> Comparison:
    grid = Grid(
        prompt=prompt,
        preset=preset_files.find("baseline"),
        checkpoint="starter",
        seeds=(1,),
        columns=words.axis("rescale=0,1", preset_files.find),
    )
    begun = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    return records.begun(grid, (), person, (PHOTO,), begun)


def test_what_is_dropped_and_put_back_at_once_stays(qtbot: QtBot) -> None:
    bench = Bench(qtbot)
    older, newer = comparison("one"), comparison("two", minutes=1)
    for one in (older, newer):
        assert bench.add(one) is None
    for _ in range(20):
        bench.list.drop(older.id)
        bench.put_backs[-1]()
    assert bench.numbers() == [newer.id, older.id]
    bench.list.drop(older.id)
    assert bench.numbers() == [newer.id]
    assert bench.errors == []


def test_one_that_was_begun_again_is_not_there_twice(qtbot: QtBot) -> None:
    bench = Bench(qtbot)
    one = comparison("one")
    bench.add(one)
    bench.list.drop(one.id)
    bench.add(one)
    with qtbot.waitSignal(bench.list.put_back):
        bench.put_backs[0]()
    assert bench.numbers() == [one.id]
    assert bench.errors == []


def test_what_was_compared_of_a_forgotten_person_comes_back_by_no_way(qtbot: QtBot) -> None:
    for of_library, other in ((True, comparison("x", "c" * 32)), (False, None)):
        bench = Bench(qtbot)
        mine = comparison("of the person", PERSON if of_library else None)
        bench.add(mine)
        bench.list.drop(mine.id)
        bench.list.forget(PERSON, {PHOTO} if not of_library else {"d" * 64})
        bench.list.close()
        records.forget_person(PERSON, [PHOTO])
        bench.put_backs[0]()
        assert bench.numbers() == []
        assert "forgotten" in bench.errors[0].message
        # Asked for while they were being forgotten, and found only now.
        if of_library:
            error = bench.add(mine)
            assert error is not None
            assert "forgotten" in error.message
            assert other is not None
            assert bench.add(other) is None
            assert bench.numbers() == [other.id]


def test_a_record_that_is_about_to_be_written_is_erased_when_its_person_is_forgotten(qtbot: QtBot) -> None:
    bench = Bench(qtbot)
    said: list[FastFaceError | None] = []
    # The second has photos that are the person's, without saying so.
    for one in (comparison("one", PERSON), comparison("two", minutes=1)):
        bench.list.add(one, lambda: said.append(None), said.append)
    bench.list.forget(PERSON, {PHOTO})
    qtbot.waitUntil(lambda: len(said) == 2)
    assert all(isinstance(one, FastFaceError) for one in said)
    assert bench.numbers() == []
    # Whoever chooses the photo again may.
    assert bench.add(comparison("three", minutes=2)) is None
    assert len(bench.numbers()) == 1
    assert not bench.errors


def test_a_record_that_cannot_be_written_is_said_and_not_listed(qtbot: QtBot) -> None:
    bench = Bench(qtbot)
    (data_folder() / "comparisons").parent.mkdir(parents=True, exist_ok=True)
    (data_folder() / "comparisons").write_bytes(b"no folder")
    assert isinstance(bench.add(comparison("one")), StorageError)
    assert bench.list.kept == ()

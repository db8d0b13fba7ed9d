"""Asking for drawings without an engine: which answers are taken, what is corrected, and what of it goes where."""

from collections.abc import Generator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import Recipe
from fastface_core.domain.twin import Corrections, Hair, Twin
from fastface_core.errors import PhotoError
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session
from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.ui.create.recall import Recall
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets.twin_chips import TwinCard
from fastface_desktop.ui.widgets.twin_colours import SHADES, SKIN, SkinScale
from fastface_desktop.values import TwinInfo, TwinOrder
from fastface_desktop.worker.inbox import Inbox, PhotoTask, TwinTask
from tests.desktop.twin_room import starter_draws

ONE, TWO = PhotoChoice(Path("one.jpg")), PhotoChoice(Path("two.jpg"))


class Thread(QObject):
    """Writes down what is asked for."""

    twin_drawn = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, TwinOrder]] = []

    def draw_twin(self, place: str, number: int, order: TwinOrder) -> None:
        self.asked.append((number, order))


class Somebody(DrawnPerson):
    def __init__(self, thread: Thread) -> None:
        super().__init__(thread, "here")  # pyright: ignore[reportArgumentType]

    def show(self, *photos: PhotoChoice, corrections: Corrections | None = None) -> None:
        self._draw(TwinOrder(photos, "starter", corrections=corrections) if photos else None)

    def _keep(self, corrections: Corrections) -> None:
        assert self._order is not None
        self.show(*self._order.photos, corrections=corrections)


def seen(**changes: object) -> TwinInfo:
    hair = Hair(colour=(0.2, 0.15, 0.1), widths=(1.0,) * 10)
    twin = Twin(
        shape=(0.0,) * 14,
        skin=(0.8, 0.6, 0.5),
        lips=(0.7, 0.4, 0.4),
        eyes=(0.3, 0.2, 0.1),
        brows=hair.colour,
        hair=hair,
    )
    drawn = twin.model_copy(update=changes)
    sure = frozenset({"skin", "hair.colour", "hair.length", "eyes", "beard"})
    return TwinInfo(QImage(8, 8, QImage.Format.Format_RGB32), drawn, twin, sure)


@pytest.fixture
def thread(qapp: QApplication) -> Thread:
    return Thread()


def test_late_answers_of_one_person_are_shown_and_of_another_are_not(thread: Thread) -> None:
    twin = Somebody(thread)
    twin.show(ONE)
    twin.correct(glasses="round")
    twin.correct(glasses="square")
    first, second, third = (number for number, _ in thread.asked)
    answers = {number: seen() for number in (first, second, third)}
    thread.twin_drawn.emit(second, answers[second])
    assert twin.seen is answers[second]
    thread.twin_drawn.emit(first, answers[first])
    assert twin.seen is answers[second]
    thread.twin_drawn.emit(third, answers[third])
    assert twin.seen is answers[third]
    # One more photo of the same person keeps the drawing until the newer one is there; another person does not.
    twin.show(ONE, TWO)
    assert twin.seen is answers[third]
    twin.show(PhotoChoice(Path("three.jpg")))
    assert twin.seen is None
    thread.twin_drawn.emit(thread.asked[-2][0], seen())
    assert twin.seen is None
    thread.twin_drawn.emit(thread.asked[-1][0], seen())
    assert twin.seen is not None
    twin.show()
    assert twin.seen is None
    assert not twin.drawn
    thread.twin_drawn.emit(thread.asked[-1][0], seen())
    assert twin.seen is None
    # The same once more is not asked for twice.
    twin.show(ONE)
    count = len(thread.asked)
    twin.show(ONE)
    assert len(thread.asked) == count


def test_of_several_drawings_for_a_place_only_the_newest_waits() -> None:
    inbox = Inbox()
    orders = [TwinOrder((ONE,), "starter", corrections=Corrections(skin=(0.1 * step, 0.1, 0.1))) for step in range(4)]
    inbox.put(TwinTask("create", 1, orders[0]))
    inbox.put(PhotoTask(Path("a.jpg")))
    inbox.put(TwinTask("people", 2, orders[1]))
    inbox.put(TwinTask("create", 3, orders[2]))
    assert [inbox.small() for _ in range(4)] == [
        TwinTask("create", 3, orders[2]),
        PhotoTask(Path("a.jpg")),
        TwinTask("people", 2, orders[1]),
        None,
    ]


def test_chips_say_what_was_seen_and_how_surely(thread: Thread) -> None:
    twin = Somebody(thread)
    card = TwinCard(twin, Theme(QApplication.instance(), "dark"))  # pyright: ignore[reportArgumentType]
    assert card.isHidden()
    twin.show(ONE)
    assert not card.isHidden()
    assert card.chips.isHidden()
    thread.twin_drawn.emit(thread.asked[-1][0], seen())
    chips = card.chips.chips
    assert [chip.text() for chip in chips.values()] == ["Skin", "Hair, short", "Eyes", "Glasses?", "No beard"]
    assert "have a look" in chips["glasses"].toolTip()
    # To say that there are none makes it sure.
    chips["glasses"].click()
    choice = card.chips.editor("glasses")
    choice.chips["none"].click()  # pyright: ignore[reportAttributeAccessIssue]
    assert thread.asked[-1][1].corrections == Corrections(glasses="none")
    thread.twin_drawn.emit(thread.asked[-1][0], seen())
    assert chips["glasses"].text() == "No glasses"
    assert card.chips.reset_button.isEnabled()
    card.chips.reset_button.click()
    assert twin.corrections.nothing
    thread.twin_drawn.emit(thread.asked[-1][0], seen())
    assert not card.chips.reset_button.isEnabled()
    # What cannot be drawn is said, and the chips go.
    error = PhotoError("The face in one.jpg cannot be measured, so it cannot be drawn.", "Choose a photo.")
    twin.show(TWO)
    thread.twin_drawn.emit(thread.asked[-1][0], TwinInfo(QImage(), error=error))
    assert card.chips.isHidden()
    assert card.words.note.text() == f"{error.message} {error.hint}"
    assert card.picture.image.isNull()


@pytest.mark.parametrize("measured", [*SKIN, (0.85, 0.62, 0.58), (0.30, 0.24, 0.16)])
def test_the_scale_of_skins_goes_through_the_measured_one(measured: tuple[float, float, float]) -> None:
    scale = SkinScale(measured)
    assert scale.at(scale.start) == pytest.approx(measured, abs=1e-6)
    assert scale.shade_of(measured) == scale.start
    sums = [sum(scale.at(shade)) for shade in range(SHADES + 1)]
    assert all(lighter >= darker - 1e-9 for lighter, darker in pairwise(sums))


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Generator[Session]:
    saver = Saver()
    with starter_draws(tmp_path):
        session = Session(saver)
        session.change(prompt="a person", preset="baseline")
        yield session
    saver.close()


def test_corrections_stay_with_whom_they_are_of(session: Session) -> None:
    said = Corrections(hair_length="long")
    one, two = Path("/photos/one.jpg"), Path("/photos/two.jpg")
    session.add_photos([one])
    session.correct(said)
    assert session.order().request.corrections == said
    session.add_photos([two])
    assert session.values.corrections == said
    session.remove_photo(one)
    session.choose_face(two, 2)
    assert session.values.corrections is None
    session.correct(said)
    session.change(photos=(*session.values.photos, PhotoChoice(one)))
    session.choose_face(one, 2)
    assert session.values.corrections == said
    session.choose_person("0" * 32)
    assert session.values.corrections is None
    session.corrections_of = lambda uid: Corrections(beard="full") if uid == "1" * 32 else None
    session.choose_person("1" * 32)
    assert session.order().request.corrections == Corrections(beard="full")
    session.add_photos([one])
    assert session.values.corrections is None
    session.correct(Corrections())
    assert session.values.corrections is None


def test_a_model_that_sees_photos_is_told_nothing(qapp: QApplication) -> None:
    saver = Saver()
    session = Session(saver)
    session.change(prompt="a person", preset="baseline")
    session.add_photos([Path("/photos/one.jpg")])
    session.correct(Corrections(glasses="none"))
    if session.twin_checkpoint is None:
        assert session.order().request.corrections is None
    saver.close()


def test_a_recipe_brings_back_how_the_person_was_drawn(session: Session) -> None:
    class Card:
        same = True

        def contents(self) -> set[tuple[str, int]]:
            return set() if self.same else {("another photo", 0)}

    class Nobody:
        def owner_of(self, photos: object) -> None:
            return None

        def person(self, uid: object) -> None:
            return None

    card, owner = Card(), QObject()
    recall = Recall(session, Nobody(), card, owner)  # pyright: ignore[reportArgumentType]
    session.add_photos([Path("/photos/one.jpg")])
    said = Corrections(glasses="round", skin=(0.5, 0.4, 0.3))
    session.correct(said)
    request = session.order().request
    recipe = Recipe(
        program="FastFace",
        prompt=request.prompt,
        negative_prompt="",
        preset=request.preset,
        checkpoint="starter",
        scheduler="ddim",
        steps=4,
        seed=7,
        width=256,
        height=256,
        photos=(),
        device="CPU",
        dtype="float32",
        corrections=said,
    )
    session.correct(Corrections(beard="full"))
    recall.restore(recipe, other_seed=False)
    assert session.values.corrections == said
    # Of another person nothing is taken over.
    session.correct(Corrections(beard="full"))
    card.same = False
    recall.restore(recipe, other_seed=True)
    assert session.values.corrections == Corrections(beard="full")

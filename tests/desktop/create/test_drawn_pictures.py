"""What the starter drew: no likeness anywhere, but what it took over, its match with the drawing, and a way on."""

import json
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.compare.made import Made
from fastface_core.domain.likeness import DRAWN, LikenessScale, MatchScale
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.request import Picture
from fastface_core.library import encoding
from fastface_core.library.recording import note_of
from fastface_core.models import installed
from fastface_desktop.app import Desktop
from fastface_desktop.state.compare.opened import worth_of
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs.queue import Job, JobOrder
from fastface_desktop.state.jobs.stored import from_file, to_file
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session
from fastface_desktop.ui.create.advanced import Advanced
from fastface_desktop.ui.create.dropped import read_dropped
from fastface_desktop.ui.create.strip_model import Role, StripModel
from fastface_desktop.ui.gallery.page import GalleryPage
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.values import Worth
from tests.core import fitted
from tests.core.library_help import NOW, picture
from tests.desktop.create.test_create_widgets import tile
from tests.desktop.engine_room import order
from tests.desktop.gallery_help import count_is, library_of, open_gallery, waits_for

SCALE = MatchScale(good=0.7, strong=0.8, fit=fitted.FIT)
TAKEN = TakenOver(skin=True, hair_colour=True, hair_length=False, glasses=True, beard=None)
WORDS = ("likeness", "Likeness", "Strong", "Good", "Weak")
"""Of a likeness; the sentence that says where one is measured has the first of them."""


def drawn(match: float | None = 0.83, taken: TakenOver | None = TAKEN) -> Worth:
    return Worth.of("starter", SCALE, likeness=None, reason=DRAWN, match=match, taken_over=taken)


@pytest.fixture(autouse=True)
def english() -> Generator[None]:
    """Numbers as they are compared here, whatever an earlier test spoke."""
    before = QLocale()
    QLocale.setDefault(QLocale("en"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def theme(qapp: object) -> Theme:
    return Theme(qapp, "dark")  # type: ignore[arg-type]


@pytest.fixture
def twin_pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A starter that is told people by a drawn twin, without its weights."""
    folder = tmp_path / "pack"
    folder.mkdir()
    pack = json.loads(paths.resource("starter", "pack.json").read_text())
    pack |= {"identity": "twin", "match": SCALE.model_dump(mode="json")}
    (folder / "pack.json").write_text(json.dumps(pack))
    real = paths.resource

    def resource(*parts: str) -> Path:
        return folder.joinpath(*parts[1:]) if parts[:1] == ("starter",) else real(*parts)

    monkeypatch.setattr(paths, "resource", resource)
    return folder


def shown(widget: QWidget) -> str:
    """All words in a widget that can be read."""
    labels = [one for one in widget.findChildren(QLabel) if not one.isHidden() and one.isVisibleTo(widget)]
    return "\n".join(one.text() for one in labels)


# ---- Values and words


def test_no_number_of_the_starter_is_a_likeness() -> None:
    """Nor that in the file of a picture by an older one."""
    old = Worth.of("starter", LikenessScale(), likeness=0.7, reason=None)
    assert (old.drawn, old.likeness, old.likeness_word, old.match, old.score) == (True, None, None, None, None)
    assert old.reason == DRAWN
    new = drawn()
    assert (new.likeness, new.match, new.match_word, new.score) == (None, 0.83, "very near", 0.83)
    other = Worth.of("hyper-4", fitted.scale(), likeness=0.7, reason=None)
    assert (other.drawn, other.likeness_word, other.score) == (False, "strong", 0.7)


@pytest.mark.parametrize(
    ("match", "badge", "said", "colour"),
    [
        (0.83, "Match 0.83", "Match with the drawing 0.83, very near", "good"),
        (0.7, "Match 0.70", "Match with the drawing 0.70, near", "text"),
        (-0.1, "Match -0.10", "Match with the drawing -0.10, far", "warn"),
        (None, "Drawn", "Drawn by the starter", "secondary"),
    ],
)
def test_a_match_is_said_under_its_own_name(match: float | None, badge: str, said: str, colour: str) -> None:
    worth = drawn(match)
    assert (likeness.badge(worth), likeness.said(worth), likeness.colour(worth)) == (badge, said, colour)


def test_what_could_not_be_told_is_left_out() -> None:
    found = likeness.marks(drawn())
    assert [(one.name, one.taken) for one in found] == [
        ("Skin", True),
        ("Hair colour", True),
        ("Hair length", False),
        ("Glasses", True),
    ]
    assert "10" in found[0].meaning
    assert "15" in found[1].meaning
    assert likeness.marks(drawn(taken=None)) == ()
    tip = likeness.explained(drawn())
    assert "\N{CHECK MARK} Skin" in tip
    assert "\N{MULTIPLICATION X} Hair length" in tip
    assert DRAWN in tip


def test_a_queue_keeps_what_was_measured() -> None:
    one = tile("a", 0).picture
    assert one is not None
    made = replace(one, worth=drawn(), recipe=one.recipe.model_copy(update={"checkpoint": "starter"}))
    job = Job("0" * 32, JobOrder(order().request, (), "starter"), since=NOW, pictures=(made,))
    (stored,) = to_file([job]).jobs
    assert from_file(stored).pictures[0].worth == drawn()
    # One of an older start, which says a likeness.
    (was,) = stored.pictures
    old = was.model_copy(update={"likeness": 0.7, "likeness_word": "strong", "twin_match": None, "match_word": None})
    worth = from_file(stored.model_copy(update={"pictures": (old,)})).pictures[0].worth
    assert (worth.likeness, worth.likeness_word, worth.score) == (None, None, None)


def test_in_a_comparison_the_match_is_no_likeness() -> None:
    made = Made(Path("a.png"), picture(checkpoint="starter").recipe, 0.7, None, 1.0)
    assert worth_of(made).score is None
    assert worth_of(replace(made, likeness=None, twin_match=0.8)).match == 0.8


# ---- Create


def test_the_strip_is_sorted_by_the_match(qapp: object) -> None:
    model = StripModel()
    for index, match in enumerate([0.3, 0.7, None, 0.5]):
        one = tile("a", index)
        assert one.picture is not None
        model.put(replace(one, picture=replace(one.picture, worth=drawn(match))))
    model.set_best_first(True)
    assert [one.index for one in model.tiles()] == [1, 3, 0, 2]
    first = model.index(0)
    assert first.data(Role.IS_BEST)
    spoken = first.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Match with the drawing 0.70, near" in spoken
    assert not any(word in spoken for word in WORDS)
    tip = first.data(Qt.ItemDataRole.ToolTipRole)
    assert "Hair length" in tip
    assert DRAWN in tip


def test_a_picture_of_ours_that_is_dropped_says_what_it_is(tmp_path: Path) -> None:
    plain = picture(1, likeness=None, checkpoint="starter")
    made = Picture(0, 1, plain.image, plain.recipe, None, DRAWN, 1.0, twin_match=0.83, taken_over=TAKEN)
    file = tmp_path / "a.png"
    file.write_bytes(encoding.png(made, note_of(made, NOW)))
    _, recipe, _, worth = read_dropped(file)
    assert recipe == made.recipe
    assert (worth.drawn, worth.match, worth.taken_over) == (True, 0.83, TAKEN)


def test_the_note_says_what_was_taken_over_and_leads_to_the_models(theme: Theme, qtbot: QtBot) -> None:
    note = DrawnNote(theme)
    qtbot.addWidget(note)
    assert note.isHidden()
    note.show_worth(drawn())
    note.show()
    words = shown(note)
    for part in ("Drawn by the starter. A full-size model measures", "Skin", "Hair colour", "Hair length", "Glasses"):
        assert part in words
    assert "Beard" not in words
    with qtbot.waitSignal(note.models_wanted):
        qtbot.mouseClick(note.models_button, Qt.MouseButton.LeftButton)
    note.show_worth(Worth.of("hyper-4", LikenessScale(), likeness=0.7, reason=None))
    assert note.isHidden()


def test_until_so_many_are_near_goes_by_the_bands_of_the_match(
    twin_pack: Path, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    saver = Saver()
    session = Session(saver, file=tmp_path / "session.json")
    session.change(prompt="a person", checkpoint="starter", goal_pictures=2)
    session.add_photos([Path("a.jpg")])
    goal = session.order().request.goal
    assert goal is not None
    assert (goal.pictures, goal.score) == (2, 0.7)
    advanced = Advanced(session, theme)
    qtbot.addWidget(advanced)
    choices = EngineState.checkpoints(None)  # type: ignore[arg-type]
    advanced.offer(choices)
    advanced.show_values(session.values, session.preset(), session.size())
    assert advanced.goal_likeness.value() == 0.7
    assert "match with the drawing" in advanced.goal_unit.text()
    assert "ikeness" not in advanced.goal_likeness.accessibleName() + advanced.goal_likeness.toolTip()
    advanced.goal_likeness.setValue(0.75)
    assert (session.values.goal_match, session.values.goal_likeness) == (0.75, None)
    goal = session.order().request.goal
    assert goal is not None
    assert goal.score == 0.75
    saver.close()


# ---- Gallery


@pytest.fixture
def page(build: Callable[[], Desktop], twin_pack: Path, qtbot: QtBot) -> GalleryPage:
    """With a picture by the starter, one by an older one, and one by a full-size model."""
    desktop = build()
    page = open_gallery(desktop, qtbot)
    recorder = library_of(desktop).recorder
    new = picture(1, likeness=None, checkpoint="starter")
    new = Picture(0, 1, new.image, new.recipe, None, DRAWN, 1.0, twin_match=0.83, taken_over=TAKEN)
    made = (new, picture(2, likeness=0.9, checkpoint="starter"), picture(3, likeness=0.5, checkpoint="hyper-4"))
    for seed, one in enumerate(made):
        recorder.save(one, paths.pictures_folder(), NOW + timedelta(hours=seed))
    count_is(page, 3, qtbot)
    waits_for(qtbot, lambda: "starter" in page.gallery.choices.checkpoints)
    waits_for(qtbot, lambda: all(page.gallery.model.row(place) is not None for place in range(3)))
    return page


def number_of(page: GalleryPage, seed: int) -> int:
    library = page.gallery.library.library
    assert library is not None
    return next(row.id for row in library.gallery.rows(page.gallery.model.ids) if row.seed == seed)


def test_the_inspector_names_the_match_and_no_likeness(page: GalleryPage, qtbot: QtBot) -> None:
    inspector = page.beside.inspector

    def look_at(seed: int) -> None:
        number = number_of(page, seed)
        page.grid.choose([number], number)
        waits_for(qtbot, lambda: inspector.details is not None and inspector.details.row.seed == seed)

    look_at(1)
    assert inspector.badge.text() == ""
    assert inspector.note.match.text() == "Match with the drawing 0.83, very near"
    assert "Hair length" in shown(inspector.note)
    assert "Likeness" not in inspector.facts.text()
    look_at(2)
    assert inspector.badge.text() == ""
    assert "0.9" not in shown(inspector)
    assert "Drawn by the starter" in shown(inspector.note)
    look_at(3)
    assert inspector.badge.text() == "0.50"
    assert inspector.note.isHidden()
    with qtbot.waitSignal(page.models_wanted):
        look_at(1)
        inspector.note.models_button.click()


def test_large_and_side_by_side_say_the_same(page: GalleryPage, qtbot: QtBot) -> None:
    page.viewing.open(number_of(page, 1))
    viewer = page.viewer
    assert viewer.badge.text() == ""
    assert viewer.note.match.text() == "Match with the drawing 0.83, very near"
    waits_for(qtbot, lambda: "Hair length" in shown(viewer.note))
    page.viewing.open(number_of(page, 2))
    assert viewer.badge.text() == ""
    assert not viewer.note.isHidden()
    assert "Hair length" not in shown(viewer.note)
    page.viewing.open_compare([number_of(page, 1), number_of(page, 2)])
    first, second, *_ = page.compare.panes
    assert first.badge.text() == "Match 0.83"
    assert first.badge.toolTip().startswith("Match with the drawing 0.83, very near")
    assert second.badge.text() == ""
    waits_for(qtbot, lambda: "Hair length" in shown(first.note))
    assert "Drawn by the starter" in shown(second.note)
    page.compare.show_four()
    third = page.compare.panes[2]
    assert (first.drawn, second.drawn, third.drawn) == (True, True, False)
    assert third.note.sizePolicy().retainSizeWhenHidden()


def test_the_match_has_a_filter_of_its_own(page: GalleryPage, qtbot: QtBot) -> None:
    chip = page.filters.chips["twin_match"]
    assert chip.offered
    page.gallery.set_view(twin_match=0.8)
    count_is(page, 1, qtbot)
    assert not chip.isHidden()
    assert chip.text().startswith("Match \N{GREATER-THAN OR EQUAL TO} 0.80")
    page.gallery.clear_filters()
    count_is(page, 3, qtbot)


def test_the_starter_of_the_test_is_told_by_a_twin(twin_pack: Path) -> None:
    checkpoint = installed.starter()
    assert (checkpoint.identity, checkpoint.scale) == ("twin", SCALE)

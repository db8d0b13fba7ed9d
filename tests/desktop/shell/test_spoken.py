"""What a screen reader finds, reads and does: Qt's own tree, which AT-SPI, UIA and NSAccessibility pass on.

The whole way through a real client of AT-SPI is in `test_spoken_on_a_screen.py`, which needs an X server.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QButtonGroup, QCheckBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.errors import FastFaceError
from fastface_desktop.app import Desktop
from fastface_desktop.ui.shell.toasts import Toasts
from fastface_desktop.ui.widgets import spoken
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.segments import Segments
from tests.desktop.conftest import PATIENCE, ROOT

Role = QAccessible.Role
USED = {
    Role.Button,
    Role.ButtonMenu,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.SpinBox,
    Role.Slider,
    Role.List,
    Role.Table,
    Role.Tree,
}
"""What can be used; each needs a name."""
PAGES = ("create", "gallery", "people", "presets", "compare", "models", "preferences", "help", "first-run")


def below(one: object) -> Iterator[object]:
    """All that is shown below an interface, in the order in which it is come to."""
    for place in range(one.childCount()):  # type: ignore[attr-defined]
        child = one.child(place)  # type: ignore[attr-defined]
        if child is not None and child.isValid() and not child.state().invisible:
            yield child
            # What a list holds is asked for by whoever reads it.
            if child.role() not in (Role.List, Role.Table, Role.Tree):
                yield from below(child)


def name(one: object) -> str:
    return one.text(QAccessible.Text.Name)  # type: ignore[attr-defined]


def of(window: QWidget) -> object:
    return QAccessible.queryAccessibleInterface(window)


def usable(window: QWidget, begins: str) -> list[object]:
    """All that can be used now and has such a name."""
    found = [one for one in below(of(window)) if name(one).startswith(begins) and one.role() in USED]  # type: ignore[attr-defined]
    return [one for one in found if not one.state().disabled]  # type: ignore[attr-defined]


def named(window: QWidget, begins: str) -> object:
    """The first of them."""
    found = usable(window, begins)
    assert found, f"{begins}: {[name(one) for one in below(of(window)) if name(one)]}"
    return found[0]


def do(one: object) -> None:
    """Its first action, as a reader's key does it."""
    acts = one.actionInterface()  # type: ignore[attr-defined]
    acts.doAction(acts.actionNames()[0])
    QApplication.processEvents()


def test_toggling_is_a_click(qtbot: QtBot) -> None:
    spoken.install()
    button = QPushButton("On or off")
    button.setCheckable(True)
    qtbot.addWidget(button)
    button.setAccessibleName("On or off")
    clicks: list[bool] = []
    button.clicked.connect(lambda on: clicks.append(on))
    found = of(button)
    assert (found.role(), name(found), found.state().checkable, found.state().checked) == (  # type: ignore[attr-defined]
        Role.CheckBox,
        "On or off",
        1,
        0,
    )
    do(found)
    assert clicks == [True]
    assert found.state().checked  # type: ignore[attr-defined]
    button.setEnabled(False)
    assert found.actionInterface().actionNames() == []  # type: ignore[attr-defined]
    assert found.state().disabled  # type: ignore[attr-defined]


def test_a_button_is_called_by_its_name_or_else_by_its_words(qtbot: QtBot) -> None:
    spoken.install()
    box = QCheckBox("This is my own &photo")
    qtbot.addWidget(box)
    assert name(of(box)) == "This is my own photo"
    box.setAccessibleName("Permission")
    assert name(of(box)) == "Permission"


def test_a_button_that_comes_into_a_group_is_one_of_several(qtbot: QtBot) -> None:
    spoken.install()
    page = QPushButton("Create")
    page.setCheckable(True)
    qtbot.addWidget(page)
    assert of(page).role() == Role.CheckBox  # type: ignore[attr-defined]
    group = QButtonGroup(page)
    group.addButton(page)
    assert of(page).role() == Role.RadioButton  # type: ignore[attr-defined]


def test_everything_that_can_be_used_has_a_name_and_a_state(idle: Desktop, qtbot: QtBot) -> None:
    nameless: list[str] = []
    idle.window.resize(1280, 800)
    for page in PAGES:
        idle.window.show_page(page)
        QApplication.processEvents()
        used = [one for one in below(of(idle.window)) if one.role() in USED]  # type: ignore[attr-defined]
        assert len(used) >= 3, page
        for one in used:
            if not name(one):
                nameless.append(f"{page}: {one.role()} {one.object()}")  # type: ignore[attr-defined]
            thing = one.object()  # type: ignore[attr-defined]
            if isinstance(thing, QWidget):
                assert bool(one.state().disabled) == (not thing.isEnabled()), (page, name(one))  # type: ignore[attr-defined]
    assert nameless == []


def test_pages_are_changed_by_a_readers_key(idle: Desktop) -> None:
    for title, page in (("Presets", "presets"), ("Gallery", "gallery"), ("Create", "create")):
        entry = named(idle.window.rail, title)
        assert entry.role() == Role.RadioButton  # type: ignore[attr-defined]
        do(entry)
        QApplication.processEvents()
        assert idle.window.page is idle.window.pages[page]
        assert entry.state().checked  # type: ignore[attr-defined]


def test_a_style_and_a_view_are_chosen_by_a_readers_key(idle: Desktop) -> None:
    idle.window.show_page("create")
    style = named(idle.window.page, "Watercolour")
    do(style)
    assert idle.session.values.style == "watercolor"
    do(style)
    assert idle.session.values.style is None
    for segments in idle.window.page.findChildren(Segments):
        assert segments.accessibleName()


@pytest.mark.parametrize("page", PAGES)
def test_tab_reads_each_column_downwards(page: str, idle: Desktop) -> None:
    """Nothing that comes later stands above what was read, in the same column."""
    window = idle.window
    window.resize(1280, 800)
    window.show_page(page)
    QApplication.processEvents()
    inside = [
        one
        for one in chain(window.page)
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and not is_scroller(one)
    ]
    back = []
    for before, after in itertools.pairwise(inside):
        a, b = place(before, window), place(after, window)
        across = min(a.right(), b.right()) - max(a.left(), b.left())
        if b.bottom() < a.top() and across > min(a.width(), b.width()) // 2:
            back.append(f"{before.accessibleName()} -> {after.accessibleName()}")
    assert back == []


def chain(page: QWidget) -> Iterator[QWidget]:
    """What Tab comes to within a page, from its first to its last."""
    one = page
    while True:
        one = one.nextInFocusChain()
        if one is page or one is None:
            return
        if page.isAncestorOf(one):
            yield one


def is_scroller(one: QWidget) -> bool:
    return isinstance(one.parentWidget(), QAbstractScrollArea) or one.objectName().startswith("qt_")


def place(one: QWidget, window: QWidget) -> QRect:
    return QRect(one.mapTo(window, QPoint(0, 0)), one.size())


def test_messages_and_errors_are_told_at_once(idle: Desktop, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    told: list[tuple[object, str]] = []
    send = QAccessible.updateAccessibility

    def listen(event: object) -> None:
        text = getattr(event, "message", lambda: "")()
        told.append((event.type(), text or name(QAccessible.queryAccessibleInterface(event.object()))))  # type: ignore[attr-defined]
        send(event)  # type: ignore[arg-type]

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    toasts: Toasts = idle.window.toasts
    toasts.show("Moved to the trash.", lambda: None)
    toasts.keep("Three stars.", None)
    idle.announcer.say("Making the picture")
    error = idle.window.page.findChildren(InlineError)[0]
    error.show_error(FastFaceError("It did not work.", "Try again."))
    kinds = [kind for kind, _ in told]
    texts = [text for _, text in told]
    assert texts[:3] == ["Moved to the trash.", "Three stars.", "Making the picture"]
    assert kinds[:3] == [QAccessible.Event.Alert, QAccessible.Event.Announcement, QAccessible.Event.Announcement]
    assert "It did not work" in texts[3]
    assert kinds[3] == QAccessible.Event.Alert


def test_from_a_photo_to_a_saved_picture_by_a_readers_keys_alone(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.resize(1280, 800)
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(ROOT / "tests" / "data" / "starter" / "person-0.jpg"))])
    assert window.take(dropped)
    do(named(window, "Ink sketch"))
    do(named(window, "Make a picture"))
    consent = window.pages["create"].bar.consent  # type: ignore[attr-defined]
    qtbot.waitUntil(consent.isVisible, timeout=PATIENCE)
    do(named(window, "Yes, make the picture"))
    qtbot.waitUntil(lambda: bool(desktop.queue.jobs()), timeout=PATIENCE)
    folder: Path = paths.pictures_folder()
    qtbot.waitUntil(lambda: any(folder.rglob("*.png")), timeout=PATIENCE)
    qtbot.waitUntil(lambda: desktop.announcer.last == "The picture is made", timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.pages["create"].pictures.picture is not None, timeout=PATIENCE)  # type: ignore[attr-defined]
    # What can be done with it is named too.
    for act in ("Reject this picture", "Into the trash", "Vary", "Export"):
        qtbot.waitUntil(lambda act=act: bool(usable(window.page, act)), timeout=PATIENCE)
    strip = named(window.page, "Pictures of this session")
    assert any("Seed" in name(strip.child(place)) for place in range(strip.childCount()))  # type: ignore[attr-defined]

"""A list among things that are scrolled: what has no room, and the wheel."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_desktop.ui.widgets.calm_combo import CalmCombo


def shown(qtbot: QtBot, *texts: str) -> CalmCombo:
    combo = CalmCombo()
    combo.addItems(texts)
    combo.setFixedSize(140, 30)
    qtbot.addWidget(combo)
    combo.show()
    return combo


def test_what_has_no_room_ends_with_three_dots(qtbot: QtBot) -> None:
    long = "Identity weight, adapter strength and much more"
    combo = shown(qtbot, long)
    image = combo.grab().toImage()
    beginnings = [f"{long[:count]}\N{HORIZONTAL ELLIPSIS}" for count in range(1, len(long))]
    whole = [text for text in beginnings if combo.fontMetrics().horizontalAdvance(text) < combo.width() - 15]
    assert image in [shown(qtbot, text).grab().toImage() for text in whole]
    assert combo.currentText() == long
    assert shown(qtbot, "Short").grab().toImage() != image


def test_the_wheel_changes_nothing(qtbot: QtBot) -> None:
    combo = shown(qtbot, "one", "two", "three")
    wheel = QWheelEvent(
        QPointF(10, 10),
        combo.mapToGlobal(QPointF(10, 10)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, wheel)
    assert combo.currentIndex() == 0
    assert not wheel.isAccepted()

"""The style sheet of the whole application, made from the tokens.

What a widget is says its dynamic property `kind` (a button "primary", "quiet", "rail"; a frame "card") or `role` (a
label "title", "secondary"): screens set those and never a colour.
"""

from collections.abc import Callable, Mapping
from string import Template
from typing import Final

from fastface_desktop.ui.theme.tokens import Colours, Radius, Size, Space, Type

CONTROL_ICONS: Final = {
    "check": "on_accent",
    "dot": "on_accent",
    "chevron-down": "secondary",
    "chevron-up": "secondary",
}
"""The icons that the style sheet shows, and their colours."""

_SHEET = Template("""
* { font-size: ${body}px; }
QToolTip { color: $text; background: $surface_3; border: 1px solid $line; border-radius: ${radius}px;
    padding: 6px 8px; }
QWidget { color: $text; selection-background-color: $accent; selection-color: $on_accent; }
QWidget:disabled { color: $disabled; }
QMainWindow, QDialog, QWidget[kind="page"] { background: $surface_0; }
QLabel, QCheckBox, QRadioButton { background: transparent; }

QLabel[role="caption"] { font-size: ${caption}px; color: $secondary; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="lead"] { font-size: ${lead}px; font-weight: 600; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="display"] { font-size: ${display}px; font-weight: 600; }
QLabel[role="good"], QLabel[tone="good"] { color: $good; }
QLabel[role="warn"], QLabel[tone="warn"] { color: $warn; }
QLabel[role="bad"], QLabel[tone="bad"] { color: $bad; }
QLabel[role]:disabled { color: $disabled; }

QFrame[kind="card"] { background: $surface_1; border: 1px solid $line; border-radius: ${card}px; }
QFrame[kind="controls"] { background: $surface_1; border: none; border-right: 1px solid $line; }
QFrame[kind="foot"] { background: transparent; border: none; border-top: 1px solid $line; }
QFrame[kind="plain"] { background: transparent; border: none; }
QFrame[kind="panel"] { background: $surface_1; border: none; }
QFrame[kind="error"] { background: $surface_1; border: 1px solid $bad; border-radius: ${card}px; }
QFrame[kind="toast"] { background: $surface_3; border: 1px solid $line; border-radius: ${card}px; }
QFrame[kind="rail"] { background: $surface_1; border: none; border-right: 1px solid $line; }
QFrame[kind="status"] { background: $surface_1; border: none; border-top: 1px solid $line; }
QFrame[kind="drawer"] { background: $surface_1; border: none; border-left: 1px solid $line; }
QFrame[kind="inspector"] { background: $surface_1; border: none; border-left: 1px solid $line; }
QFrame[kind="pane"] { background: transparent; border: 2px solid transparent; border-radius: ${card}px; }
QFrame[kind="pane"][chosen="yes"] { border-color: $focus; }
QFrame[kind="selection"] { background: $surface_1; border: none; border-top: 1px solid $line; }
QFrame[kind="inset"] { background: $surface_2; border: none; border-radius: ${radius}px; }
QFrame[kind="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QPushButton, QToolButton {
    background: $surface_2; color: $text; border: 1px solid $line; border-radius: ${radius}px;
    padding: 0 11px; min-height: ${control_inner}px;
}
QPushButton:hover, QToolButton:hover { background: $surface_3; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; background: $surface_1; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 0 10px; min-height: ${control_focus}px; }
QPushButton:checked, QToolButton:checked { background: $surface_3; border-color: $accent; }
QPushButton:checked:focus, QToolButton:checked:focus { border-color: $focus; }

QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; padding: 0 15px;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent; }
QPushButton[kind="primary"]:disabled { background: $surface_2; color: $disabled; border-color: $line; }
QPushButton[kind="primary"]:focus { border: 2px solid $focus; padding: 0 14px; }

QPushButton[kind="quiet"], QToolButton[kind="quiet"] { background: transparent; border: 1px solid transparent; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $surface_3; }
QPushButton[kind="quiet"]:pressed, QToolButton[kind="quiet"]:pressed { background: $line; }
QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked { background: $surface_3; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border: 2px solid $focus; }
QPushButton[kind="link"] {
    background: transparent; border: 1px solid transparent; color: $link; padding: 0 1px; min-height: ${hit_inner}px;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid $focus; padding: 0; min-height: ${hit_focus}px; }
QToolButton[kind="icon"] {
    background: transparent; border: 1px solid transparent; padding: 3px; min-height: 20px; min-width: 20px;
}
QToolButton[kind="icon"]:hover { background: $surface_3; }
QToolButton[kind="icon"]:pressed { background: $line; }
QToolButton[kind="icon"]:checked { background: $surface_3; border-color: $line; }
QToolButton[kind="icon"]:focus { border: 2px solid $focus; padding: 2px; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }

QToolButton[kind="rail"] {
    background: transparent; border: 2px solid transparent; border-radius: ${card}px; color: $secondary;
    font-size: ${caption}px; padding: 6px 2px; min-height: 0;
}
QToolButton[kind="rail"]:hover { background: $surface_2; color: $text; }
QToolButton[kind="rail"]:checked { background: $surface_3; color: $text; font-weight: 600; }
QToolButton[kind="rail"]:focus { border: 2px solid $focus; padding: 6px 2px; }

QPushButton[kind="chip"] {
    background: transparent; border: 1px solid $line; border-radius: ${chip_radius}px; padding: 0 11px;
    min-height: ${chip_inner}px; color: $secondary;
}
QPushButton[kind="chip"]:hover { background: $surface_3; color: $text; }
QPushButton[kind="chip"]:checked { background: $surface_3; border-color: $accent; color: $text; }
QPushButton[kind="chip"]:focus { border: 2px solid $focus; padding: 0 10px; min-height: ${chip_focus}px; }
QPushButton[kind="status"] {
    background: transparent; border: 1px solid transparent; border-radius: 4px; color: $secondary;
    font-size: ${caption}px; padding: 0 7px; min-height: ${status_inner}px;
}
QPushButton[kind="status"]:hover { background: $surface_3; color: $text; }
QPushButton[kind="status"]:focus { border: 2px solid $focus; padding: 0 6px; min-height: ${status_focus}px; }
QPushButton[kind="entry"] {
    background: transparent; border: 1px solid transparent; text-align: left; padding: 0 11px; color: $secondary;
}
QPushButton[kind="entry"]:hover { background: $surface_2; color: $text; }
QPushButton[kind="entry"]:checked { background: $surface_3; color: $text; font-weight: 600; }
QPushButton[kind="entry"]:focus { border: 2px solid $focus; padding: 0 10px; }
QPushButton[kind="section"] {
    background: transparent; border: 1px solid transparent; text-align: left; padding: 0 3px; color: $text;
    font-weight: 600;
}
QPushButton[kind="section"]:hover { background: $surface_2; }
QPushButton[kind="section"]:focus { border: 2px solid $focus; padding: 0 2px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QDateEdit, QComboBox {
    background: $surface_2; color: $text; border: 1px solid $line; border-radius: ${radius}px; padding: 0 9px;
    min-height: ${control_inner}px;
}
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $secondary; }
QPlainTextEdit, QTextEdit { padding: 5px 5px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover,
QDateEdit:hover, QComboBox:hover {
    border-color: $secondary;
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus, QComboBox:focus {
    border: 2px solid $focus; padding: 0 8px; min-height: ${control_focus}px;
}
QLineEdit[kind="title"] {
    background: transparent; border: 1px solid transparent; font-size: ${title}px; font-weight: 600;
}
QLineEdit[kind="title"]:hover { background: $surface_2; }
QLineEdit[kind="title"]:focus { border: 2px solid $focus; background: $surface_2; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $focus; padding: 4px 4px; }
QLineEdit:read-only { background: transparent; }
QLineEdit[kind="cell"] { padding: 0 2px; }
QLineEdit[kind="cell"]:focus { padding: 0 1px; }
QFrame[kind="inset"] QLineEdit, QFrame[kind="inset"] QComboBox { background: $surface_1; }
QLineEdit[kind="title"] { font-size: ${title}px; font-weight: 600; min-height: ${control_title}px; }
QLineEdit[tone="bad"], QLineEdit[tone="bad"]:focus { border: 2px solid $bad; }
QDateEdit[tone="bad"], QDateEdit[tone="bad"]:focus {
    border: 2px solid $bad; padding: 0 8px; min-height: ${control_focus}px; max-height: ${control_focus}px;
}
QGraphicsView[kind="plot"] { border: 2px solid transparent; border-radius: ${radius}px; background: transparent; }
QGraphicsView[kind="plot"]:focus { border: 2px solid $focus; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QDateEdit:disabled,
QComboBox:disabled {
    background: $surface_1; color: $disabled; border-color: $line;
}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {
    border: none; padding: 0 0 0 6px; min-height: 0; background: transparent;
}
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url($icon_chevron_down); width: 16px; height: 16px; }
QCalendarWidget QWidget { background: $surface_2; alternate-background-color: $surface_2; }
QCalendarWidget QAbstractItemView {
    background: $surface_2; color: $text; border: none; outline: none;
    selection-background-color: $accent; selection-color: $on_accent;
}
QCalendarWidget QAbstractItemView:disabled { color: $disabled; }
QCalendarWidget QToolButton { background: transparent; border: 1px solid transparent; padding: 0 6px; }
QCalendarWidget QToolButton:hover { background: $surface_3; }
QCalendarWidget QToolButton:focus { border: 2px solid $focus; padding: 0 5px; }
QComboBox QAbstractItemView {
    background: $surface_2; border: 1px solid $line; border-radius: ${radius}px; padding: 4px; outline: none;
}
QComboBox QAbstractItemView::item { min-height: ${hit}px; padding: 0 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $surface_3; color: $text; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QDateEdit::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 22px; border: none; margin: 2px 2px 0 0;
}
QSpinBox::down-button, QDoubleSpinBox::down-button, QDateEdit::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 22px; border: none; margin: 0 2px 2px 0;
}
QSpinBox, QDoubleSpinBox, QDateEdit { max-height: ${control_inner}px; }
QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus { max-height: ${control_focus}px; }
QSpinBox[kind="bare"] { padding: 0; }
QSpinBox[kind="bare"]::up-button, QSpinBox[kind="bare"]::down-button { width: 0; margin: 0; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QDateEdit::up-arrow {
    image: url($icon_chevron_up); width: 12px; height: 12px;
}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QDateEdit::down-arrow {
    image: url($icon_chevron_down); width: 12px; height: 12px;
}
QSpinBox[kind="bare"]::up-arrow, QSpinBox[kind="bare"]::down-arrow { image: none; width: 0; height: 0; }

QCheckBox, QRadioButton {
    spacing: ${small}px; min-height: ${hit}px; border: 2px solid transparent; border-radius: ${radius}px; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid $focus; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 16px; height: 16px; background: $surface_2; border: 1px solid $secondary; border-radius: 4px;
}
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($icon_check); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url($icon_dot); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: $surface_1; }
QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled { background: $disabled; }

QSlider { min-height: ${hit}px; border: 2px solid transparent; border-radius: ${radius}px; }
QSlider:focus { border: 2px solid $focus; }
QSlider::groove:horizontal { height: 4px; background: $surface_3; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::sub-page:horizontal:disabled { background: $line; }
QSlider[kind="middle"]::sub-page:horizontal { background: $surface_3; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $text; border: 1px solid $surface_0;
}
QSlider::handle:horizontal:hover { background: $accent_hover; }
QSlider::handle:horizontal:disabled { background: $disabled; }

QProgressBar { background: $surface_3; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QProgressBar[kind="calm"]::chunk { background: $secondary; }
QProgressBar[kind="full"]::chunk { background: $bad; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[kind="scrolled"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 3px 2px; }
QScrollBar::handle:hover { background: $disabled; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $surface_2; border: 1px solid $line; border-radius: ${radius}px; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 10px; border-radius: 4px; }
QMenu::item:selected { background: $surface_3; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QListView, QTreeView, QTableView { background: transparent; border: none; outline: none; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
    background: transparent; color: $secondary; border: none; border-bottom: 1px solid $line; padding: 4px 8px 4px 4px;
}
QTableView[kind="rows"]::item { padding: 0 4px; }
QTableView[kind="rows"]::item:selected { background: $surface_3; color: $text; }
QTableView[kind="rows"]:focus { border: 2px solid $focus; border-radius: ${radius}px; }
QListView::item { border-radius: ${radius}px; }
QListView::item:hover { background: $surface_2; }
QListView::item:selected { background: $surface_3; color: $text; }
QListView:focus { border: 2px solid $focus; border-radius: ${radius}px; }
QListView[kind="filmstrip"], QListView[kind="filmstrip"]:focus { border: none; }
QListView[kind="filmstrip"]::item, QListView[kind="filmstrip"]::item:hover { background: transparent; }
QListView[kind="grid"], QListView[kind="grid"]:focus { border: none; }
QListView[kind="grid"]::item, QListView[kind="grid"]::item:hover { background: transparent; }
QTableView[kind="grid"] { selection-background-color: transparent; }
QTableView QHeaderView, QTableView QTableCornerButton::section { background: transparent; border: none; }
QHeaderView::section { background: transparent; border: none; color: $secondary; padding: 2px 4px; }
QListView[kind="choices"] {
    background: $surface_2; border: 1px solid $line; border-radius: ${radius}px; padding: 2px;
}
QListView[kind="choices"]:focus { border: 2px solid $focus; padding: 1px; }
QListView[kind="choices"]::item { min-height: ${hit}px; padding: 0 4px; }
QListView[kind="choices"]::indicator {
    width: 16px; height: 16px; background: $surface_1; border: 1px solid $secondary; border-radius: 4px;
}
QListView[kind="choices"]::indicator:checked {
    background: $accent; border-color: $accent; image: url($icon_check);
}
QSplitter::handle { background: $line; }
""")


def style_sheet(colours: Colours, px: Callable[[int], int], icons: Mapping[str, str]) -> str:
    """The sheet of one theme.

    Args:
        px: how large a size is with the user's text.
        icons: a file for each of `CONTROL_ICONS`.
    """
    control, hit, chip = px(Size.CONTROL), px(Size.HIT), px(Size.HIT)
    return _SHEET.substitute(
        {name: getattr(colours, name) for name in colours.__slots__},
        caption=px(Type.CAPTION),
        body=px(Type.BODY),
        lead=px(Type.LEAD),
        title=px(Type.TITLE),
        display=px(Type.DISPLAY),
        radius=Radius.CONTROL,
        card=Radius.CARD,
        small=Space.S,
        hit=hit,
        # Qt adds the border to what a style sheet calls the height.
        control_inner=control - 2,
        control_focus=control - 4,
        control_title=control + px(Space.S),
        hit_inner=hit - 2,
        hit_focus=hit - 4,
        chip_inner=chip - 2,
        chip_focus=chip - 4,
        chip_radius=chip // 2,
        status_inner=px(Size.STATUS_BAR) - 8,
        status_focus=px(Size.STATUS_BAR) - 10,
        **{f"icon_{name.replace('-', '_')}": file for name, file in icons.items()},
    )

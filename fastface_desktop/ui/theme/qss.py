"""The style sheet of the window's parts, made from the tokens.

What a widget is says its dynamic property `kind` (a button "primary", "quiet", "rail"; a frame "card") or `role` (a
label "title", "secondary"): screens set those and never a colour. Nothing here draws a focus: `ui.ring` does.
"""

from collections.abc import Callable, Mapping
from string import Template
from typing import Final

from fastface_desktop.ui.theme.tokens import Colours, Radius, Size, Space, Type

CONTROL_ICONS: Final = {
    "check": "surface_1",
    "dot": "surface_1",
    "chevron-down": "secondary",
    "chevron-up": "secondary",
}
"""The icons that the style sheet shows, and their colours."""

_SHEET = Template("""
QToolTip { color: $on_tip; background: $tip; border: none; padding: 6px 8px; font-size: ${caption}px; }
QWidget { color: $text; selection-background-color: $accent; selection-color: $on_accent; }
QWidget:disabled { color: $disabled; }
QWidget[kind="page"] { background: $surface_0; }
QLabel, QCheckBox, QRadioButton { background: transparent; }

QLabel[role="small"] { font-size: ${tiny}px; color: $secondary; }
QLabel[role="caption"] { font-size: ${caption}px; color: $secondary; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="lead"] { font-size: ${lead}px; color: $secondary; }
QLabel[role="heading"] { font-size: ${lead}px; font-weight: 600; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="display"] { font-size: ${display}px; font-weight: 600; }
QLabel[role="first"] { font-size: ${first}px; font-weight: 600; }
QLabel[role="good"], QLabel[tone="good"] { color: $good; }
QLabel[role="warn"], QLabel[tone="warn"] { color: $warn; }
QLabel[role="bad"], QLabel[tone="bad"] { color: $bad; }
QLabel[role]:disabled { color: $disabled; }

QFrame[kind="card"], QFrame[kind="error"] { background: $surface_1; border: none; border-radius: ${card}px; }
QFrame[kind="sheet"] { background: $surface_1; border: none; border-radius: ${sheet}px; }
QFrame[kind="controls"], QFrame[kind="panel"], QFrame[kind="rail"], QFrame[kind="status"], QFrame[kind="drawer"],
QFrame[kind="inspector"], QFrame[kind="selection"] { background: $surface_1; border: none; }
QFrame[kind="controls"] QFrame[kind="error"], QFrame[kind="inspector"] QFrame[kind="error"],
QFrame[kind="card"] QFrame[kind="error"] { background: $surface_2; }
QFrame[kind="foot"], QFrame[kind="plain"], QFrame[kind="pane"] { background: transparent; border: none; }
QFrame[kind="inset"], QFrame[kind="running"], QFrame[kind="unfinished"] {
    background: $surface_2; border: none; border-radius: ${picture}px;
}
QFrame[kind="running"] { border-radius: 0; }
QFrame[kind="unfinished"] QPushButton { background: $surface_3; }
QFrame[kind="toast"] { background: $tip; border: none; border-radius: ${picture}px; }
QFrame[kind="toast"] QLabel { color: $on_tip; }
QFrame[kind="toast"] QPushButton { color: $undo; }
QFrame[kind="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QPushButton, QToolButton {
    background: $surface_2; color: $text; border: none; border-radius: ${radius}px; padding: 0 12px;
    min-height: ${control}px;
}
QPushButton:hover, QToolButton:hover { background: $surface_3; }
QPushButton:pressed, QToolButton:pressed { background: $surface_4; }
QPushButton:checked, QToolButton:checked { background: $surface_3; font-weight: 600; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; }
QFrame[kind="card"] QPushButton[kind="plain"], QFrame[kind="inset"] QPushButton { background: $surface_3; }
QFrame[kind="inset"] QPushButton[kind="quiet"]:!hover { background: transparent; }

QPushButton[kind="primary"], QPushButton[kind="big"] {
    background: $accent; color: $on_accent; font-weight: 600; padding: 0 16px;
}
QPushButton[kind="big"] {
    font-size: ${lead}px; min-height: ${big}px; border-radius: ${picture}px; padding: 0 20px;
}
QPushButton[kind="large"] {
    font-size: ${lead}px; min-height: ${big}px; border-radius: ${picture}px; padding: 0 20px;
}
QPushButton[kind="primary"]:hover, QPushButton[kind="big"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:pressed, QPushButton[kind="big"]:pressed { background: $accent; }
QPushButton[kind="primary"]:disabled, QPushButton[kind="big"]:disabled { background: $surface_2; color: $disabled; }

QPushButton[kind="quiet"], QToolButton[kind="quiet"], QToolButton[kind="icon"], QPushButton[kind="remove"],
QPushButton[kind="status"], QPushButton[kind="entry"], QPushButton[kind="section"] { background: transparent; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover, QToolButton[kind="icon"]:hover,
QPushButton[kind="remove"]:hover, QPushButton[kind="entry"]:hover, QPushButton[kind="section"]:hover {
    background: $surface_2;
}
QPushButton[kind="quiet"]:pressed, QToolButton[kind="quiet"]:pressed, QToolButton[kind="icon"]:pressed,
QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked, QToolButton[kind="icon"]:checked {
    background: $surface_3;
}
QPushButton[kind="remove"] { color: $bad; }
QPushButton[kind="link"] {
    background: transparent; color: $link; padding: 0; min-height: ${hit}px; text-align: left;
}
QPushButton[kind="link"][tone="secondary"] { color: $secondary; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:disabled { color: $disabled; }
QToolButton[kind="icon"] { padding: 0; min-height: ${control}px; min-width: ${control}px; }
QToolButton[kind="icon"][size="small"] {
    min-height: ${icon_small}px; max-height: ${icon_small}px; min-width: ${icon_small}px; max-width: ${icon_small}px;
}
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }

QToolButton[kind="rail"] {
    background: transparent; border-radius: ${picture}px; color: $secondary; font-size: ${tiny}px;
    padding: ${rail_pad}px 2px; min-height: 0;
}
QToolButton[kind="rail"]:hover { background: $surface_2; color: $text; }
QToolButton[kind="rail"]:checked { background: $surface_3; color: $text; font-weight: 600; }

QLabel[role="pill"] { color: $on_badge; font-size: ${caption}px; }
QPushButton[kind="pill"] {
    background: $on_badge; color: $badge; font-size: ${caption}px; font-weight: 600; min-height: ${pill}px;
    padding: 0 10px; border-radius: ${pill_radius}px;
}
QFrame[kind="segments"] { background: $surface_2; border-radius: ${radius}px; }
QPushButton[kind="segment"] {
    background: transparent; color: $secondary; min-height: ${hit}px; padding: 0 12px; border-radius: 5px;
}
QPushButton[kind="segment"]:hover { color: $text; }
QPushButton[kind="segment"]:checked { background: $segment; color: $text; font-weight: 600; }
QPushButton[kind="segment"]:disabled { color: $disabled; }

QPushButton[kind="chip"] {
    border-radius: ${chip_radius}px; padding: 0 12px; min-height: ${hit}px; font-size: ${caption}px;
}
QPushButton[arrow="true"] { padding-right: ${chip_arrow}px; }
QPushButton[kind="status"] {
    border-radius: ${number}px; color: $secondary; font-size: ${caption}px; padding: 0 8px;
    min-height: ${status_inner}px;
}
QPushButton[kind="status"]:hover { background: $surface_2; color: $text; }
QPushButton[kind="status"]:checked { background: $surface_3; color: $text; font-weight: 400; }
QPushButton[kind="entry"] { text-align: left; padding: 0 12px; }
QPushButton[kind="entry"]:checked { background: $surface_3; }
QPushButton[kind="section"] { text-align: left; padding: 0 4px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QDateEdit, QComboBox {
    background: $surface_2; color: $text; border: none; border-bottom: 1px solid $field;
    border-radius: ${radius}px; padding: 0 10px; min-height: ${control_field}px;
}
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $secondary; }
QPlainTextEdit, QTextEdit { padding: 6px 6px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus {
    border-bottom-color: $focus;
}
QLineEdit[kind="title"] {
    background: transparent; border-bottom-color: transparent; font-size: ${title}px; font-weight: 600; padding: 0;
    min-height: ${control_title}px;
}
QLineEdit[kind="title"]:hover { background: $surface_2; }
QLineEdit[kind="title"]:focus { border-bottom-color: $focus; background: $surface_2; }
QLineEdit { lineedit-password-character: 8226; }
QLineEdit:read-only { background: transparent; border-bottom-color: transparent; }
QLineEdit[kind="cell"] { padding: 0 6px; border-radius: ${number}px; min-height: ${cell}px; }
QLineEdit[tone="warn"] { border-bottom: 2px solid $warn; min-height: ${cell_warn}px; }
QPushButton[kind="curve"] {
    background: transparent; text-align: left; padding: 0 2px; min-height: ${cell}px; border-radius: ${number}px;
}
QPushButton[kind="curve"]:hover { background: $surface_2; }
QFrame[kind="inset"] QLineEdit, QFrame[kind="inset"] QComboBox { background: $surface_1; }
QLineEdit[tone="bad"], QDateEdit[tone="bad"] { border-bottom: 2px solid $bad; min-height: ${control_bad}px; }
QLineEdit[kind="cell"][tone="bad"] { min-height: ${cell_warn}px; }
QGraphicsView[kind="plot"] { border: none; background: transparent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QDateEdit:disabled,
QComboBox:disabled { color: $disabled; border-bottom-color: $surface_3; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {
    border: none; padding: 0 0 0 4px; min-height: 0; background: transparent;
}
QComboBox:hover { background: $surface_3; }
QComboBox { border-bottom-color: transparent; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: ${control_field}px; }
QComboBox::down-arrow { image: url($icon_chevron_down); width: ${arrow}px; height: ${arrow}px; }
QCalendarWidget QWidget { background: $surface_2; alternate-background-color: $surface_2; }
QCalendarWidget QAbstractItemView {
    background: $surface_2; color: $text; border: none; outline: none;
    selection-background-color: $accent; selection-color: $on_accent;
}
QCalendarWidget QAbstractItemView:disabled { color: $disabled; }
QCalendarWidget QToolButton { background: transparent; padding: 0 6px; }
QCalendarWidget QToolButton:hover { background: $surface_3; }
QComboBox QAbstractItemView { background: $surface_2; border: 1px solid $line; padding: 4px; outline: none; }
QComboBox QAbstractItemView::item { min-height: ${hit}px; padding: 0 6px; border-radius: ${number}px; }
QComboBox QAbstractItemView::item:selected { background: $surface_3; color: $text; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QDateEdit::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 22px; border: none; margin: 2px 2px 0 0;
}
QSpinBox::down-button, QDoubleSpinBox::down-button, QDateEdit::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 22px; border: none; margin: 0 2px 2px 0;
}
QSpinBox, QDoubleSpinBox, QDateEdit { max-height: ${control_field}px; }
QSpinBox[kind="bare"] { padding: 0; border-bottom-color: transparent; background: transparent; font-weight: 600; }
QSpinBox[kind="bare"]::up-button, QSpinBox[kind="bare"]::down-button { width: 0; margin: 0; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QDateEdit::up-arrow {
    image: url($icon_chevron_up); width: ${small_arrow}px; height: ${small_arrow}px;
}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QDateEdit::down-arrow {
    image: url($icon_chevron_down); width: ${small_arrow}px; height: ${small_arrow}px;
}
QSpinBox[kind="bare"]::up-arrow, QSpinBox[kind="bare"]::down-arrow { image: none; width: 0; height: 0; }

QCheckBox, QRadioButton { spacing: ${small}px; min-height: ${hit}px; border: none; }
QCheckBox::indicator, QRadioButton::indicator, QListView[kind="choices"]::indicator {
    width: ${box}px; height: ${box}px; background: $surface_2; border: 1px solid $field; border-radius: ${number}px;
}
QRadioButton::indicator { border-radius: ${box_radius}px; }
QCheckBox::indicator:checked, QListView[kind="choices"]::indicator:checked {
    background: $text; border-color: $text; image: url($icon_check);
}
QRadioButton::indicator:checked { background: $text; border-color: $text; image: url($icon_dot); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: $surface_1; }
QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled { background: $disabled; }

QSlider { min-height: ${hit}px; border: none; }
QSlider::groove:horizontal { height: 4px; background: $surface_3; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $text; border-radius: 2px; }
QSlider::sub-page:horizontal:disabled { background: $line; }
QSlider[kind="middle"]::sub-page:horizontal { background: $surface_3; }
QSlider::handle:horizontal {
    width: ${knob}px; height: ${knob}px; margin: -${knob_out}px 0; border-radius: ${knob_radius}px; background: $text;
}
QSlider::handle:horizontal:disabled { background: $disabled; }

QProgressBar { background: $surface_3; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QProgressBar[kind="calm"]::chunk { background: $secondary; }
QProgressBar[kind="full"]::chunk { background: $bad; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[kind="scrolled"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: ${bar}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${bar}px; margin: 0; }
QScrollBar::handle { background: $surface_3; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 3px 2px; }
QScrollBar::handle:hover { background: $surface_4; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $surface_2; border: 1px solid $surface_3; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 10px; border-radius: ${number}px; }
QMenu::item:selected { background: $surface_3; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $surface_3; margin: 4px 8px; }

QListView, QTreeView, QTableView { background: transparent; border: none; outline: none; }
QHeaderView, QTableView QHeaderView, QTableView QTableCornerButton::section { background: transparent; border: none; }
QHeaderView::section { background: transparent; border: none; color: $secondary; padding: 4px; }
QTableView[kind="rows"]::item { padding: 0 4px; }
QTableView[kind="rows"]::item:selected { background: $surface_3; color: $text; }
QTableView[kind="grid"] { selection-background-color: transparent; }
QListView::item { border-radius: ${radius}px; }
QListView::item:hover { background: $surface_2; }
QListView::item:selected { background: $surface_3; color: $text; }
QListView[kind="filmstrip"]::item, QListView[kind="filmstrip"]::item:hover, QListView[kind="grid"]::item,
QListView[kind="grid"]::item:hover { background: transparent; }
QListView[kind="choices"] { background: $surface_2; border-radius: ${radius}px; padding: 3px; }
QListView[kind="choices"]::item { min-height: ${hit}px; padding: 0 4px; }
QSplitter::handle { background: transparent; }
""")


def style_sheet(colours: Colours, px: Callable[[int], int], icons: Mapping[str, str]) -> str:
    """The sheet of one theme.

    Args:
        px: how large a size is with the user's text.
        icons: a file for each of `CONTROL_ICONS`.
    """
    control, hit, box, knob = px(Size.CONTROL), px(Size.HIT), px(Size.ICON_TEXT), px(Size.ICON_TEXT)
    return _SHEET.substitute(
        {name: getattr(colours, name) for name in colours.__slots__},
        tiny=px(Type.SMALL),
        caption=px(Type.CAPTION),
        chip_arrow=px(Size.ICON_SMALL) + Space.L,
        lead=px(Type.LEAD),
        title=px(Type.TITLE),
        display=px(Type.DISPLAY),
        first=px(Type.FIRST),
        number=Radius.NUMBER,
        radius=Radius.CONTROL,
        picture=Radius.PICTURE,
        card=Radius.CARD,
        sheet=Radius.SHEET,
        small=Space.S,
        hit=hit,
        control=control,
        icon_small=px(Size.PILL),
        big=px(Size.BIG),
        # Qt adds the border to what a style sheet calls the height.
        control_field=control - 1,
        control_bad=control - 2,
        cell=px(Size.NUMBER) - 1,
        cell_warn=px(Size.NUMBER) - 2,
        control_title=control + px(Space.S),
        chip_radius=hit // 2,
        pill=px(Size.PILL),
        pill_radius=px(Size.PILL) // 2,
        status_inner=px(Size.STATUS_BAR) - Space.XS,
        rail_pad=px(Space.XS + 2),
        bar=Size.SCROLL_BAR,
        arrow=px(Size.ICON_TEXT),
        small_arrow=px(Size.ICON_SMALL),
        box=box,
        box_radius=box // 2 + 1,
        knob=knob,
        knob_radius=knob // 2,
        knob_out=(knob - 4) // 2,
        **{f"icon_{name.replace('-', '_')}": file for name, file in icons.items()},
    )

"""The head above the grid: words to search for, the button Filter, chips of what is filtered by, and the size."""

from datetime import date
from functools import partial

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSlider, QWidget

from fastface_core.models.installed import STARTER
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.view import LARGEST, SMALLEST, STEP, Days
from fastface_desktop.ui.gallery.days import DaysStrip
from fastface_desktop.ui.gallery.filter_chip import FilterChip, Options
from fastface_desktop.ui.gallery.filter_chips import CHOOSE, make_chips
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Chip, IconButton, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import column
from fastface_desktop.ui.widgets.segments import Segments

_DEBOUNCE = 150
"""Milliseconds after the last letter."""
_SEARCH, _WIDEST = 144, 240
"""The field for words, however large they are: chips need room too."""
_SLIDER = 56


class FilterBar(QWidget):
    """Shows and changes the view of the Gallery."""

    places_wanted = Signal()
    """The list on the left, where the page is too narrow for it."""
    column_wanted = Signal(str)
    """"pictures" or "details", where there is room for one of them."""
    empty_wanted = Signal()
    entered = Signal()
    """Down or Enter in the field of words: on to the pictures."""

    def __init__(self, gallery: Gallery, theme: Theme) -> None:
        super().__init__()
        self._gallery, self._theme = gallery, theme
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setToolTip(self.tr("Words that all occur in the prompt, a tag, a name"))
        self.search.setAccessibleName(self.tr("Search"))
        # Not an action of the field: its place does not follow the style sheet's height.
        icon = IconLabel("search", "secondary", theme, size=Size.ICON - 4)
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(Space.S, 0, 0, 0)
        inside.addWidget(icon)
        inside.addStretch()
        self.forget_button = IconButton("close", self.tr("Forget these words"), theme)
        self.forget_button.clicked.connect(self._forget)
        inside.addWidget(self.forget_button)
        inside.setSpacing(0)
        self.search.textChanged.connect(self._offer_to_forget)
        self._typing = Debounce(_DEBOUNCE, self._search, self)
        self.search.textEdited.connect(self._typed)
        self.search.returnPressed.connect(self._enter)
        self.chips = make_chips(gallery, theme)
        for name, chip in self.chips.items():
            chip.chosen.connect(self._set_days if name == "made" else self._set_filter)
        self.days = DaysStrip(theme)
        self.days.chosen.connect(self._set_made)
        self.days.closed.connect(self.chips["made"].setFocus)
        self.clear_button = button(self.tr("Clear"), self.tr("Show all pictures again"), "link")
        self.clear_button.clicked.connect(gallery.clear_filters)
        self.count = label(role="caption")
        """How many pictures are shown; it is in the head of the list on the left."""
        self.new_chip = Chip("", self.tr("Show the pictures that were made meanwhile"))
        self.new_chip.setCheckable(False)
        icons.bind(self.new_chip, "dot", theme, "accent", size=Size.ICON_SMALL)
        self.new_chip.clicked.connect(gallery.show_waiting)
        # The chip goes: keys are to act on the pictures, and not on what stands next to it.
        self.new_chip.clicked.connect(self.entered)
        gallery.waiting_changed.connect(self._show_waiting)
        self._show_waiting(gallery.waiting)
        self.places_button = button("", self.tr("Another place: albums, the best, the trash"), "quiet")
        icons.bind(self.places_button, "chevron-down", theme, "secondary", size=Size.ICON_TEXT)
        self.places_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.places_button.clicked.connect(self.places_wanted)
        self.places_button.hide()
        self.columns = Segments(
            [
                ("pictures", "", self.tr("Pictures"), self.tr("The pictures")),
                ("details", "", self.tr("Details"), self.tr("What is known of the chosen picture")),
            ],
            self.tr("Pictures or details"),
            theme,
            wide=False,
        )
        self.columns.choose("pictures")
        self.columns.chosen.connect(self.column_wanted)
        self.columns.hide()
        self.filter_button = button(self.tr("Filter"), self.tr("By what, and in which order"), "quiet")
        icons.bind(self.filter_button, "filter", theme, "secondary", size=Size.ICON_BUTTON)
        self.filter_button.clicked.connect(self.open_menu)
        self.sort = FilterChip(
            self.tr("Order"), self.tr("In which order"), self._orders, self.tr("Newest first"), self._theme
        )
        self.sort.chosen.connect(self._set_order)
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(SMALLEST // STEP, LARGEST // STEP)
        self.size_slider.setToolTip(self.tr("Size of the pictures"))
        self.size_slider.setAccessibleName(self.tr("Size of the pictures"))
        self.size_slider.valueChanged.connect(self._set_size)
        self.inspector_button = IconButton("panel", self.tr("Show or hide the details"), theme)
        self.inspector_button.setCheckable(True)
        self.inspector_button.clicked.connect(self._set_inspector)
        bind_action(self.search, "gallery.search")
        bind_action(self.size_slider, "gallery.larger")
        bind_action(self.inspector_button, "gallery.details")
        self.empty_button = button(self.tr("Empty the trash…"), self.tr("Delete everything in it for good"), "quiet")
        self.empty_button.clicked.connect(self.empty_wanted)
        self._build()
        theme.changed.connect(self._size_to_text)
        self._size_to_text()
        gallery.view_changed.connect(self.show_view)
        gallery.choices_changed.connect(self.show_view)
        gallery.searched.connect(self._count)
        for signal in (gallery.model.rowsInserted, gallery.model.rowsRemoved):
            signal.connect(self._count)
        self._offer_to_forget("")
        self.show_view()

    def _build(self) -> None:
        chips = flexible(QWidget())
        flow = FlowLayout(chips, Space.S)
        for one in (*self.chips.values(), self.sort, self.clear_button, self.new_chip, self.empty_button):
            flow.addWidget(one)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(Space.XL, 0, Space.XL, 0)
        self._head.setSpacing(Space.M)
        middle = Qt.AlignmentFlag.AlignVCenter
        for one in (self.places_button, self.search, self.filter_button):
            self._head.addWidget(one, 0, middle)
        self._head.addWidget(chips, 1, middle)
        for one in (self.columns, self.size_slider, self.inspector_button):
            self._head.addWidget(one, 0, middle)
        whole = column(self._head, of=self)
        self.days.setContentsMargins(Space.XL, 0, Space.XL, Space.S)
        whole.addWidget(self.days)

    def _size_to_text(self) -> None:
        """What holds text is as large as that."""
        px = self._theme.px
        self.search.setFixedWidth(min(px(_SEARCH), _WIDEST))
        self.search.setTextMargins(px(Size.ICON - 4) + Space.XS, 0, Size.HIT, 0)
        self.size_slider.setFixedWidth(px(_SLIDER))
        self._head.setContentsMargins(Space.XL, px(Space.S), Space.XL, px(Space.S))
        self.setMinimumHeight(px(Size.HEAD))

    def fit(self, *, places: bool, one_column: bool) -> None:
        """What the page has room for.

        Args:
            places: the list on the left is beside the pictures.
            one_column: either the pictures or the details are in view.
        """
        self.places_button.setVisible(not places)
        self.columns.setVisible(one_column)
        self.inspector_button.setVisible(not one_column)
        self.size_slider.setVisible(not one_column)
        self.filter_button.setText("" if one_column else self.tr("Filter"))
        self.filter_button.setAccessibleName(self.tr("Filter"))

    def say_place(self, name: str) -> None:
        """Where the view is, for the button that goes elsewhere."""
        self.places_button.setText(name)
        self.places_button.setAccessibleName(name)

    # ---- Showing

    def show_view(self) -> None:
        view = self._gallery.view
        if self.search.text().strip() != view.text and not self._typing.isActive():
            self.search.setText(view.text)
        for name, chip in self.chips.items():
            value = getattr(view, name)
            chip.show_value(value or None if name == "rating" else value)
        order = next((key for key, values in _ORDERS.items() if values == (view.sort, view.descending)), None)
        self.sort.show_value(order)
        self.days.follow(view.made)
        self.clear_button.setVisible(view.filtered)
        self.empty_button.setVisible(view.in_trash and self._gallery.choices.trashed > 0)
        self.size_slider.blockSignals(True)
        self.size_slider.setValue(view.size // STEP)
        self.size_slider.blockSignals(False)
        self.inspector_button.setChecked(view.inspector)
        choices = self._gallery.choices
        self.chips["person"].offered = bool(choices.people) or view.person is not None
        self.chips["tag"].offered = bool(choices.tags) or view.tag is not None
        # Each for the pictures that have such a number.
        starter, others = STARTER in choices.checkpoints, set(choices.checkpoints) != {STARTER}
        self.chips["likeness"].offered = others or view.likeness is not None
        self.chips["twin_match"].offered = starter or view.twin_match is not None
        self.chips["rejected"].offered = view.place not in ("rejected", "best")
        self._count()

    def _show_waiting(self, count: int) -> None:
        text = self.tr("1 new picture") if count == 1 else self.tr("{count} new pictures")
        text = text.format(count=QLocale().toString(count))
        self.new_chip.setText(text)
        self.new_chip.setAccessibleName(text)
        self.new_chip.setVisible(count > 0)

    def _count(self) -> None:
        number = self._gallery.model.rowCount()
        text = self.tr("1 picture") if number == 1 else self.tr("{count} pictures")
        self.count.setText(text.format(count=QLocale().toString(number)))

    def _orders(self) -> Options:
        return [
            (self.tr("Oldest first"), "oldest"),
            (self.tr("Most stars first"), "stars"),
            (self.tr("Best first"), "best"),
            (self.tr("Weakest first"), "weakest"),
        ]

    # ---- Changing

    def menu(self) -> QMenu:
        """Everything to filter by, the order, and how the pictures lie."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for chip in (*self.chips.values(), self.sort):
            if chip is self.sort:
                menu.addSeparator()
            if chip.offered:
                chip.fill(menu.addMenu(chip.word))
        view = self._gallery.view
        for name, text, on in (
            ("stacked", self.tr("Stack the pictures of one request"), view.stacked),
            ("advance", self.tr("A rating goes on to the next picture"), view.advance),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(on)
            action.setData(name)
            action.toggled.connect(partial(self._set_switch, name))
        return menu

    def open_menu(self) -> None:
        self.menu().popup(self.filter_button.mapToGlobal(QPoint(0, self.filter_button.height() + Space.XS)))

    def _set_switch(self, name: str, on: bool) -> None:
        self._gallery.set_view(**{name: on})

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _typed(self) -> None:
        self._typing.start()

    def _search(self) -> None:
        self._typing.stop()
        self._gallery.set_view(text=self.search.text().strip()[:1000])

    def _offer_to_forget(self, text: str) -> None:
        self.forget_button.setVisible(bool(text))

    def _forget(self) -> None:
        self.search.clear()
        self._search()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self) -> None:
        self._search()
        self.entered.emit()

    def _set_filter(self, value: object) -> None:
        name = self.sender().objectName()
        self._gallery.set_view(**{name: 0 if name == "rating" and value is None else value})

    def _set_days(self, value: object) -> None:
        """Days of one's own are looked at in the line for them; the others are chosen by that."""
        if value == CHOOSE or isinstance(value, Days):
            today = date.today()
            self.days.open(self._gallery.view.days(today), today)
        else:
            self.days.hide()
            self._set_made(value)

    def _set_made(self, days: object) -> None:
        self._gallery.set_view(made=days)

    def _set_order(self, value: object) -> None:
        sort, descending = _ORDERS[value] if isinstance(value, str) else ("date", True)
        self._gallery.set_view(sort=sort, descending=descending)

    def _set_size(self, value: int) -> None:
        self._gallery.set_view(size=value * STEP)

    def _set_inspector(self, shown: bool) -> None:
        self._gallery.set_view(inspector=shown)


_ORDERS = {
    "oldest": ("date", False),
    "stars": ("rating", True),
    "best": ("score", True),
    "weakest": ("score", False),
}

"""The line above the grid: words to search for, chips to filter by, and in which order."""

from datetime import date

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSlider, QVBoxLayout, QWidget

from fastface_core.models.installed import STARTER
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.view import LARGEST, SMALLEST, STEP, Days
from fastface_desktop.ui.gallery.days import DaysStrip, days_text
from fastface_desktop.ui.gallery.filter_chip import FilterChip, Options
from fastface_desktop.ui.shell.actions import stands_for
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import Chip, IconButton, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import IconLabel

_CALM = 150
"""Milliseconds after the last letter."""
_CHOOSE = "choose"
"""In place of days that are still to be chosen."""
_WIDEST = 384
"""The field for words, however large they are: chips need room too."""
LIKENESSES = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
MATCHES = (0.9, 0.8, 0.7, 0.6, 0.5)


class FilterBar(QWidget):
    """Shows and changes the view of the Gallery."""

    import_wanted = Signal()
    empty_wanted = Signal()
    entered = Signal()
    """Down or Enter in the field of words: on to the pictures."""

    def __init__(self, gallery: Gallery, theme: Theme) -> None:
        super().__init__()
        self._gallery, self._theme = gallery, theme
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Prompts, names, tags"))
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
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_CALM)
        self._typing.timeout.connect(self._search)
        self.search.textEdited.connect(self._typed)
        self.search.returnPressed.connect(self._enter)
        self.chips = self._make_chips()
        self.days = DaysStrip(theme)
        self.days.chosen.connect(self._set_made)
        self.days.closed.connect(self.chips["made"].setFocus)
        self.clear_button = button(self.tr("Clear"), self.tr("Show all pictures again"), "link")
        self.clear_button.clicked.connect(gallery.clear_filters)
        self.count = label(role="secondary")
        self.new_chip = Chip("", self.tr("Show the pictures that were made meanwhile"))
        self.new_chip.setCheckable(False)
        icons.bind(self.new_chip, "dot", theme, "accent", size=Size.ICON_SMALL)
        self.new_chip.clicked.connect(gallery.show_waiting)
        gallery.waiting_changed.connect(self._show_waiting)
        self._show_waiting(gallery.waiting)
        self.places = self._make_places()
        self.sort = FilterChip(
            self.tr("Newest first"), self.tr("In which order"), self._orders, self.tr("Newest first"), self._theme
        )
        self.sort.chosen.connect(self._set_order)
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(SMALLEST // STEP, LARGEST // STEP)
        self.size_slider.setToolTip(self.tr("Size of the pictures"))
        self.size_slider.setAccessibleName(self.tr("Size of the pictures"))
        self.size_slider.valueChanged.connect(self._set_size)
        self.import_button = IconButton("import", self.tr("Import the pictures of a folder"), theme)
        self.import_button.clicked.connect(self.import_wanted)
        self.inspector_button = IconButton("panel", self.tr("Show or hide the details"), theme)
        self.inspector_button.setCheckable(True)
        self.inspector_button.clicked.connect(self._set_inspector)
        stands_for(self.search, "gallery.search")
        stands_for(self.size_slider, "gallery.larger")
        stands_for(self.import_button, "gallery.import")
        stands_for(self.inspector_button, "gallery.details")
        self.empty_button = button(self.tr("Empty the trash …"), self.tr("Delete everything in it for good"), "quiet")
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

    def _make_chips(self) -> dict[str, FilterChip]:
        gallery = self._gallery

        def people() -> Options:
            known = [(name, uid) for uid, name in gallery.choices.people.items()]
            return [*known, (self.tr("Nobody known"), "")] if known else []

        def stars() -> Options:
            return [("★" * number + ("" if number == 5 else self.tr(" and more")), number) for number in range(1, 6)]

        def numbers() -> Options:
            text = self.tr("Likeness ≥ {number}")
            return [(text.format(number=likeness.number(least)), least) for least in LIKENESSES]

        def matches() -> Options:
            text = self.tr("Match ≥ {number}")
            return [(text.format(number=likeness.number(least)), least) for least in MATCHES]

        def days() -> Options:
            made = gallery.view.made
            own = [(days_text(made), made)] if isinstance(made, Days) else []
            return [
                (self.tr("Today"), "today"),
                (self.tr("Last 7 days"), "week"),
                (self.tr("Last 30 days"), "month"),
                (self.tr("Last 12 months"), "year"),
                *own,
                (self.tr("Choose days …"), _CHOOSE),
            ]

        def flags() -> Options:
            return [(self.tr("Without rejected"), "without"), (self.tr("Only rejected"), "only")]

        chips = {
            "person": FilterChip(
                self.tr("Person"), self.tr("Pictures of one person"), people, self.tr("Everybody"), self._theme
            ),
            "tag": FilterChip(
                self.tr("Tag"),
                self.tr("Pictures with a tag"),
                lambda: [(tag, tag) for tag in gallery.choices.tags],
                self.tr("With or without tags"),
                self._theme,
            ),
            "rating": FilterChip(
                self.tr("Stars"), self.tr("Pictures with stars"), stars, self.tr("Any number"), self._theme
            ),
            "likeness": FilterChip(
                self.tr("Likeness"),
                self.tr("How like the person it is at least, by the number; the words differ from model to model"),
                numbers,
                self.tr("Any likeness"),
                self._theme,
            ),
            "twin_match": FilterChip(
                self.tr("Match"),
                self.tr("How near a picture by the starter came to the drawing it was made from; no likeness"),
                matches,
                self.tr("Any match"),
                self._theme,
            ),
            "made": FilterChip(
                self.tr("Date"), self.tr("When the pictures were made"), days, self.tr("Any time"), self._theme
            ),
            "preset": FilterChip(
                self.tr("Preset"),
                self.tr("Pictures made with a preset"),
                lambda: [(name, name) for name in gallery.choices.presets],
                self.tr("Any preset"),
                self._theme,
            ),
            "checkpoint": FilterChip(
                self.tr("Model"),
                self.tr("Pictures made with a checkpoint"),
                lambda: [(name, name) for name in gallery.choices.checkpoints],
                self.tr("Any model"),
                self._theme,
            ),
            "rejected": FilterChip(
                self.tr("Rejected"),
                self.tr("With or without rejected pictures"),
                flags,
                self.tr("All of them"),
                self._theme,
            ),
        }
        for name, chip in chips.items():
            chip.setObjectName(name)
            chip.chosen.connect(self._set_days if name == "made" else self._set_filter)
        return chips

    def _make_places(self) -> FilterChip:
        chip = FilterChip(
            self.tr("All pictures"),
            self.tr("Pictures, trash or duplicates"),
            self._places,
            self.tr("All pictures"),
            self._theme,
        )
        chip.chosen.connect(self._set_place)
        return chip

    def _build(self) -> None:
        chips = QWidget()
        flow = FlowLayout(chips, Space.S)
        flow.addWidget(self.search)
        for chip in self.chips.values():
            flow.addWidget(chip)
        flow.addWidget(self.clear_button)
        flexible(chips)
        shown = flexible(QWidget())
        flow = FlowLayout(shown, Space.S)
        for one in (self.places, self.sort, self.count, self.new_chip, self.empty_button):
            flow.addWidget(one)
        second = QHBoxLayout()
        second.setSpacing(Space.S)
        second.addWidget(shown, 1, Qt.AlignmentFlag.AlignVCenter)
        for one in (self.size_slider, self.import_button, self.inspector_button):
            second.addWidget(one, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.S)
        column.setSpacing(Space.S)
        column.addWidget(chips)
        column.addLayout(second)
        column.addWidget(self.days)

    def _size_to_text(self) -> None:
        """What holds text is as large as that."""
        px = self._theme.px
        self.search.setFixedWidth(min(px(256), _WIDEST))
        self.search.setTextMargins(px(Size.ICON - 4) + Space.XS, 0, Size.HIT, 0)
        self.size_slider.setFixedWidth(px(96))

    # ---- Showing

    def show_view(self) -> None:
        view = self._gallery.view
        if self.search.text().strip() != view.text and not self._typing.isActive():
            self.search.setText(view.text)
        for name, chip in self.chips.items():
            value = getattr(view, name)
            chip.show_value(value or None if name == "rating" else value)
        self.places.show_value(None if view.place == "pictures" else view.place)
        order = next((key for key, values in _ORDERS.items() if values == (view.sort, view.descending)), None)
        self.sort.show_value(order)
        self.sort.setChecked(False)
        self.days.follow(view.made)
        self.clear_button.setVisible(view.filtered)
        self.empty_button.setVisible(view.in_trash and self._gallery.choices.trashed > 0)
        self.size_slider.blockSignals(True)
        self.size_slider.setValue(view.size // STEP)
        self.size_slider.blockSignals(False)
        self.inspector_button.setChecked(view.inspector)
        choices = self._gallery.choices
        self.chips["person"].setVisible(bool(choices.people) or view.person is not None)
        self.chips["tag"].setVisible(bool(choices.tags) or view.tag is not None)
        # Each for the pictures that have such a number.
        starter, others = STARTER in choices.checkpoints, set(choices.checkpoints) != {STARTER}
        self.chips["likeness"].setVisible(others or view.likeness is not None)
        self.chips["twin_match"].setVisible(starter or view.twin_match is not None)
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

    def _places(self) -> Options:
        trashed = QLocale().toString(self._gallery.choices.trashed)
        return [(self.tr("Trash ({count})").format(count=trashed), "trash"), (self.tr("Duplicates"), "duplicates")]

    def _orders(self) -> Options:
        return [
            (self.tr("Oldest first"), "oldest"),
            (self.tr("Most stars first"), "stars"),
            (self.tr("Best first"), "best"),
            (self.tr("Weakest first"), "weakest"),
        ]

    # ---- Changing

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
        if value == _CHOOSE or isinstance(value, Days):
            today = date.today()
            self.days.open(self._gallery.view.days(today), today)
        else:
            self.days.hide()
            self._set_made(value)

    def _set_made(self, days: object) -> None:
        self._gallery.set_view(made=days)

    def _set_place(self, value: object) -> None:
        self._gallery.set_view(place=value or "pictures")

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

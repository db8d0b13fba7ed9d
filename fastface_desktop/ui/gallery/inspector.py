"""What is known of the chosen pictures: on the right of the grid."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QDateTime, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fastface_core.library.gallery import PictureDetails, PictureRow
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.translation import translated
from fastface_desktop.ui.gallery.pictures_seen import PicturesSeen
from fastface_desktop.ui.gallery.sums import Terms, summary, terms_of, terms_text
from fastface_desktop.ui.gallery.tag_field import TagField
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space, Type
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, button, label, restyle
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.label_dots import LabelDots
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.scrolling import Scrolled, keep_in_line, scroller
from fastface_desktop.ui.widgets.stars import Stars
from fastface_desktop.values import Worth

MOST_COMPARED: Final = 4
_UNBOUNDED: Final = (1 << 24) - 1
"""Qt's largest width of a widget."""
_FACT: Final = 88
"""The width of what a fact is called."""


class Inspector(QFrame):
    """Shows one picture's details, or how many are chosen."""

    settings_wanted = Signal()
    vary_wanted = Signal()
    repeat_wanted = Signal()
    folder_wanted = Signal()
    copy_wanted = Signal()
    save_wanted = Signal()
    find_wanted = Signal()
    models_wanted = Signal()
    stack_wanted = Signal()
    compare_wanted = Signal()

    def __init__(self, gallery: Gallery, theme: Theme) -> None:
        super().__init__()
        self._gallery, self._theme = gallery, theme
        self.details: PictureDetails | None = None
        self.setProperty("kind", "inspector")
        self._one_column = False
        self._make_parts()
        self._build()
        self.show_nothing()
        theme.changed.connect(self._fit)
        self._fit()

    def set_one_column(self, alone: bool) -> None:
        """Whether it has all of the page's width."""
        self._one_column = alone
        self._fit()

    def _fit(self) -> None:
        width = min(self._theme.px(Size.INSPECTOR), round(Size.INSPECTOR * 1.5))
        self.setMinimumWidth(0 if self._one_column else width)
        self.setMaximumWidth(_UNBOUNDED if self._one_column else width)
        self._head.setFixedHeight(self._theme.px(Size.HEAD))
        self.prompt.setFont(self._theme.font(Type.LEAD))

    def _make_parts(self) -> None:
        theme = self._theme
        self.empty = label(role="secondary", wrap=True)
        self.invite(True)
        self.title = label(self.tr("Picture"), "heading")
        self.seen = PicturesSeen(self._gallery, theme)
        self.stars = Stars(theme)
        self.labels = LabelDots(theme)
        self.reject_button = IconButton("reject", self.tr("Reject, or take that back"), theme)
        self.reject_button.setCheckable(True)
        self.badge = label(role="strong")
        self.note = DrawnNote(theme, narrow=True, with_match=True)
        self.note.models_wanted.connect(self.models_wanted)
        self.prompt = label(wrap=True)
        self.prompt.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.terms = label(wrap=True)
        self.facts = _Facts(self.terms)
        self.settings_button = button(self.tr("Use these settings"), self.tr("Fill Create with what made this picture"))
        self.vary_button = button(self.tr("Vary"), self.tr("The same settings on Create, with another seed"))
        self.repeat_button = button(self.tr("Repeat"), self.tr("Make the same with another seed at once"))
        self.stack_button = button(self.tr("Stack"), self.tr("Make one stack of these pictures"))
        self.compare_button = button(self.tr("Compare"), self.tr("Two or four beside each other"))
        for one, icon in (
            (self.settings_button, "create"),
            (self.vary_button, "vary"),
            (self.repeat_button, "retry"),
            (self.stack_button, "stack"),
            (self.compare_button, "compare"),
        ):
            icons.bind(one, icon, theme, "text", size=Size.ICON_BUTTON)
        self.advance = QCheckBox(self.tr("A rating goes on to the next"))
        self.advance.setToolTip(self.tr("After stars, a label or a rejection the next picture is the current one"))
        self.advance.setAccessibleName(self.advance.text())
        self.advance.toggled.connect(self._set_advance)
        self._gallery.view_changed.connect(self._show_advance)
        self.keys = label(self.tr("Keys: 1–5 stars, 6–9 label, X reject, S stack, arrows on"), "caption", wrap=True)  # noqa: RUF001
        self.copy_button = IconButton("copy", self.tr("Copy the picture"), theme)
        self.save_button = IconButton("save", self.tr("Save a copy as…"), theme)
        self.folder_button = IconButton("folder", self.tr("Show in its folder"), theme)
        self.name = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.lost = label(self.tr("The file is not where it was."), "warn", wrap=True)
        self.find_button = button(self.tr("Find it…"), self.tr("Choose the folder that it was moved to"))
        self.tags = TagField(theme)
        for one, action in (
            (self.reject_button, "reject"),
            (self.settings_button, "use_settings"),
            (self.vary_button, "vary"),
            (self.repeat_button, "repeat"),
            (self.stack_button, "stack"),
            (self.compare_button, "compare"),
            (self.copy_button, "copy"),
            (self.save_button, "save_as"),
            (self.folder_button, "show_in_folder"),
        ):
            bind_action(one, f"gallery.{action}")
        for one, signal in (
            (self.settings_button, self.settings_wanted),
            (self.vary_button, self.vary_wanted),
            (self.repeat_button, self.repeat_wanted),
            (self.copy_button, self.copy_wanted),
            (self.save_button, self.save_wanted),
            (self.folder_button, self.folder_wanted),
            (self.find_button, self.find_wanted),
            (self.stack_button, self.stack_wanted),
            (self.compare_button, self.compare_wanted),
        ):
            one.clicked.connect(signal)

    def _build(self) -> None:
        self._head = QWidget()
        row(
            self.title,
            REST,
            self.copy_button,
            self.save_button,
            self.folder_button,
            margins=(Space.XL, 0, Space.XL - Space.S, 0),
            of=self._head,
        )
        content = Scrolled()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(Space.XL, Space.XS, Space.XL, Space.M)
        whole.setSpacing(Space.M)
        stars, labels = _row(self.stars, self.badge), _row(self.labels, self.reject_button)
        self._marks_row = QWidget()
        marks = QVBoxLayout(self._marks_row)
        # The first star is in line with what is above it.
        marks.setContentsMargins(0, 0, 0, 0)
        marks.setSpacing(Space.XS)
        marks.addWidget(stars)
        marks.addWidget(labels)
        self._recipe_buttons = _flow(self.settings_button, self.vary_button, self.repeat_button)
        self._many_buttons = _flow(self.stack_button, self.compare_button)
        for part in (
            self.empty,
            self.seen,
            self._marks_row,
            self.lost,
            self.find_button,
            self.prompt,
            self.note,
            self._recipe_buttons,
            self.facts,
            self._many_buttons,
            self.tags,
            self.name,
        ):
            whole.addWidget(part)
        whole.addStretch()
        self._foot = QWidget()
        column(self.advance, self.keys, margins=(0, Space.S, 0, 0), of=self._foot)
        whole.addWidget(self._foot)
        self.scroller = scroller(content)
        keep_in_line(self.scroller, whole)
        column(self._head, filling(self.scroller), of=self)
        self._file_buttons = (self.copy_button, self.save_button, self.folder_button)
        self._of_one = (
            self._marks_row,
            self.note,
            self.lost,
            self.find_button,
            self.prompt,
            self._recipe_buttons,
            self.name,
            *self._file_buttons,
        )

    # ---- Showing

    def invite(self, pictures: bool) -> None:
        """Says what may be chosen, while there are pictures."""
        self.empty.setText(
            self.tr("Choose a picture to see what made it.") if pictures else self.tr("There is no picture here.")
        )

    def show_nothing(self) -> None:
        self.details = None
        self.title.setText(self.tr("Picture"))
        self.empty.show()
        for part in (self.seen, self.tags, self.facts, self._many_buttons, self._foot, *self._of_one):
            part.hide()

    def show_many(self, count: int, rows: Sequence[PictureRow], *, trash: bool) -> None:
        """Of many pictures what they have in common, and what can be done with all of them.

        Args:
            rows: those of them that are known, perhaps not all.
        """
        self.details = None
        self.empty.hide()
        for part in self._of_one:
            part.hide()
        self.title.setText(self.tr("{count} pictures").format(count=QLocale().toString(count)))
        self.seen.show_many(rows)
        self.seen.setVisible(bool(rows))
        self.facts.show_facts(summary(rows, self._gallery), terms_of(rows))
        self.facts.show()
        self.tags.show_tags(())
        for part in (self.tags, self._many_buttons, self._foot):
            part.setVisible(not trash)
        self.compare_button.setEnabled(count <= MOST_COMPARED)

    def show_details(self, details: PictureDetails) -> None:
        self.details = details
        self._show_advance()
        row, recipe = details.row, details.recipe
        self.empty.hide()
        self._many_buttons.hide()
        self.title.setText(self.tr("Picture"))
        self.seen.show_one(row)
        for part in (self.seen, self._marks_row, self.name, self.facts, self._foot, *self._file_buttons):
            part.show()
        self.stars.set_rating(row.rating)
        self.labels.show_label(row.label)
        self.reject_button.setChecked(row.rejected)
        for one in (self.stars, self.labels, self.reject_button):
            one.setEnabled(row.trashed is None)
        self._show_worth(self._gallery.worth(row, details))
        self.tags.setVisible(row.trashed is None)
        self.tags.show_tags(details.tags)
        self.lost.setVisible(row.missing)
        self.find_button.setVisible(row.missing)
        self.prompt.setText(row.prompt)
        self.prompt.setVisible(bool(row.prompt))
        self._recipe_buttons.setVisible(recipe is not None)
        self.facts.show_facts(self._facts_of(details), self._terms(details))
        self.name.setText(row.path.name)
        self.name.setToolTip(str(row.path))

    def _show_worth(self, worth: Worth) -> None:
        known = worth.likeness is not None
        self.badge.setText(likeness.badge(worth) if known else "")
        self.badge.setToolTip(likeness.explained(worth) if known else "")
        restyle(self.badge, "tone", likeness.colour(worth))
        self.note.show_worth(worth)

    def _facts_of(self, details: PictureDetails) -> list[tuple[str, str]]:
        row, recipe = details.row, details.recipe
        locale, made = QLocale(), QDateTime.fromMSecsSinceEpoch(round(row.created.timestamp() * 1000))
        people = self._gallery.choices.people
        found = [
            (self.tr("Person"), people.get(row.person, "") if row.person else ""),
            (self.tr("Albums"), ", ".join(details.albums)),
            (self.tr("Negative"), recipe.negative_prompt if recipe is not None else ""),
            (self.tr("Preset"), translated(recipe.preset.title or recipe.preset.name) if recipe is not None else ""),
            (self.tr("Model"), row.checkpoint or ""),
            (self.tr("Steps"), f"{recipe.steps}, {recipe.scheduler}" if recipe is not None else ""),
            (self.tr("Seed"), str(row.seed) if row.seed is not None else ""),
            (self.tr("Size"), f"{row.width} × {row.height}"),  # noqa: RUF001
            (self.tr("Made"), locale.toString(made, QLocale.FormatType.ShortFormat)),
            (self.tr("Likeness"), self._why_no_likeness(details)),
            (self.tr("Each person"), ", ".join(self._of_each(details))),
        ]
        return [(name, value) for name, value in found if value]

    def _of_each(self, details: PictureDetails) -> list[str]:
        """How near each of several people came. Whose number is whose is known where all are of the library."""
        note, names = details.note, self._gallery.choices.people
        uids = [details.row.person, *note.others] if details.row.person else []
        known = [names.get(uid, "") for uid in uids] if len(uids) == len(note.of_each) else []
        return likeness.of_each(self._gallery.worth(details.row, details), known)

    def _why_no_likeness(self, details: PictureDetails) -> str:
        # Of what the starter drew the note says it.
        drawn = self._gallery.worth(details.row).drawn
        return translated(details.likeness_reason) if details.likeness_reason and not drawn else ""

    def _terms(self, details: PictureDetails) -> Terms | None:
        if details.recipe is None:
            return None
        licences = ", ".join(translated(one) for one in details.terms.licences) if details.terms is not None else ""
        text, tone = terms_text(details.terms.commercial_use if details.terms is not None else None)
        return f"{text} {licences}".strip(), tone

    def _show_advance(self) -> None:
        with QSignalBlocker(self.advance):
            self.advance.setChecked(self._gallery.view.advance)

    def _set_advance(self, on: bool) -> None:
        self._gallery.set_view(advance=on)


class _Facts(QWidget):
    """Names and values in two columns, the terms last."""

    def __init__(self, terms: QLabel) -> None:
        super().__init__()
        self._terms_name, self._terms = label(self.tr("Terms"), "secondary"), terms
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, _FACT)
        self._pairs: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: Sequence[tuple[str, str]], terms: Terms | None) -> None:
        while len(self._pairs) < len(facts):
            name, value = label(role="secondary"), label(wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            place = len(self._pairs)
            self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, place, 1, Qt.AlignmentFlag.AlignTop)
            self._pairs.append((name, value))
        for place, (name, value) in enumerate(self._pairs):
            shown = place < len(facts)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(facts[place][0])
                value.setText(facts[place][1])
        for at, part in enumerate((self._terms_name, self._terms)):
            self._grid.removeWidget(part)
            # In its place before it is shown: on its own it would be a window.
            self._grid.addWidget(part, max(len(facts), len(self._pairs)), at, Qt.AlignmentFlag.AlignTop)
            part.setVisible(terms is not None)
        if terms is not None:
            text, tone = terms
            self._terms.setText(text)
            restyle(self._terms, "role", tone)

    def text(self) -> str:
        """Everything in it, a line each."""
        return "\n".join(f"{name.text()}: {value.text()}" for name, value in self._pairs if not name.isHidden())


def _row(left: QWidget, right: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(left)
    row.addStretch()
    row.addWidget(right)
    return made


def _flow(*widgets: QWidget) -> QWidget:
    made = flexible(QWidget())
    flow = FlowLayout(made, Space.S)
    for one in widgets:
        flow.addWidget(one)
    return made

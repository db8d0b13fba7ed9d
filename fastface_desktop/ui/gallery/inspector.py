"""What is known of the chosen picture: on the right of the grid."""

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fastface_core.library.gallery import PictureDetails
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.translation import translated
from fastface_desktop.ui.gallery.tag_field import TagField
from fastface_desktop.ui.shell.actions import stands_for
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, button, label, line, restyle
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.scrolling import scroller
from fastface_desktop.ui.widgets.stars import Stars
from fastface_desktop.values import Worth

WIDTH = 300


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

    def __init__(self, gallery: Gallery, theme: Theme) -> None:
        super().__init__()
        self._gallery, self._theme = gallery, theme
        self.details: PictureDetails | None = None
        self.setProperty("kind", "inspector")
        self.setFixedWidth(max(theme.px(WIDTH), WIDTH))
        self._make_parts()
        self._build()
        self.show_nothing()

    def _make_parts(self) -> None:
        theme = self._theme
        self.empty = label(role="secondary", wrap=True)
        self.invite(True)
        self.title = label(role="strong", wrap=True)
        self.stars = Stars(theme)
        self.reject_button = IconButton("reject", self.tr("Reject, or take that back"), theme)
        self.reject_button.setCheckable(True)
        self.badge = label(role="strong")
        self.note = DrawnNote(theme, narrow=True, with_match=True)
        self.note.models_wanted.connect(self.models_wanted)
        self.prompt = label(wrap=True)
        self.prompt.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = _Facts()
        self.terms = label(wrap=True)
        self.terms_icon = IconLabel("not-for-sale", "warn", theme)
        self.settings_button = button(self.tr("Use these settings"), self.tr("Fill Create with what made this picture"))
        self.vary_button = button(self.tr("Vary"), self.tr("The same settings on Create, with another seed"))
        self.repeat_button = button(self.tr("Repeat"), self.tr("Make the same with another seed at once"))
        self.copy_button = IconButton("copy", self.tr("Copy the picture"), theme)
        self.save_button = IconButton("save", self.tr("Save a copy as …"), theme)
        self.folder_button = IconButton("folder", self.tr("Show in its folder"), theme)
        self.name = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.lost = label(self.tr("The file is not where it was."), "warn", wrap=True)
        self.find_button = button(self.tr("Find it …"), self.tr("Choose the folder that it was moved to"))
        self.tags = TagField(theme)
        for one, action in (
            (self.reject_button, "reject"),
            (self.settings_button, "use_settings"),
            (self.vary_button, "vary"),
            (self.repeat_button, "repeat"),
            (self.copy_button, "copy"),
            (self.save_button, "save_as"),
            (self.folder_button, "show_in_folder"),
        ):
            stands_for(one, f"gallery.{action}")
        for one, signal in (
            (self.settings_button, self.settings_wanted),
            (self.vary_button, self.vary_wanted),
            (self.repeat_button, self.repeat_wanted),
            (self.copy_button, self.copy_wanted),
            (self.save_button, self.save_wanted),
            (self.folder_button, self.folder_wanted),
            (self.find_button, self.find_wanted),
        ):
            one.clicked.connect(signal)

    def _build(self) -> None:
        content = QWidget()
        content.setProperty("kind", "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        column.setSpacing(Space.M)
        marks = QHBoxLayout()
        marks.setSpacing(Space.XS)
        marks.addWidget(self.stars)
        marks.addWidget(self.reject_button)
        marks.addStretch()
        marks.addWidget(self.badge)
        self._recipe_buttons = QWidget()
        grid = QGridLayout(self._recipe_buttons)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.S)
        grid.addWidget(self.settings_button, 0, 0, 1, 2)
        grid.addWidget(self.vary_button, 1, 0)
        grid.addWidget(self.repeat_button, 1, 1)
        self._terms_row = QWidget()
        terms = QHBoxLayout(self._terms_row)
        terms.setContentsMargins(0, 0, 0, 0)
        terms.setSpacing(Space.S)
        terms.addWidget(self.terms_icon, 0, Qt.AlignmentFlag.AlignTop)
        terms.addWidget(self.terms, 1)
        self._file_row = QWidget()
        file = QHBoxLayout(self._file_row)
        file.setContentsMargins(0, 0, 0, 0)
        file.setSpacing(Space.XS)
        file.addWidget(self.name, 1)
        for one in (self.copy_button, self.save_button, self.folder_button):
            file.addWidget(one)
        self._marks_row = QWidget()
        self._marks_row.setLayout(marks)
        marks.setContentsMargins(0, 0, 0, 0)
        self._rule = line()
        for part in (
            self.empty,
            self.title,
            self._marks_row,
            self.note,
            self.tags,
            self.lost,
            self.find_button,
            self.prompt,
            self._recipe_buttons,
            self.facts,
            self._terms_row,
            self._rule,
            self._file_row,
        ):
            column.addWidget(part)
        column.addStretch()
        self.scroller = scroller(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.scroller)
        self._of_one = (
            self._marks_row,
            self.note,
            self.lost,
            self.find_button,
            self.prompt,
            self._recipe_buttons,
            self.facts,
            self._terms_row,
            self._rule,
            self._file_row,
        )

    # ---- Showing

    def invite(self, pictures: bool) -> None:
        """Says what may be chosen, while there are pictures."""
        self.empty.setText(self.tr("Choose a picture to see what made it.") if pictures else "")

    def show_nothing(self) -> None:
        self.details = None
        self.empty.show()
        for part in (self.title, self.tags, *self._of_one):
            part.hide()

    def show_many(self, count: int, *, trash: bool) -> None:
        """Of many pictures only what can be done with all of them."""
        self.details = None
        self.empty.hide()
        for part in self._of_one:
            part.hide()
        self.title.setText(self.tr("{count} pictures are chosen").format(count=QLocale().toString(count)))
        self.title.show()
        self.tags.show_tags(())
        self.tags.setVisible(not trash)

    def show_details(self, details: PictureDetails) -> None:
        self.details = details
        row, recipe = details.row, details.recipe
        self.empty.hide()
        self.title.hide()
        for part in (self._marks_row, self.tags, self._file_row, self.facts):
            part.show()
        self.stars.set_rating(row.rating)
        self.reject_button.setChecked(row.rejected)
        for one in (self.stars, self.reject_button):
            one.setEnabled(row.trashed is None)
        self._show_worth(self._gallery.worth(row, details))
        self.tags.setVisible(row.trashed is None)
        self.tags.show_tags(details.tags)
        self.lost.setVisible(row.missing)
        self.find_button.setVisible(row.missing)
        self.prompt.setText(row.prompt)
        self.prompt.setVisible(bool(row.prompt))
        self._recipe_buttons.setVisible(recipe is not None)
        self.facts.show_facts(self._facts_of(details))
        self._show_terms(details)
        self._rule.show()
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
            (self.tr("Negative"), recipe.negative_prompt if recipe is not None else ""),
            (self.tr("Preset"), translated(recipe.preset.title or recipe.preset.name) if recipe is not None else ""),
            (self.tr("Model"), row.checkpoint or ""),
            (self.tr("Steps"), f"{recipe.steps}, {recipe.scheduler}" if recipe is not None else ""),
            (self.tr("Seed"), str(row.seed) if row.seed is not None else ""),
            (self.tr("Size"), f"{row.width} × {row.height}"),  # noqa: RUF001
            (self.tr("Made"), locale.toString(made, QLocale.FormatType.ShortFormat)),
            (self.tr("Likeness"), self._why_no_likeness(details)),
        ]
        return [(name, value) for name, value in found if value]

    def _why_no_likeness(self, details: PictureDetails) -> str:
        # Of what the starter drew the note says it.
        drawn = self._gallery.worth(details.row).drawn
        return translated(details.likeness_reason) if details.likeness_reason and not drawn else ""

    def _show_terms(self, details: PictureDetails) -> None:
        terms = details.terms
        self._terms_row.setVisible(details.recipe is not None)
        licences = ", ".join(translated(one) for one in terms.licences) if terms is not None else ""
        if terms is None or terms.commercial_use is None:
            text, tone, icon = self.tr("The terms of its models are not known."), "secondary", "info"
        elif terms.commercial_use:
            text, tone, icon = self.tr("Commercial use is allowed."), "secondary", "check"
        else:
            text, tone, icon = self.tr("Its models forbid commercial use."), "warn", "not-for-sale"
        self.terms.setText(f"{text} {licences}".strip())
        restyle(self.terms, "role", tone)
        self.terms_icon.show_icon(icon, tone)


class _Facts(QWidget):
    """Names and values in two columns."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(1, 1)
        self._pairs: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
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

    def text(self) -> str:
        """Everything in it, a line each."""
        return "\n".join(f"{name.text()}: {value.text()}" for name, value in self._pairs if not name.isHidden())

"""The export, on the right of the grid: for whom, in which form, under which names, and what the files will say."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QFrame,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from fastface_core.library.export import FIELDS, PROFILES, Exported, Profile
from fastface_core.settings import MAX_LINE
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.gallery.exporting import LARGEST, Exporter, Outlook
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.gallery.export_finish import FinishFields
from fastface_desktop.ui.gallery.export_print import PrintFields
from fastface_desktop.ui.gallery.export_saved import SavedExports
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, button, label, restyle
from fastface_desktop.ui.widgets.bind import Bound
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.files import show_in_folder
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.scrolling import keep_in_line, scroller

_DEBOUNCE = 150


class ExportPanel(QFrame):
    closed = Signal()
    said = Signal(str, Undo)

    def __init__(self, exporter: Exporter, theme: Theme) -> None:
        super().__init__()
        self.exporter = exporter
        self._ids: tuple[int, ...] = ()
        self._first: Path | None = None
        self._wrong = False
        self.setProperty("kind", "inspector")
        self.setFixedWidth(theme.px(Size.CONTROLS))
        self._debounce = Debounce(_DEBOUNCE, self._look_ahead, self)
        self._make_parts(theme)
        self._build()
        bound = Bound(exporter, self)
        bound.field("form", self.form)
        bound.field("side", self.side)
        bound.field("quality", self.quality)
        bound.field("disclosure", self.disclosure)
        bound.field("creator", self.creator, kept=str.strip)
        bound.field("rights", self.rights, kept=str.strip)
        exporter.changed.connect(self._show_choices)
        exporter.task.changed.connect(self._show_task)
        exporter.exported.connect(self._show_exported)
        exporter.task.failed.connect(self.error.show_error)
        exporter.task.cancelled.connect(self._stopped)
        self._show_choices()
        self._show_task()

    def _make_parts(self, theme: Theme) -> None:
        self.title = label(role="heading", wrap=True)
        self.close_button = IconButton("close", self.tr("Close the export (Escape)"), theme)
        words = {
            "share": (
                self.tr("Share"),
                self.tr("No prompt, no names, no paths. Says only that a model made it."),
            ),
            "archive": (self.tr("Archive"), self.tr("Everything: the whole recipe, to make the same picture again.")),
            "client": (self.tr("Client"), self.tr("Stars, creator and copyright, without prompt and recipe.")),
        }
        self.profiles: dict[Profile, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._meanings: list[QLabel] = []
        for profile in PROFILES:
            name, meaning = words[profile]
            radio = QRadioButton(name)
            radio.setToolTip(meaning)
            radio.setAccessibleName(name)
            radio.setProperty("profile", profile)
            self._group.addButton(radio)
            self.profiles[profile] = radio
            self._meanings.append(label(meaning, "secondary", wrap=True))
        self._group.buttonClicked.connect(self._choose_profile)
        forms = (("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WebP"), ("tiff", "TIFF"))
        self.form = CalmCombo(
            self.tr("Format"),
            self.tr("The format of the files"),
            [(None, self.tr("As it is"), ""), *((form, name, "") for form, name in forms)],
        )
        self.side = QSpinBox()
        self.side.setRange(0, LARGEST)
        self.side.setSingleStep(256)
        self.side.setSpecialValueText(self.tr("As it is"))
        self.side.setSuffix(" px")
        self.side.setToolTip(self.tr("The longer side at most; nothing is enlarged"))
        self.side.setAccessibleName(self.tr("Longer side"))
        self.print = PrintFields(self.exporter)
        self.finish = FinishFields(self.exporter, theme)
        self.saved = SavedExports(self.exporter, theme)
        self.quality = QSpinBox()
        self.quality.setRange(1, 100)
        self.quality.setToolTip(self.tr("Of JPEG and WebP: 100 is the best, and the largest"))
        self.quality.setAccessibleName(self.tr("Quality"))
        self.pattern = QLineEdit()
        self.pattern.setMaxLength(200)
        fields = ", ".join(f"{{{field}}}" for field in FIELDS)
        self.pattern.setToolTip(self.tr("What is in braces is filled in: {fields}").replace("{fields}", fields))
        self.pattern.setAccessibleName(self.tr("Names of the files"))
        self.pattern.textEdited.connect(self._choose_pattern)
        self.example = label(role="secondary", wrap=True)
        self.creator, self.rights = QLineEdit(), QLineEdit()
        for field, name, tip in (
            (self.creator, self.tr("Creator"), self.tr("Whose work it is")),
            (self.rights, self.tr("Copyright"), self.tr("For example © 2030 Studio")),
        ):
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
            field.setToolTip(tip)
            field.setMaxLength(MAX_LINE)
        self.disclosure = QCheckBox(self.tr("Say that a model made it"))
        self.disclosure.setToolTip(self.tr("In the file's metadata, where other programs look for it"))
        self.disclosure.setAccessibleName(self.disclosure.text())
        # Large text is cut at its end: a panel that scrolls to the side hides more.
        for one in (self.disclosure, *self.profiles.values()):
            one.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for one in (self.side, self.quality):
            one.lineEdit().setTextMargins(Space.S, 0, 0, 0)
            one.setMinimumWidth(0)
        self.disclosure_text = label(role="secondary", wrap=True)
        self.warning = label(role="warn", wrap=True)
        self.folder = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.folder_button = button(self.tr("Folder…"), self.tr("Where the copies go"))
        self.folder_button.clicked.connect(self.choose_folder)
        self.error = InlineError(theme)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the export"))
        self.stage = label(role="secondary", wrap=True)
        self.result = label(wrap=True)
        self.result.hide()
        self.show_button = button(self.tr("Show in folder"), self.tr("Open the folder of the copies"))
        self.show_button.clicked.connect(self._show_folder)
        self.show_button.hide()
        self.cancel_button = button(self.tr("Cancel"), self.tr("Stop; the copies that are there stay"))
        self.cancel_button.clicked.connect(self.exporter.task.cancel)
        self.export_button = button(self.tr("Export"), self.tr("Write the copies"), "primary")
        self.export_button.clicked.connect(self.export)
        self.close_button.clicked.connect(self.closed)

    def _build(self) -> None:
        content = QWidget()
        content.setProperty("kind", "scrolled")
        head = row(filling(self.title), self.close_button)
        head.setAlignment(self.close_button, Qt.AlignmentFlag.AlignTop)
        profiles: list[QWidget | QLayout] = []
        for radio, meaning in zip(self.profiles.values(), self._meanings, strict=True):
            profiles += [radio, row(meaning, margins=(Space.XL, 0, 0, 0))]
        self._quality_label = label(self.tr("Quality"))
        fields = (
            (label(self.tr("Format")), self.form),
            (label(self.tr("Longer side")), self.side),
            (self._quality_label, self.quality),
        )
        self.disclosure_text.setContentsMargins(0, 0, 0, Space.S)
        names = (label(self.tr("Names")), self.pattern, self.example, self.creator, self.rights)
        whole = column(
            *(head, self.saved, *profiles, self.disclosure, self.disclosure_text),
            *(row(filling(said), filling(field), gap=Space.S) for said, field in fields),
            *(self.print, *names, self.finish, REST),
            margins=(Space.L, Space.M, Space.L, Space.M),
            gap=Space.S,
            of=content,
        )
        self.scroller = scroller(content)
        keep_in_line(self.scroller, whole)
        # Its room comes after a text has got longer.
        self.scroller.verticalScrollBar().rangeChanged.connect(self._show_example)
        foot = QFrame()
        foot.setProperty("kind", "foot")
        column(
            row(filling(self.folder), self.folder_button, gap=Space.S),
            *(self.warning, self.error, self.progress, self.stage, self.result, self.show_button),
            *(self.cancel_button, self.export_button),
            margins=(Space.L, Space.S, Space.L, Space.M),
            gap=Space.S,
            of=foot,
        )
        column(filling(self.scroller), foot, of=self)

    # ---- Showing

    def offer(self, ids: Sequence[int]) -> None:
        """The pictures that are to be exported."""
        if self.exporter.task.running:
            return
        self._ids = tuple(ids)
        count = QLocale().toString(len(self._ids))
        self.title.setText(
            self.tr("Export 1 picture")
            if len(self._ids) == 1
            else self.tr("Export {count} pictures").format(count=count)
        )
        self.error.clear()
        self._say_nothing()
        self.export_button.setEnabled(bool(self._ids))
        self._debounce.start()

    def focus(self) -> None:
        self.profiles[self.exporter.values.profile].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_choices(self) -> None:
        choices = self.exporter.values
        self.profiles[choices.profile].setChecked(True)
        if self.pattern.text() != choices.pattern and not self.pattern.hasFocus():
            self.pattern.setText(choices.pattern)
        self.disclosure_text.setText(
            self.tr("Others can see that it is no photograph. Some places ask for that.")
            if choices.disclosure
            else self.tr("Nothing in the file says that it is no photograph. Say it elsewhere.")
        )
        # The whole recipe says it anyway.
        self.disclosure.setEnabled(choices.profile != "archive")
        self.disclosure_text.setVisible(choices.profile != "archive")
        for field in (self.creator, self.rights):
            field.setVisible(choices.profile == "client")
        model = self.form.model()
        if isinstance(model, QStandardItemModel):
            model.item(self.form.findData("tiff")).setEnabled(choices.profile != "archive")
        lossy = choices.form not in ("png", "tiff")
        self.quality.setVisible(lossy)
        self._quality_label.setVisible(lossy)
        self.folder.setText(str(choices.target))
        self._say_nothing()
        self._debounce.start()

    def _say_nothing(self) -> None:
        self.result.hide()
        self.show_button.hide()

    def _look_ahead(self) -> None:
        if self._ids and self.isVisible():
            self.exporter.look_ahead(self, self._ids, self._show_outlook, self.error.show_error)

    def _show_outlook(self, outlook: Outlook) -> None:
        wrong = outlook.error
        self._wrong = wrong is not None
        if wrong is not None:
            self.example.setText(f"{translated(wrong.message)} {translated(wrong.hint)}")
            self._show_example()
        else:
            self.example.setText(self.tr("For example {name}").format(name=outlook.example))
        restyle(self.example, "role", "bad" if wrong is not None else "secondary")
        self.finish.show_mark(outlook.marked, outlook.mark_error)
        fine = wrong is None and outlook.mark_error is None
        self.export_button.setEnabled(fine and bool(self._ids) and not self.exporter.task.running)
        forbidden, unknown = len(outlook.warning.forbidden), len(outlook.warning.unknown)
        said: list[str] = []
        if forbidden:
            text = self.tr("The models of {count} of them forbid commercial use: {licences}.")
            licences = ", ".join(map(translated, outlook.warning.licences))
            said.append(text.format(count=QLocale().toString(forbidden), licences=licences))
        if unknown:
            text = self.tr("The terms of {count} of them are not known.")
            said.append(text.format(count=QLocale().toString(unknown)))
        self.warning.setText(" ".join(said))
        self.warning.setVisible(bool(said))

    def _show_example(self) -> None:
        if self._wrong:
            self.scroller.ensureWidgetVisible(self.example, 0, Space.M)

    def _show_task(self) -> None:
        task = self.exporter.task
        running = task.running
        self.progress.setVisible(running)
        self.stage.setVisible(running)
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(not task.stopping)
        self.export_button.setVisible(not running)
        self.scroller.setEnabled(not running)
        self.folder_button.setEnabled(not running)
        self.progress.setRange(0, 0 if task.fraction is None else 1000)
        if task.fraction is not None:
            self.progress.setValue(round(task.fraction * 1000))
        self.stage.setText(self.tr("Stopping") if task.stopping else translated(task.text) or self.tr("Waiting"))

    # ---- Choosing

    def _choose_profile(self, radio: QRadioButton) -> None:
        self.pattern.clearFocus()
        self.exporter.change(profile=radio.property("profile"))

    def _choose_pattern(self, text: str) -> None:
        choices = self.exporter.values
        self.exporter.change(patterns={**choices.patterns, choices.profile: text.strip()})

    def choose_folder(self) -> None:
        start = self.exporter.values.target
        found = QFileDialog.getExistingDirectory(
            self, self.tr("Where the copies go"), str(start if start.is_dir() else Path.home())
        )
        if found:
            self.exporter.change(folder=Path(found))

    # ---- Doing

    def export(self) -> None:
        """Writes the copies, in the background."""
        if not self._ids or self.exporter.task.running:
            return
        self.error.clear()
        self._say_nothing()
        self.exporter.export(self._ids)

    def _stopped(self) -> None:
        self.result.setText(self.tr("Stopped. The copies that were written stay."))
        self.result.show()

    def _show_exported(self, result: Exported) -> None:
        count = len(result.files)
        text = self.tr("1 copy is written.") if count == 1 else self.tr("{count} copies are written.")
        lines = [text.format(count=QLocale().toString(count))]
        lines += [translated(problem) for problem in list(result.problems.values())[:3]]
        if (more := len(result.problems) - 3) > 0:
            lines.append(self.tr("{count} more were not written.").format(count=QLocale().toString(more)))
        if result.sheet is not None:
            lines.append(self.tr("The contact sheet is {name}.").format(name=result.sheet.name))
        self.result.setText("\n".join(lines))
        restyle(self.result, "role", "warn" if result.problems else "")
        self.result.show()
        self._first = next(iter(result.files.values()), None)
        self.show_button.setVisible(self._first is not None)
        if not self.isVisible():
            self.said.emit(lines[0], None)

    def _show_folder(self) -> None:
        if self._first is not None:
            show_in_folder(self._first)

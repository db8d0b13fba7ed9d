"""Settings, Library: check it, rebuild it from the files, back it up and bring it back."""

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.care import BackedUp, Checked, LibraryCare, Rebuilt
from fastface_desktop.ui.preferences.care_line import CareLine
from fastface_desktop.ui.preferences.fields import Group, Setting, switch
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column
from fastface_desktop.ui.widgets.sizes import size_text

_KINDS = ("check", "rebuild", "backup")


class LibrarySection(Section):
    def __init__(self, care: LibraryCare, theme: Theme) -> None:
        super().__init__(
            self.tr("Library"), self.tr("Pictures and people are files; the database can be made again from them.")
        )
        self._care = care
        self.check_button = button(self.tr("Check"), self.tr("Compare files and database; nothing is changed"))
        self.check_button.clicked.connect(care.check)
        self.rebuild_button = button(self.tr("Rebuild"), self.tr("Make the database again from the files"))
        self.rebuild_button.clicked.connect(care.rebuild)
        self.backup_button = button(self.tr("Back up…"), self.tr("Write the library into one file"))
        self.backup_button.clicked.connect(self._choose_backup)
        self.with_pictures = switch(
            self.tr("With the pictures"), self.tr("Without them the file holds people, presets, stars and tags")
        )
        self.restore_button = button(self.tr("Restore…"), self.tr("Choose a backup to bring back"))
        self.restore_button.clicked.connect(self._choose_restore)
        self.stay_button = button(self.tr("Do not restore"), self.tr("Keep the library that is there"))
        self.stay_button.clicked.connect(self._restore_nothing)
        self.check_setting = Setting(
            self.tr("Check"),
            self.tr("Looks for pictures without a file, files that the library does not know, and damage."),
            self.check_button,
        )
        self.rebuild_setting = Setting(
            self.tr("Rebuild from files"),
            self.tr("Brings back pictures, recipes, stars, tags and people. Nothing is deleted."),
            self.rebuild_button,
        )
        self.backup_setting = Setting(
            self.tr("Back up"), self.tr("It holds photos of people: keep the file safe."), self.backup_button
        )
        self.restore_setting = Setting(
            self.tr("Restore"),
            self.tr(
                "Takes place at the next start. The library that is there is moved aside as a whole, and pictures are"
                " never written over."
            ),
            self._restore_buttons(),
        )
        self.line = CareLine(care, _KINDS)
        self.error = InlineError(theme)
        self.add(
            Group(self.check_setting, self.rebuild_setting),
            Group(self.backup_setting, self.with_pictures, self.restore_setting),
            self.line,
            self.error,
        )
        care.changed.connect(self._show)
        care.checked.connect(self._checked)
        care.rebuilt.connect(self._rebuilt)
        care.backed_up.connect(self._backed_up)
        care.failed.connect(self._failed)
        self._show()

    def _restore_buttons(self) -> QWidget:
        buttons = QWidget()
        column(self.restore_button, self.stay_button, gap=Space.S, of=buttons)
        return buttons

    def shown(self) -> None:
        self._show()

    def back_up(self, file: Path) -> None:
        """Writes a backup."""
        self.error.clear()
        self._care.back_up(file, pictures=self.with_pictures.isChecked())

    def restore(self, file: Path) -> None:
        """Has a backup brought back at the next start."""
        self.error.clear()
        before = self._care.waiting_backup
        try:
            self._care.restore_next_time(file)
        except FastFaceError as error:
            self.error.show_error(error)
            return
        self.said.emit(
            self.tr("{name} is brought back at the next start.").format(name=file.name),
            partial(self._care.restore_next_time, before),
        )

    def _choose_backup(self) -> None:
        suggested = str(Path.home() / f"FastFace {date.today():%Y-%m-%d}.fastface-backup")
        kinds = self.tr("Backup (*.fastface-backup)")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Where the backup is to lie"), suggested, kinds)
        if chosen:
            self.back_up(Path(chosen))

    def _choose_restore(self) -> None:
        kinds = self.tr("Backup (*.fastface-backup *.zip);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a backup"), str(Path.home()), kinds)
        if chosen:
            self.restore(Path(chosen))

    def _restore_nothing(self) -> None:
        self._care.restore_next_time(None)

    def _show(self) -> None:
        for one in (self.check_button, self.rebuild_button, self.backup_button):
            one.setEnabled(self._care.ready)
        waiting = self._care.waiting_backup
        self.stay_button.setVisible(waiting is not None)
        self.restore_setting.say(
            self.tr("{name} is brought back at the next start.").format(name=waiting.name) if waiting else "", "warn"
        )
        if self._care.running in _KINDS:
            self.error.clear()

    def _checked(self, found: Checked) -> None:
        if found.good:
            self.check_setting.say(self.tr("All is well."), "good")
            return
        words = [self.tr("The database is damaged.")] if found.damaged else []
        if found.without_file:
            words.append(self.tr("Pictures without a file: {count}.").format(count=found.without_file))
        if found.without_row:
            words.append(self.tr("Files that the library does not know: {count}.").format(count=found.without_row))
        words.append(self.tr("Rebuild mends that."))
        self.check_setting.say(" ".join(words), "warn")

    def _rebuilt(self, done: Rebuilt) -> None:
        words = self.tr("New: {new}. Found again: {found}. Missing: {missing}.")
        self.rebuild_setting.say(words.format(new=done.new, found=done.found, missing=done.missing), "good")
        self.check_setting.say("")

    def _backed_up(self, made: BackedUp) -> None:
        words = self.tr("{name}: {people} people and {pictures} pictures, {size}.")
        self.backup_setting.say(
            words.format(name=made.file.name, people=made.people, pictures=made.pictures, size=size_text(made.size)),
            "good",
        )

    def _failed(self, kind: str, error: FastFaceError) -> None:
        if kind in _KINDS:
            self.error.show_error(error)

"""The foot of the sheet: the sum with its time and place, and what happens next."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_core.errors import PermissionMissingError
from fastface_desktop.state.batch.batches import Batches
from fastface_desktop.state.batch.draft import Draft
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.big_button import BigButton
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.files import open_folder
from fastface_desktop.ui.widgets.layout import column, filling, row


class Foot(QWidget):
    begin_wanted = Signal()
    pause_wanted = Signal()
    stop_wanted = Signal()
    save_wanted = Signal()
    note_wanted = Signal()
    album_wanted = Signal()

    def __init__(self, draft: Draft, batches: Batches, theme: Theme) -> None:
        super().__init__()
        self._draft, self._batches = draft, batches
        self.sum = label(role="title", wrap=True)
        self.place = label(role="caption", wrap=True)
        self.note_button = button(self.tr("Note permissions…"), self.tr("Go to the page People"), "quiet")
        self.save_button = button(self.tr("Save as a sheet"), self.tr("Save it as a table for another time"), "quiet")
        self.folder_button = button(self.tr("Folder"), self.tr("Show the pictures in their folder"), "quiet")
        self.proof_button = button(
            self.tr("Proof sheet"), self.tr("All pictures on one page, the most alike first"), "quiet"
        )
        self.album_button = button(self.tr("In the gallery"), self.tr("Show the pictures in the gallery"), "quiet")
        self.stop_button = button(self.tr("Stop"), self.tr("Stop after this step; what is made stays"), "quiet")
        self.main_button = BigButton(self.tr("Make the pictures of the batch"), theme)
        self.main_button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.note_button.clicked.connect(self.note_wanted)
        self.save_button.clicked.connect(self.save_wanted)
        self.folder_button.clicked.connect(self._open_folder)
        self.proof_button.clicked.connect(self._open_proof)
        self.album_button.clicked.connect(self.album_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.main_button.clicked.connect(self._main)
        row(
            filling(column(self.sum, self.place, gap=Space.XS)),
            *self._others(),
            Space.M,
            self.main_button,
            gap=Space.S,
            of=self,
        )
        self.show_state()

    def _others(self) -> tuple[QWidget, ...]:
        return (
            self.note_button,
            self.save_button,
            self.folder_button,
            self.proof_button,
            self.album_button,
            self.stop_button,
        )

    def show_state(self) -> None:
        if self._batches.current is None:
            self._show_draft()
        else:
            self._show_batch()

    def _show_draft(self) -> None:
        draft = self._draft
        total, waiting = draft.total, draft.waiting
        begin, seconds = total - waiting, draft.seconds if total else None
        text = self._pictures(total)
        if seconds and begin:
            text = self.tr("{pictures}, about {time}").format(pictures=text, time=duration(seconds))
        self.sum.setText(text)
        parts = [self.tr("Into an album and a folder of their own, grouped by person.")] if total else []
        if waiting:
            parts.append(
                self.tr("1 waits until the permission is noted.")
                if waiting == 1
                else self.tr("{count} wait until the permission is noted.").format(count=QLocale().toString(waiting))
            )
        self.place.setText(" ".join(parts))
        self._offer(self.save_button if total else None)
        self.main_button.say(self._make(begin))
        self.main_button.setEnabled(begin > 0)

    def _show_batch(self) -> None:
        batches = self._batches
        batch, left = batches.current, batches.left
        assert batch is not None
        seconds = batches.seconds_left if left else None
        made = sum(row.made for row in batches.rows)
        match batches.status:
            case "ended":
                text = self.tr("1 picture made") if made == 1 else self.tr("{count} pictures made").format(count=made)
            case _:
                text = self._pictures(left)
                if seconds:
                    text = self.tr("{pictures}, about {time}").format(pictures=text, time=duration(seconds))
        self.sum.setText(text)
        missing = [row for row in batches.rows if isinstance(row.error, PermissionMissingError)]
        where = self.tr("Into the album “{name}”, and the folder {folder}.")
        self.place.setText(where.format(name=batch.name, folder=batch.out.name))
        shown: list[QWidget] = [self.note_button] if missing and not batches.busy else []
        if made:
            shown += [self.folder_button, self.proof_button, self.album_button]
        if batches.busy:
            shown.append(self.stop_button)
        self._offer(*shown)
        self.stop_button.setEnabled(batches.status in ("running", "pausing"))
        failed = sum(row.status == "failed" for row in batches.rows)
        match batches.status:
            case "running" | "pausing" | "stopping":
                self.main_button.say(self.tr("Pause"), self.tr("after this picture"))
                self.main_button.setEnabled(batches.status == "running")
            case "ended" | "paused" if not left and failed:
                self.main_button.say(
                    self.tr("Try 1 row again")
                    if failed == 1
                    else self.tr("Try {count} rows again").format(count=QLocale().toString(failed))
                )
                self.main_button.setEnabled(True)
            case "paused":
                self.main_button.say(self.tr("Continue"), duration(seconds) if seconds else "")
                self.main_button.setEnabled(left > 0)
            case "ended":
                self.main_button.say(self.tr("Everything is made"))
                self.main_button.setEnabled(False)
            case _:
                self.main_button.say(self._make(left))
                self.main_button.setEnabled(batches.status == "ready" and left > 0)

    def _offer(self, *shown: QWidget | None) -> None:
        for one in self._others():
            one.setVisible(one in shown)

    def _pictures(self, count: int) -> str:
        if count == 1:
            return self.tr("1 picture")
        return self.tr("{count} pictures").format(count=QLocale().toString(count))

    def _make(self, count: int) -> str:
        if count == 1:
            return self.tr("Make 1 picture")
        return self.tr("Make {count} pictures").format(count=QLocale().toString(count))

    def _main(self) -> None:
        if self._batches.status == "running":
            self.pause_wanted.emit()
        else:
            self.begin_wanted.emit()

    def _open_folder(self) -> None:
        if (batch := self._batches.current) is not None:
            open_folder(batch.out)

    def _open_proof(self) -> None:
        self._batches.write_proof(open_folder)

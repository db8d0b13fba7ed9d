"""Models that are on this computer already: chosen or dropped, inspected, and imported."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.files import IMPORT, BaseInfo, FilesInfo, ModelFiles, PackInfo, Seen, Taken
from fastface_desktop.translation import translated
from fastface_desktop.ui.models.licence_panel import LicencePanel
from fastface_desktop.ui.shared.work_line import WorkLine
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, button, label
from fastface_desktop.ui.widgets.files import downloads_folder
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row
from fastface_desktop.ui.widgets.sizes import size_text

_MOST_NAMES = 6


def dropped_path(content: QMimeData) -> Path | None:
    """The one file or folder of this computer that was dropped."""
    local = [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
    return local[0] if len(local) == 1 else None


def takes(content: QMimeData) -> bool:
    """Whether something dropped may be models: a folder, a pack, a checkpoint."""
    path = dropped_path(content)
    if path is None:
        return False
    return path.is_dir() or path.suffix.lower() in (".safetensors", ".pack", ".tar", ".onnx", ".bin", ".ckpt")


class ImportCard(Card):
    opened = Signal()

    def __init__(self, downloads: Downloads, files: ModelFiles, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._downloads, self._files = downloads, files
        self._seen: Seen | None = None
        self.setAcceptDrops(True)
        self.folder_button = button(
            self.tr("Folder…"), self.tr("Look through a folder or a hub cache for files that FastFace knows")
        )
        self.folder_button.clicked.connect(self.choose_folder)
        self.file_button = button(self.tr("File…"), self.tr("A pack, or an SDXL checkpoint of your own"))
        self.file_button.clicked.connect(self.choose_file)
        self.work = WorkLine(self.tr("Progress of the import"))
        self.work.stop_wanted.connect(self._stop)
        self.result = label(wrap=True)
        self.left_out = label(role="warn", wrap=True)
        self.lacking = label(role="secondary", wrap=True)
        self.base = self._build_base()
        self.licence = LicencePanel(
            self.tr("Accept and import"), self.tr("Keep with today's date that you accept these terms, and import")
        )
        self.licence.agreed.connect(self._accepted)
        self.take_button = button(self.tr("Import"), self.tr("Take these over"), "primary")
        self.take_button.clicked.connect(self._take)
        self.close_button = button(self.tr("Not now"), self.tr("Take nothing over"), "quiet")
        self.close_button.clicked.connect(self._clear)
        self.error = InlineError(theme)
        self._build()
        self._clear()
        downloads.seen.connect(self._offer_bundles)
        downloads.work_changed.connect(self._show_work)
        downloads.failed.connect(self._show_error)
        files.found.connect(self._show_found)
        files.taken.connect(self._say_taken)

    def _build(self) -> None:
        title = label(self.tr("Models that are on this computer already"), "heading", wrap=True)
        self.setAccessibleName(title.text())
        purpose = label(
            self.tr(
                "Drop a folder, a hub cache, a pack, or an SDXL checkpoint here. What the disk can share is not copied."
            ),
            "secondary",
            wrap=True,
        )
        top = row(
            filling(column(title, purpose, gap=Space.XS)),
            Space.S,
            aligned(self.folder_button, Qt.AlignmentFlag.AlignVCenter),
            aligned(self.file_button, Qt.AlignmentFlag.AlignVCenter),
            gap=Space.S,
        )
        self.answers = QWidget()
        row(self.take_button, self.close_button, REST, gap=Space.S, of=self.answers)
        self.column.addLayout(top)
        for widget in (
            self.work,
            self.result,
            self.left_out,
            self.lacking,
            self.base,
            self.licence,
            self.answers,
            self.error,
        ):
            self.column.addWidget(widget)

    def _build_base(self) -> QWidget:
        box = QWidget()
        self.like = QComboBox()
        self.like.setToolTip(self.tr("The bundle whose steps, face adapter and face models it is used with"))
        self.like.setAccessibleName(self.tr("Used with"))
        self.commercial = QComboBox()
        self.commercial.setToolTip(
            self.tr("What the checkpoint's own terms say; every picture made with it carries it")
        )
        self.commercial.setAccessibleName(self.tr("Commercial use"))
        for text, value in ((self.tr("Not known"), None), (self.tr("Allowed"), True), (self.tr("Forbidden"), False)):
            self.commercial.addItem(text, value)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        for line, (text, field) in enumerate(
            ((self.tr("Used with"), self.like), (self.tr("Commercial use"), self.commercial))
        ):
            grid.addWidget(label(text, "secondary"), line, 0)
            grid.addWidget(field, line, 1)
        return box

    # ---- Choosing

    def choose_folder(self) -> None:
        if chosen := QFileDialog.getExistingDirectory(
            self, self.tr("The folder that holds models"), downloads_folder()
        ):
            self.look_into(Path(chosen))

    def choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("A pack or a checkpoint"),
            downloads_folder(),
            self.tr("Models (*.pack *.safetensors *.onnx *.bin *.tar);;All files (*)"),
        )
        if chosen:
            self.look_into(Path(chosen))

    def look_into(self, path: Path) -> None:
        """Finds out what a file or folder holds, and offers to take it over."""
        if self._downloads.work(IMPORT) is None:
            self._clear()
            self._files.look_into(path)
            self.opened.emit()

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        if takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent, /) -> None:
        path = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.look_into(path)

    # ---- What was found

    def _show_found(self, seen: Seen) -> None:
        self._seen = seen
        match seen:
            case PackInfo():
                self._say(
                    self.tr("A pack: {title}, {size}.").format(title=translated(seen.title), size=size_text(seen.size))
                )
            case FilesInfo():
                self._say_files(seen)
            case BaseInfo():
                self._say(
                    self.tr("An SDXL checkpoint: {name}, {size}.").format(
                        name=seen.path.name, size=size_text(seen.size)
                    )
                )
                if seen.like:
                    self.like.setCurrentIndex(max(self.like.findData(seen.like), 0))
                self.base.show()
        if not isinstance(seen, BaseInfo) and seen.open_terms:
            self.licence.ask(seen.open_terms)
        else:
            self.answers.show()
            self.take_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit()

    def _say_files(self, seen: FilesInfo) -> None:
        number = QLocale().toString
        parts = [
            self.tr("{title} ({found} of {files} files)").format(
                title=translated(part.title), found=number(part.found), files=number(part.files)
            )
            for part in seen.parts
        ]
        self._say(self.tr("Found, {size}: {parts}.").format(size=size_text(seen.size), parts=", ".join(parts)))
        left_out: list[str] = []
        if seen.damaged:
            left_out.append(self.tr("Damaged, and left out: {names}.").format(names=_names(seen.damaged)))
        if seen.others:
            left_out.append(
                self.tr("Other files than their names stand for, such as finetunes, and left out: {names}.").format(
                    names=_names(seen.others)
                )
            )
        if left_out:
            self.left_out.setText(" ".join(left_out))
            self.left_out.show()
        if seen.nearest:
            title = translated(seen.nearest)
            text = (
                self.tr("Not found, and still to be fetched for {title}: {names}.").format(
                    title=title, names=", ".join(translated(one) for one in seen.lacking)
                )
                if seen.lacking
                else self.tr("With it, {title} has all its parts.").format(title=title)
            )
            self.lacking.setText(text)
            self.lacking.show()

    def _say(self, text: str) -> None:
        self.result.setText(text)
        self.result.show()

    def _accepted(self) -> None:
        self._begin(self.licence.terms)

    def _take(self) -> None:
        self._begin(())

    def _begin(self, accept: Sequence[object]) -> None:
        seen = self._seen
        if seen is None:
            return
        like, commercial = str(self.like.currentData() or ""), self.commercial.currentData()
        terms = self.licence.terms if accept else ()
        self._clear()
        self._files.take(seen, terms, like=like, commercial_use=commercial)

    def _say_taken(self, taken: Taken) -> None:
        number = QLocale().toString
        if taken.title:
            text = self.tr("Imported: {title}.").format(title=translated(taken.title))
        elif not taken.files:
            text = self.tr("All of it was here already.")
        else:
            text = self.tr("Imported {count} files, {shared} of them without a second copy.").format(
                count=number(taken.files), shared=number(taken.shared)
            )
        if taken.unverified:
            text += " " + self.tr("Known by their names alone, and not verified: {count}.").format(
                count=number(taken.unverified)
            )
        self._say(text)

    # ---- What is going on

    def _clear(self) -> None:
        self._seen = None
        self.error.clear()
        for widget in (self.result, self.left_out, self.lacking, self.base, self.licence, self.answers):
            widget.hide()

    def _offer_bundles(self) -> None:
        models = self._downloads.models
        if models is None or self.like.count():
            return
        for bundle in models.bundles:
            if bundle.checkpoint:
                self.like.addItem(translated(bundle.title), bundle.name)
                if bundle.recommended:
                    self.like.setCurrentIndex(self.like.count() - 1)

    def _show_work(self, key: str) -> None:
        if key == IMPORT:
            work = self._downloads.work(IMPORT)
            self.work.show_work(work)
            for one in (self.folder_button, self.file_button):
                one.setEnabled(work is None)

    def _show_error(self, key: str, error: FastFaceError) -> None:
        if key == IMPORT:
            self.error.show_error(error)

    def _stop(self) -> None:
        self._files.stop(IMPORT)


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    return f"{shown}, …" if len(names) > _MOST_NAMES else shown

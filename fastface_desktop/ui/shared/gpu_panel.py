"""The GPU and its runtime: what was found, what fits, how large that is, and getting, checking and removing it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QFileDialog

from fastface_core.errors import FastFaceError
from fastface_desktop.state.gpu_runtime import GpuRuntime
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared.work_line import WorkLine
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, button, label, restyle
from fastface_desktop.ui.widgets.flow import FlowLayout
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.question import Question
from fastface_desktop.ui.widgets.sizes import size_text

if TYPE_CHECKING:  # their libraries are not needed to show the panel
    from fastface_core.runtime.gpus import Gpu
    from fastface_core.runtime.users import Seen

_GIB = 1 << 30


class GpuPanel(Card):
    """Says what is known and offers what can be done next; everything else is hidden."""

    def __init__(self, runtime: GpuRuntime, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._runtime = runtime
        self._wrong = 0  # files, when they were read last
        self.title = label(self.tr("The GPU's runtime"), "strong", wrap=True)
        self.found = label(role="secondary", wrap=True)
        self.state = label(wrap=True)
        self.more = label(role="secondary", wrap=True)
        self.folder = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.action = button("", "", "primary")
        self.action.clicked.connect(self._act)
        self.pack_button = button(
            self.tr("From a file…"), self.tr("Take it from a file that another computer has written")
        )
        self.pack_button.clicked.connect(self._choose_pack)
        self.folder_button = button(
            self.tr("Another folder…"), self.tr("Keep it elsewhere, on another drive for example")
        )
        self.folder_button.clicked.connect(self._choose_folder)
        self.verify_button = button(self.tr("Verify"), self.tr("Read every file and compare it with its checksum"))
        self.verify_button.clicked.connect(self._verify)
        self.export_button = button(
            self.tr("Save as file…"), self.tr("Write it into one file, for a computer without a network")
        )
        self.export_button.clicked.connect(self._choose_target)
        self.remove_button = button(self.tr("Remove…"), self.tr("Say first what removing it means"))
        self.remove_button.clicked.connect(self._ask_removal)
        self.again_button = button(self.tr("Look again"), self.tr("Look for GPUs and their driver once more"))
        self.again_button.clicked.connect(self._look)
        self.question = Question(
            self.tr("Remove"), self.tr("Remove all files"), self.tr("Keep"), self.tr("Change nothing")
        )
        self.question.agreed.connect(self._remove)
        self.work = WorkLine(self.tr("Progress of the GPU's runtime"))
        self.work.stop_wanted.connect(runtime.pause)
        self.work.stop_button.setText(self.tr("Pause"))
        self.done = label(role="good", wrap=True)
        self.done.hide()
        self.error = InlineError(theme)
        buttons = FlowLayout()
        for one in (
            self.action,
            self.pack_button,
            self.folder_button,
            self.verify_button,
            self.export_button,
            self.remove_button,
            self.again_button,
        ):
            buttons.addWidget(one)
        for widget in (self.title, self.found, self.state, self.more, self.folder):
            self.column.addWidget(widget)
        self.column.addLayout(buttons)
        for widget in (self.question, self.work, self.done, self.error):
            self.column.addWidget(widget)
        runtime.seen.connect(self._show)
        runtime.work_changed.connect(self._show_work)
        runtime.failed.connect(self._show_error)
        runtime.installed.connect(self._say_installed)
        runtime.verified.connect(self._say_verified)
        runtime.removed.connect(self._say_removed)
        runtime.packed.connect(self._say_packed)
        self._show()

    def shown(self) -> None:
        """It has come into view."""
        if self._runtime.now is None:
            self._runtime.look()

    @property
    def useful(self) -> bool:
        """Whether there is a runtime, or could be one."""
        seen = self._runtime.now
        return seen is not None and (seen.offer.build is not None or seen.state is not None)

    # ---- What it shows

    def _show(self) -> None:
        seen = self._runtime.now
        if seen is None:
            self.found.setText(self.tr("Looking for GPUs…"))
        else:
            self.found.setText("\n".join(map(gpu_words, seen.gpus)))
            state, tone, more = _state(seen)
            self.state.setText(state)
            restyle(self.state, "tone", tone)
            self.more.setText(more)
            self.folder.setText(self.tr("Folder: {folder}").format(folder=seen.folder))
        for one in (self.found, self.state, self.more):
            one.setVisible(bool(one.text()))
        self._offer()

    def _show_work(self, _: str) -> None:
        before = self.work.isHidden()
        self.work.show_work(self._runtime.doing)
        if self.work.isHidden() != before:
            self._offer()

    def _offer(self) -> None:
        """The buttons that lead on from here."""
        seen = self._runtime.now if self._runtime.doing is None else None
        can = seen is not None and seen.offer.build is not None
        there = seen is not None and seen.state is not None
        good = seen is not None and seen.state is not None and not self._broken(seen)
        wanted = seen is not None and can and not (good and seen.fits)
        self.action.setVisible(wanted or (there and not good))
        if seen is not None:
            word, tooltip = self._next(seen)
            self.action.setText(word)
            self.action.setAccessibleName(word)
            self.action.setToolTip(tooltip)
        for one in (self.pack_button, self.folder_button):
            one.setVisible(wanted)
        self.export_button.setVisible(can)
        self.verify_button.setVisible(good)
        self.remove_button.setVisible(there)
        self.again_button.setVisible(seen is not None and not can and not there)
        self.folder.setVisible(wanted or there)
        if seen is None:
            self.question.hide()

    def _broken(self, seen: "Seen") -> bool:
        """Whether what is installed has to be mended before it can be used."""
        return seen.state is not None and (bool(seen.state.problem) or self._wrong > 0)

    def _next(self, seen: "Seen") -> tuple[str, str]:
        """The word of the first button, and its tooltip."""
        if self._broken(seen):
            return self.tr("Repair"), self.tr("Fetch what is damaged or of another version, and try it again")
        if self._runtime.paused or (seen.offer.build and seen.missing < seen.offer.build.size):
            return self.tr("Resume"), self.tr("Go on with the download where it was stopped")
        return self.tr("Download and try"), self.tr("Fetch it, compute something with the GPU, and then use it")

    def _show_error(self, _: str, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _say(self, text: str, role: str = "good") -> None:
        self.done.setText(text)
        restyle(self.done, "role", role)
        self.done.show()

    def _say_installed(self) -> None:
        self._wrong = 0
        self._say(self.tr("The GPU has computed something with it."))

    def _say_verified(self, wrong: int) -> None:
        if wrong:
            self._say(self.tr("Files that are damaged or missing: {count}.").format(count=wrong), "warn")
        else:
            self._say(self.tr("Every file is as it should be."))
        self._wrong = wrong
        self._offer()

    def _say_removed(self, gone: bool) -> None:
        self._wrong = 0
        if gone:
            self._say(self.tr("It is removed. Pictures are computed with what FastFace has itself."))
        else:
            self._say(
                self.tr("It is not used from the next start on. Remove it once more when FastFace was closed."),
                "warn",
            )

    def _say_packed(self, file: Path) -> None:
        self._say(self.tr("{name} is ready, for a computer with such a GPU.").format(name=file.name))

    # ---- What the user does

    def _begin(self) -> None:
        self.error.clear()
        self.done.hide()
        self.question.hide()

    def _look(self) -> None:
        self._begin()
        self._runtime.look()

    def _act(self) -> None:
        self._begin()
        seen = self._runtime.now
        if seen is not None and self._broken(seen):
            self._runtime.repair()
        else:
            self._runtime.install()

    def take_pack(self, file: Path) -> None:
        """Installs from a file that another computer has written."""
        self._begin()
        self._runtime.install(pack=file)

    def install_into(self, folder: Path) -> None:
        """Installs into another folder, which is the one from then on."""
        self._begin()
        self._runtime.install(folder=folder)

    def save_pack(self, target: Path) -> None:
        """Writes a file for a computer without a network."""
        self._begin()
        self._runtime.write_pack(target)

    def _verify(self) -> None:
        self._begin()
        self._runtime.verify()

    def _ask_removal(self) -> None:
        self._begin()
        self.question.ask(self.tr("FastFace then computes with what it has itself. It can be downloaded again."))

    def _remove(self) -> None:
        self._begin()
        self._runtime.remove()

    def _choose_pack(self) -> None:
        kinds = self.tr("Runtime of a GPU (*.fastface-gpu);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose the file"), str(Path.home()), kinds)
        if chosen:
            self.take_pack(Path(chosen))

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Where it is to lie"), str(Path.home()))
        if chosen:
            self.install_into(Path(chosen))

    def _choose_target(self) -> None:
        seen = self._runtime.now
        lane = seen.offer.lane.name if seen and seen.offer.lane else "gpu"
        suggested = str(Path.home() / f"FastFace {lane}.fastface-gpu")
        kinds = self.tr("Runtime of a GPU (*.fastface-gpu);;All files (*)")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Where the file is to lie"), suggested, kinds)
        if chosen:
            self.save_pack(Path(chosen))


def gpu_words(gpu: "Gpu") -> str:
    """A GPU in a line."""
    parts = [gpu.name]
    if gpu.memory:
        parts.append(f"{gpu.memory / _GIB:.0f} GB")
    if gpu.driver:
        parts.append(QCoreApplication.translate("gpu", "driver {version}").format(version=gpu.driver))
    if gpu.capability is not None:
        # NVIDIA counts its architectures so: a version, and no number of the language.
        parts.append(QCoreApplication.translate("gpu", "architecture {number}").format(number=gpu.capability))
    return " · ".join(parts)


def _state(seen: "Seen") -> tuple[str, str, str]:
    """What the state is, its tone, and what else is to be said."""
    translate = QCoreApplication.translate
    offer, state = seen.offer, seen.state
    if state is not None and state.problem:
        return translated(state.problem), "warn", translate("gpu", "FastFace computes without the GPU until then.")
    if state is not None and state.record is not None:
        words = (
            translate("gpu", "{title} is in use.")
            if seen.at_work
            else translate("gpu", "{title} is installed, and used from the next start on.")
        )
        return words.format(title=state.record.title), "good", _measured(seen)
    more = translated(offer.hint)
    if offer.build is not None:
        more = translate(
            "gpu",
            "{fetched} are fetched, {unpacked} lie on the disk afterwards; {free} are free. Pictures are made without"
            " it as well, with the CPU.",
        ).format(
            fetched=size_text(offer.build.size), unpacked=size_text(offer.build.unpacked), free=size_text(seen.free)
        )
    return translated(offer.reason), "", more


def _measured(seen: "Seen") -> str:
    """What it has computed when it was tried."""
    computed = seen.state.computed if seen.state else None
    if computed is None:
        return ""
    words = QCoreApplication.translate("gpu", "{device}, torch {version}.")
    text = words.format(device=computed.device, version=computed.torch)
    if seconds := computed.least_seconds:
        words = QCoreApplication.translate("gpu", "A full-size picture in 4 steps takes at least {seconds} s with it.")
        text += " " + words.format(seconds=QLocale().toString(seconds, "f", 2))
    return text

"""The states of Settings, the palette and the help, for `screens.py`."""

from dataclasses import replace
from typing import TYPE_CHECKING

from fastface_core.overlay import Computed, Record, State
from fastface_core.runtime.gpus import Gpu
from fastface_core.runtime.lanes import Lanes, offer
from fastface_core.runtime.users import Seen
from fastface_desktop.ui.help.page import HelpPage
from fastface_desktop.ui.preferences.computer import ThisComputer
from fastface_desktop.ui.preferences.diagnostics import DiagnosticsSection
from fastface_desktop.ui.preferences.folders import Folders
from fastface_desktop.ui.preferences.library import LibrarySection
from fastface_desktop.ui.preferences.page import PreferencesPage
from fastface_desktop.ui.preferences.pictures import PicturesForOthers
from fastface_desktop.ui.preferences.shortcuts import Shortcuts

if TYPE_CHECKING:
    from tests.desktop.screens import Walk


class PreferencesScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk
        walk.window.show_page("preferences")
        page = walk.window.page
        assert isinstance(page, PreferencesPage)
        self.page = page

    def go(self) -> None:
        walk = self.walk
        walk.wait(lambda: walk.desktop.library.library is not None)
        walk.wait(lambda: walk.desktop.engine.status not in ("starting", "importing"))
        for name in self.page.list.buttons:
            self.page.show_section(name)
            walk.settle()
            walk.shot(f"preferences-01-{name}")
        self._wrong()
        self._gpu()
        self._work()
        self._palette()
        self._help()
        self._sizes()

    def _wrong(self) -> None:
        self.page.show_section("pictures")
        pictures = self.page.sections["pictures"]
        assert isinstance(pictures, PicturesForOthers)
        pictures.creator.setText("Studio North")
        pictures.rights.setText("x" * 250)
        pictures.rights.textEdited.emit("x" * 250)
        self.walk.shot("preferences-02-too-long")
        pictures.rights.clear()
        self.page.show_section("shortcuts")
        shortcuts = self.page.sections["shortcuts"]
        assert isinstance(shortcuts, Shortcuts)
        shortcuts.search.setText("Ctrl+")
        shortcuts.rows["window.help"].take("Ctrl+Alt+H")
        shortcuts.rows["window.palette"].take("Ctrl+J")
        self.walk.shot("preferences-03-keys-taken")
        shortcuts.search.clear()
        self.walk.desktop.actions.put_all_back()

    def _gpu(self) -> None:
        """A GPU that this computer may not have: what fits it, and its runtime once it is installed."""
        self.page.show_section("computer")
        computer = self.page.sections["computer"]
        assert isinstance(computer, ThisComputer)
        runtime = self.walk.desktop.gpu_runtime
        self.walk.wait(lambda: runtime.now is not None)
        gpus = (Gpu("nvidia", "NVIDIA GeForce RTX 4070", "580.65.06", 8.9, 12 << 30),)
        fits = offer(gpus, Lanes.load(), "linux-x86_64", "cp311")
        assert fits.build is not None
        folder = self.walk.photos / "runtime"
        record = Record(
            lane="cu130", title="CUDA 13", python="cp311", torch="2.13.0", device="cuda", size=3, landmarks=()
        )
        state = State(folder / "cu130", record, Computed(device=gpus[0].name, torch="2.13.0+cu130", tflops=58.0))
        damaged = replace(state, problem="The GPU's runtime is gone or damaged.")
        offered = Seen(gpus, fits, fits.build.size, folder, 74 << 30, None, fits=False, at_work=False)
        for name, seen in {
            "offered": offered,
            "installed": replace(offered, state=state, fits=True),
            "damaged": replace(offered, state=damaged, fits=True),
        }.items():
            runtime.now = seen
            runtime.seen.emit()
            self.walk.shot(f"preferences-02-gpu-{name}")
        runtime.look()

    def _work(self) -> None:
        self.page.show_section("folders")
        folders = self.page.sections["folders"]
        assert isinstance(folders, Folders)
        folders.ask(self.walk.photos / "Bilder")
        self.walk.shot("preferences-04-another-folder")
        folders.question.hide()
        self.page.show_section("library")
        care = self.page.sections["library"]
        assert isinstance(care, LibrarySection)
        care.check_button.click()
        self.walk.wait(lambda: care.check_setting.note.isVisible())
        care.back_up(self.walk.photos / "no" / "such.fastface-backup")
        self.walk.wait(lambda: care.check_button.isEnabled())
        care.restore(self.walk.photos / "2031-05-04.fastface-backup")
        self.walk.shot("preferences-05-library")
        care.stay_button.click()
        for toast in self.walk.window.toasts.shown():
            toast.dismiss()
        self.page.show_section("diagnostics")
        diagnostics = self.page.sections["diagnostics"]
        assert isinstance(diagnostics, DiagnosticsSection)
        self.walk.wait(lambda: bool(diagnostics.text.toPlainText()))
        self.walk.shot("preferences-06-diagnostics")

    def _palette(self) -> None:
        palette = self.walk.window.palette_box
        palette.open_palette()
        self.walk.shot("palette-01-all")
        palette.field.setText("pic")
        palette.field.textEdited.emit("pic")
        self.walk.shot("palette-02-found")
        palette.field.setText("qqq")
        palette.field.textEdited.emit("qqq")
        self.walk.shot("palette-03-nothing")
        palette.close_palette()

    def _help(self) -> None:
        self.walk.window.show_help()
        page = self.walk.window.page
        assert isinstance(page, HelpPage)
        self.walk.shot("help-01-first-steps")
        page.scroller.verticalScrollBar().setValue(page.scroller.verticalScrollBar().maximum())
        self.walk.shot("help-02-shortcuts")
        page.search.setText("likeness" if self.walk.language == "en" else "Ähnlichkeit")
        self.walk.shot("help-03-found")
        page.search.setText("qqq")
        self.walk.shot("help-04-nothing")
        page.search.clear()
        self.walk.window.show_page("preferences")

    def _sizes(self) -> None:
        self.walk.window.resize(self.walk.window.minimumSize())
        for name in ("general", "folders", "shortcuts", "network"):
            self.page.show_section(name)
            self.walk.shot(f"preferences-07-smallest-{name}")
        self.walk.desktop.settings.change(text_scale=2.0)
        for name in ("computer", "library", "shortcuts"):
            self.page.show_section(name)
            self.walk.shot(f"preferences-08-large-text-{name}")
        self.walk.desktop.settings.change(text_scale=1.0)

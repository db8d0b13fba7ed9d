"""The composition root: builds every object of the window, runs until it is closed, and ends everything in order."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QEvent, QObject, QThread, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from fastface_core import __version__
from fastface_core.paths import resource
from fastface_core.updates.place import window_is_drawn, window_is_handed_over
from fastface_desktop import single_instance
from fastface_desktop.garbage import GarbageCollector
from fastface_desktop.log import ExceptionHook, start_log
from fastface_desktop.navigator import Navigator
from fastface_desktop.pages import PageBuilder
from fastface_desktop.services import Services
from fastface_desktop.single_instance import SingleInstance
from fastface_desktop.state.works import Works
from fastface_desktop.translation import translated
from fastface_desktop.ui.shell.announcer import Announcer
from fastface_desktop.ui.shell.window import MainWindow
from fastface_desktop.ui.widgets import spoken
from fastface_desktop.ui.widgets.tips import Tips

if TYPE_CHECKING:
    from fastface_desktop.finding import Finding
    from fastface_desktop.state.models.downloads import Downloads

_PATIENCE = 15.0
"""Seconds after which the process ends though a thread does not: a driver that hangs cannot be asked."""


def application() -> QApplication:
    """The one application of this process, with the names that the desktop shows for it."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("FastFace")
    app.setApplicationDisplayName("FastFace")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fastface-desktop")
    app.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
    app.setQuitOnLastWindowClosed(False)
    spoken.install()
    return app


class FirstPaint(QObject):
    """Calls `then` once a window was drawn for the first time."""

    def __init__(self, window: QWidget, then: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self._then = then
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._then)
        return False


class Desktop(Services):
    """The window with everything behind it, and its end in order."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._finding: Finding | None = None
        self.bugs = ExceptionHook(self)
        self.garbage = GarbageCollector(self.engine, self)
        self.navigator = Navigator()
        self.pages = PageBuilder(self, self.navigator)
        self.downloads_made.connect(self._downloads_made)
        self.marks.said.connect(self.navigator.say)
        self.marks.marked.connect(self.navigator.keep)
        self.queue.picture_done.connect(self._picture_done)
        self.queue.noticed.connect(self._say_notice)
        self.batch_finished.connect(self._batch_finished)
        self.search_finished.connect(self._search_finished)
        self.window = MainWindow(
            self.pages.entries(),
            theme=self.theme,
            settings=self.settings,
            engine=self.engine,
            queue=self.queue,
            images=self.images,
            other=self.other,
            unfinished=self.unfinished,
            actions=self.actions,
        )
        self.navigator.window = self.window
        self.announcer = Announcer(self.queue, self.window)
        self.tips = Tips(self.theme, self.window)
        self.window.find_with(self._finder)
        if "downloads" in vars(self):
            self.window.watch_downloads(self.downloads)
        self.window.diagnostics_wanted.connect(self.pages.show_diagnostics)
        self.window.first_run_wanted.connect(self.pages.show_first_run)
        self.window.batch_wanted.connect(self.pages.show_batch)
        self.window.drawer.search_wanted.connect(self.pages.show_search)
        self.unfinished.unlock_wanted.connect(self.pages.show_people_to_unlock)
        self.library.noticed.connect(self.window.show_error)
        self.settings.changed.connect(self._setting_changed)
        self.translation.changed.connect(self._retranslate)
        self.bugs.raised.connect(self.window.show_error)
        self._ended = asyncio.Event()
        self.thread_of_engine.finished.connect(self._engine_ended)

    def _finder(self) -> "Finding":
        # With what it finds come Settings and Help, which the window is not to wait for.
        if self._finding is None:
            from fastface_desktop.finding import Finding

            self._finding = Finding(self, self.navigator, self.pages)
        return self._finding

    def _downloads_made(self, made: "Downloads") -> None:
        made.checkpoints_changed.connect(self.pages.offer_checkpoints)
        # The page Models may be the first one, which the window makes before it is there itself.
        if self.navigator.window is not None:
            self.navigator.window.watch_downloads(made)

    def _say_notice(self, job: str, text: str) -> None:
        self.navigator.say(translated(text))

    def _setting_changed(self, name: str) -> None:
        if name == "language":
            # Not at once: what asked for it is built again as well, and has to return first.
            QTimer.singleShot(0, self, self._change_language)
        elif name == "content_filter":
            self.thread_of_engine.content_filter = self.settings.values.content_filter
        elif name in ("small_decoder", "reuse_branch"):
            self.thread_of_engine.approximations = self.settings.values.approximations
        elif name in ("device", "memory"):
            self.engine.use_device(self.settings.values.device, self.settings.values.memory)

    def _change_language(self) -> None:
        self.translation.speak(self.settings.values.language)

    def _retranslate(self) -> None:
        self.window.retranslate(self.pages.entries())

    def show(self, files: Sequence[str] = ()) -> None:
        """Opens the window. The engine begins to load once it is drawn."""
        FirstPaint(self.window, self._start_engine)
        self.window.show()
        self.window.open_files(files)

    def _search_finished(self, settings: int) -> None:
        self.navigator.say(
            self.tr("The search is done: 1 setting is on its curve.")
            if settings == 1
            else self.tr("The search is done: {count} settings are on its curve.").format(count=settings)
        )

    def _batch_finished(self, name: str, made: int, missing: int) -> None:
        text = (
            self.tr("{name} is done, with 1 picture.")
            if made == 1
            else self.tr("{name} is done, with {count} pictures.")
        )
        text = text.format(name=name, count=made)
        if missing:
            lost = self.tr("1 row is not made.") if missing == 1 else self.tr("{count} rows are not made.")
            text = f"{text} {lost.format(count=missing)}"
        self.navigator.say(text)

    def _picture_done(self, job: str, picture: object) -> None:
        self.library.look()

    def _start_engine(self) -> None:
        # The window may have been closed in the meantime.
        if self.window.isVisible():
            self.probe.start()
            self.library.open()
            # Finished pictures go to its filmstrip, whichever page is in view.
            _ = self.window.pages["create"]
            self.thread_of_engine.start(QThread.Priority.LowPriority)
            self.engine.load()
            if self.engine.passed_over:
                self.window.toasts.show(
                    self.tr("%1 is not loaded by itself: the program ended while it was loaded last.").replace(
                        "%1", self.engine.passed_over
                    )
                )

            if self.engine.too_large:
                self.window.toasts.show(
                    self.tr("%1 needs more memory than is free; the starter model is used instead.").replace(
                        "%1", self.engine.too_large
                    )
                )

    def _engine_ended(self) -> None:
        self._ended.set()

    async def end(self) -> bool:
        """Ends everything that runs, whatever it is doing: at once where it can be, after its current step elsewhere.

        Returns:
            False where the engine's thread does not end; everything else is done then.
        """
        self.request_shutdown()
        if self.thread_of_engine.isRunning():
            try:
                await asyncio.wait_for(self._ended.wait(), _PATIENCE)
            except TimeoutError:
                self.saver.flush()
                return False
        self.finish()
        return True

    def request_shutdown(self) -> None:
        """Asks everything that runs to end."""
        self.window.hide()
        self.engine.close()
        self.photos.cancel_all()
        self.people.corrections.flush()
        self.background.close()
        self.presets.close()
        made = vars(self)
        for works in (made.get("downloads"), made.get("gpu_runtime"), made.get("updates")):
            if isinstance(works, Works):
                works.close()
        if self.thread_of_engine.isRunning():
            self.thread_of_engine.shutdown()

    def finish(self) -> None:
        """Ends what is left once the engine's thread has nothing more to do."""
        # `finished` is emitted a moment before the end.
        self.thread_of_engine.wait()
        self.pages.close()
        if "batches" in vars(self):
            self.batches.close()
        if "searches" in vars(self):
            self.searches.close()
        self.library.close()
        self.probe.stop()
        self.garbage.stop()
        self.saver.close()


async def live(desktop: Desktop, instance: SingleInstance, files: Sequence[str], *, exit_after_show: bool) -> bool:
    closed = asyncio.Event()
    desktop.window.closing.connect(closed.set)
    instance.started_again.connect(desktop.window.raise_up)
    instance.started_again.connect(desktop.window.open_files)
    if not files and not exit_after_show:
        desktop.pages.welcome()
    desktop.show(files)
    # A new version that has come this far stays.
    FirstPaint(desktop.window, window_is_drawn)
    if exit_after_show:
        # The filter that was installed last is asked first: the engine does not start any more.
        FirstPaint(desktop.window, desktop.window.close)
    await closed.wait()
    instance.stop_answering()
    return await desktop.end()


def run(files: Sequence[str] = (), *, exit_after_show: bool = False) -> int:
    """Opens the window and returns once it is closed and everything has ended.

    Args:
        files: photos or pictures to begin with.
        exit_after_show: close the window once it is drawn.
    """
    app = application()
    if not exit_after_show and single_instance.hand_over(files):
        window_is_handed_over()
        return 0
    log = start_log()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        loop = runner.get_loop()
        asyncio.set_event_loop(loop)
        desktop = Desktop(app)
        desktop.bugs.install()
        instance = SingleInstance(desktop)
        if not exit_after_show:
            instance.listen()

        def leave(number: int, frame: FrameType | None) -> None:
            QTimer.singleShot(0, desktop.window.close)

        signal.signal(signal.SIGINT, leave)
        signal.signal(signal.SIGTERM, leave)
        whole = runner.run(live(desktop, instance, files, exit_after_show=exit_after_show))
        instance.close()
        desktop.bugs.uninstall()
    if not whole:
        # Everything is saved, and nobody sees this process any more.
        os._exit(1)
    if log is not None:
        log.close()
    return 0

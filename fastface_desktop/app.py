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
from fastface_core.errors import FastFaceError
from fastface_core.paths import resource
from fastface_core.request import Recipe
from fastface_desktop import single_instance
from fastface_desktop.garbage import GarbageCollector
from fastface_desktop.log import Bugs, start_log
from fastface_desktop.probe import Probe
from fastface_desktop.single_instance import SingleInstance
from fastface_desktop.state.background import Background
from fastface_desktop.state.computer import Computer
from fastface_desktop.state.consent import Consents
from fastface_desktop.state.downloads import Downloads
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs import JobQueue
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.model_files import ModelFiles
from fastface_desktop.state.network import NetworkState
from fastface_desktop.state.people import PeopleState
from fastface_desktop.state.photo_intake import PhotoIntake
from fastface_desktop.state.photos import PhotoInspector
from fastface_desktop.state.preset_work import PresetWork
from fastface_desktop.state.presets import Presets
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.traces import Traces
from fastface_desktop.state.trials import Trials
from fastface_desktop.translation import Translation, translated
from fastface_desktop.ui.actions import Actions
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.page import Page, PageEntry
from fastface_desktop.ui.shell import MainWindow
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.worker import EngineThread

if TYPE_CHECKING:  # what only a page needs is imported with it
    from fastface_desktop.state.care import LibraryCare
    from fastface_desktop.state.comparisons import Comparisons
    from fastface_desktop.state.gallery_parts import GalleryParts

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


class Desktop(QObject):
    """Everything the window is made of, built in order and handed over."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.saver = Saver()
        self.settings = Settings(self.saver, self)
        values = self.settings.values
        self.translation = Translation(app, values.language, self)
        self.theme = Theme(app, values.theme, values.text_scale)
        self.probe = Probe(self)
        self.bugs = Bugs(self)
        self.thread_of_engine = EngineThread(values.device, values.memory)
        self.engine = EngineState(self.thread_of_engine, self)
        self.garbage = GarbageCollector(self.engine, self)
        self.queue = JobQueue(self.thread_of_engine, self.saver, self)
        self.photos = PhotoInspector(self.thread_of_engine, self)
        self.session = Session(self.saver, self)
        self.presets = Presets(self.settings, self.session, self)
        self._preset_work: PresetWork | None = None
        self.consents = Consents(self.saver, self)
        self.background = Background(self)
        self.downloads = Downloads(self)
        self.model_files = ModelFiles(self.downloads, self)
        self.network = NetworkState(self.background, self)
        self.computer = Computer(self.thread_of_engine, self.background, self)
        self.library = LibraryState(self)
        self.thread_of_engine.content_filter = values.content_filter
        self.library.opened.connect(self._library_opened)
        self.people = PeopleState(self.library, self)
        self.intake = PhotoIntake(self.thread_of_engine, self.library, self)
        self.traces = Traces(
            people=self.people,
            intake=self.intake,
            session=self.session,
            queue=self.queue,
            consents=self.consents,
            saver=self.saver,
            parent=self,
        )
        self.traces.forgetting.connect(self._forgetting)
        self.people.locking.connect(self.thread_of_engine.forget_faces)
        self.actions = Actions(self.settings, self)
        self._care: LibraryCare | None = None
        self._comparisons: Comparisons | None = None
        self._gallery: GalleryParts | None = None
        self._closing: list[Callable[[], None]] = []
        """What pages started and has to end before the library does."""
        self.queue.picture_done.connect(self._picture_done)
        self.queue.noticed.connect(self._say_notice)
        self.window = MainWindow(
            self._pages(),
            theme=self.theme,
            settings=self.settings,
            engine=self.engine,
            queue=self.queue,
            actions=self.actions,
        )
        self.window.diagnostics_wanted.connect(self._show_diagnostics)
        self.window.first_run_wanted.connect(self.show_first_run)
        self.library.not_restored.connect(self.window.show_error)
        self.settings.changed.connect(self._setting_changed)
        self.translation.changed.connect(self._speak_anew)
        self.bugs.met.connect(self.window.show_error)
        self._ended = asyncio.Event()
        self.thread_of_engine.finished.connect(self._engine_ended)

    def _pages(self) -> list[PageEntry]:
        return [
            PageEntry("create", "create", self.tr("Create"), self._create_page),
            PageEntry("gallery", "gallery", self.tr("Gallery"), self._gallery_page),
            PageEntry("people", "people", self.tr("People"), self._people_page),
            PageEntry("presets", "presets", self.tr("Presets"), self._presets_page),
            PageEntry("compare", "compare", self.tr("Compare"), self._compare_page),
            PageEntry("models", "models", self.tr("Models"), self._models_page),
            PageEntry("preferences", "preferences", self.tr("Preferences"), self._preferences_page),
            PageEntry("help", "info", self.tr("Help"), self._help_page, in_rail=False),
            PageEntry("first-run", "star", self.tr("First steps"), self._first_run_page, in_rail=False),
        ]

    def _create_page(self) -> CreatePage:
        page = CreatePage(
            theme=self.theme,
            session=self.session,
            queue=self.queue,
            inspector=self.photos,
            engine=self.engine,
            people=self.people,
            intake=self.intake,
            consents=self.consents,
            background=self.background,
        )
        page.said.connect(self._say)
        page.person.library.people_wanted.connect(self._show_people)
        page.person.library.person_wanted.connect(self._show_person)
        self.downloads.checkpoints_changed.connect(page.form.offer_anew)
        self.presets.changed.connect(page.form.offer_anew)
        return page

    def _gallery_page(self) -> Page:
        from fastface_desktop.state.gallery_parts import GalleryParts
        from fastface_desktop.ui.gallery.page import GalleryPage
        from fastface_desktop.ui.theme.tokens import Radius

        if self._gallery is None:
            self._gallery = GalleryParts.of(
                self.library,
                self.queue,
                self.session,
                self.background,
                self.settings,
                self.saver,
                self,
                radius=Radius.CARD,
            )
            self._closing.append(self._gallery.gallery.close)
        page = GalleryPage(theme=self.theme, parts=self._gallery)
        page.said.connect(self._say)
        page.create_wanted.connect(self._show_create)
        page.recipe_wanted.connect(self._use_recipe)
        return page

    def _use_recipe(self, recipe: Recipe, other_seed: bool) -> None:
        page = self.window.pages["create"]
        assert isinstance(page, CreatePage)
        self.window.show_page("create")
        page.restore(recipe, other_seed=other_seed)

    def _show_compare(self) -> None:
        self.window.show_page("compare")

    def _show_create(self) -> None:
        self.window.show_page("create")

    def _presets_page(self) -> Page:
        from fastface_desktop.ui.presets.page import PresetsPage

        if self._preset_work is None:
            self._preset_work = PresetWork(
                self.presets,
                session=self.session,
                queue=self.queue,
                engine=self.engine,
                trials=Trials(self.thread_of_engine, self),
                saver=self.saver,
                permitted=self._permitted,
                parent=self,
            )
        page = PresetsPage(theme=self.theme, work=self._preset_work)
        page.said.connect(self._say)
        page.used.connect(self._show_create)
        page.compare_wanted.connect(self._show_compare)
        return page

    def _compare_page(self) -> Page:
        from fastface_desktop.state.comparisons import Comparisons
        from fastface_desktop.ui.compare.page import ComparePage

        # Its pictures go on while the page is made anew in another language.
        if self._comparisons is None:
            self._comparisons = Comparisons(
                self.thread_of_engine, self.queue, self.session, self.presets, self.library, self
            )
            self._closing.append(self._comparisons.close)
        page = ComparePage(
            theme=self.theme,
            comparisons=self._comparisons,
            session=self.session,
            presets=self.presets,
            engine=self.engine,
            background=self.background,
            permitted=self._permitted,
            permit=self._permit,
        )
        page.said.connect(self._say)
        page.create_wanted.connect(self._show_create)
        page.recipe_wanted.connect(self._use_recipe)
        return page

    def _permit(self, then: Callable[[FastFaceError | None], None]) -> None:
        page = self.window.pages["create"]
        assert isinstance(page, CreatePage)
        page.permit(then)

    def _permitted(self) -> bool:
        page = self.window.pages["create"]
        assert isinstance(page, CreatePage)
        return page.permitted()

    def _people_page(self) -> Page:
        from fastface_desktop.ui.people.page import PeoplePage

        page = PeoplePage(
            theme=self.theme,
            people=self.people,
            intake=self.intake,
            traces=self.traces,
            background=self.background,
        )
        page.said.connect(self._say)
        page.create_wanted.connect(self._create_with)
        page.pictures_wanted.connect(self._show_pictures_of)
        return page

    def _show_pictures_of(self, uid: str) -> None:
        from fastface_desktop.ui.gallery.page import GalleryPage

        page = self.window.pages["gallery"]
        assert isinstance(page, GalleryPage)
        page.show_person(uid)
        self.window.show_page("gallery")

    def _forgetting(self, uid: str, hashes: frozenset[str]) -> None:
        """Whose pictures were shown last is kept as well, and of whom something was compared."""
        self.thread_of_engine.forget_faces()
        if self._comparisons is not None:
            self._comparisons.forget(uid, hashes)
        from fastface_desktop.state.gallery_view import forget_person

        if self._gallery is None:
            forget_person(self.saver, uid)
        elif self._gallery.gallery.view.person == uid:
            self._gallery.gallery.set_view(person=None)

    def _show_people(self) -> None:
        self.window.show_page("people")

    def _show_person(self, uid: str) -> None:
        from fastface_desktop.ui.people.page import PeoplePage

        self.window.show_page("people")
        page = self.window.pages["people"]
        assert isinstance(page, PeoplePage)
        page.open_person(uid)

    def _create_with(self, uid: str) -> None:
        self.session.choose_person(uid)
        self.window.show_page("create")

    def _models_page(self) -> Page:
        from fastface_desktop.ui.models.page import ModelsPage

        page = ModelsPage(theme=self.theme, downloads=self.downloads, files=self.model_files, network=self.network)
        page.said.connect(self._say)
        page.first_run_wanted.connect(self.show_first_run)
        return page

    def _first_run_page(self) -> Page:
        from fastface_desktop.ui.first_run.page import FirstRunPage

        page = FirstRunPage(
            theme=self.theme,
            computer=self.computer,
            downloads=self.downloads,
            files=self.model_files,
            session=self.session,
            queue=self.queue,
            inspector=self.photos,
            consents=self.consents,
            background=self.background,
        )
        page.finished.connect(self._first_run_over)
        page.models_wanted.connect(self._show_models)
        return page

    def show_first_run(self) -> None:
        """What this computer can do, models to begin with, a first picture."""
        self.settings.set("first_run_seen", True)
        self.window.show_page("first-run")

    def welcome(self) -> None:
        """The same, at the very first start."""
        if not self.settings.values.first_run_seen:
            self.show_first_run()

    def _first_run_over(self) -> None:
        self.window.show_page("create")

    def _show_models(self) -> None:
        self.window.show_page("models")

    def _preferences_page(self) -> Page:
        from fastface_desktop.state.care import LibraryCare
        from fastface_desktop.ui.preferences.sections import Parts, preferences

        # Its work goes on while the page is made anew in another language.
        if self._care is None:
            self._care = LibraryCare(self.library, self)
        parts = Parts(
            theme=self.theme,
            settings=self.settings,
            engine=self.engine,
            care=self._care,
            downloads=self.downloads,
            network=self.network,
            actions=self.actions,
            probe=self.probe,
            background=self.background,
        )
        page = preferences(parts, show_models=self._show_models)
        page.said.connect(self._say)
        return page

    def _show_diagnostics(self) -> None:
        from fastface_desktop.ui.preferences.page import PreferencesPage

        page = self.window.pages["preferences"]
        assert isinstance(page, PreferencesPage)
        page.show_section("diagnostics")
        self.window.show_page("preferences")

    def _help_page(self) -> Page:
        from fastface_desktop.ui.help.page import HelpPage

        return HelpPage(theme=self.theme, actions=self.actions, language=self.translation.language)

    def _say_notice(self, job: str, text: str) -> None:
        self.window.toasts.show(translated(text))

    def _say(self, text: str, undo: Callable[[], None] | None) -> None:
        self.window.toasts.show(text, undo)

    def _setting_changed(self, name: str) -> None:
        if name == "language":
            # Not at once: what asked for it is made anew as well, and has to come to its end first.
            QTimer.singleShot(0, self, self._change_language)
        elif name == "content_filter":
            self.thread_of_engine.content_filter = self.settings.values.content_filter
        elif name in ("device", "memory"):
            self.engine.use_device(self.settings.values.device, self.settings.values.memory)

    def _change_language(self) -> None:
        self.translation.speak(self.settings.values.language)

    def _speak_anew(self) -> None:
        self.window.speak_anew(self._pages())

    def show(self, files: Sequence[str] = ()) -> None:
        """Opens the window. The engine begins to load once it is drawn."""
        FirstPaint(self.window, self._start_engine)
        self.window.show()
        self.window.open_files(files)

    def _library_opened(self) -> None:
        self.thread_of_engine.library = self.library.library

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

    def _engine_ended(self) -> None:
        self._ended.set()

    async def end(self) -> bool:
        """Ends everything that runs, whatever it is doing: at once where it can be, after its current step elsewhere.

        Returns:
            False where the engine's thread does not end; everything else is done then.
        """
        self.let_go()
        if self.thread_of_engine.isRunning():
            try:
                await asyncio.wait_for(self._ended.wait(), _PATIENCE)
            except TimeoutError:
                self.saver.flush()
                return False
        self.finish()
        return True

    def let_go(self) -> None:
        """Asks everything that runs to end."""
        self.window.hide()
        self.photos.cancel_all()
        self.background.close()
        self.presets.close()
        self.downloads.close()
        if self.thread_of_engine.isRunning():
            self.thread_of_engine.shutdown()

    def finish(self) -> None:
        """Ends what is left once the engine's thread has nothing more to do."""
        # `finished` is emitted a moment before the end.
        self.thread_of_engine.wait()
        for close in self._closing:
            close()
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
        desktop.welcome()
    desktop.show(files)
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

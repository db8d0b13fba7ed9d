"""Everything behind the window that is no widget's own: built once, in order, and handed to the pages."""

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from fastface_core import paths
from fastface_desktop.probe import Probe
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.gallery.picture_marks import PictureMarks
from fastface_desktop.state.jobs.images import JobImages
from fastface_desktop.state.jobs.other_work import OtherWork
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.jobs.unfinished import Unfinished
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.people.chosen_photos import ChosenPhotos
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.eraser import PersonEraser
from fastface_desktop.state.people.everybody import EverybodysPermission
from fastface_desktop.state.people.intake import PhotoIntake
from fastface_desktop.state.people.other_photos import OtherPhotos
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.people.permission import Permission
from fastface_desktop.state.photos import PhotoInspector
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.style_samples import StyleSamples
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.twin import CreateTwin
from fastface_desktop.translation import Translation
from fastface_desktop.ui.shell.actions import Actions
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.worker import EngineThread

if TYPE_CHECKING:
    from fastface_desktop.state.batch.batches import Batches
    from fastface_desktop.state.batch.draft import Draft
    from fastface_desktop.state.compare.searches import Searches
    from fastface_desktop.state.computer import Computer
    from fastface_desktop.state.gpu_runtime import GpuRuntime
    from fastface_desktop.state.models.downloads import Downloads
    from fastface_desktop.state.models.files import ModelFiles
    from fastface_desktop.state.models.network import NetworkState
    from fastface_desktop.state.updates import Updates


class Services(QObject):
    """The state of the program, the engine's thread, the theme and the language."""

    downloads_made = Signal(object)
    """The `Downloads`, when something first needs them."""
    batch_finished = Signal(str, int, int)
    """As `Batches.finished`."""
    search_finished = Signal(int)
    """As `Searches.finished`."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.saver = Saver()
        self.settings = Settings(self.saver, self)
        values = self.settings.values
        self.translation = Translation(app, values.language, self)
        self.theme = Theme(app, values.theme, values.text_scale)
        self.probe = Probe(self)
        self.thread_of_engine = EngineThread(values.device, values.memory)
        self.engine = EngineState(self.thread_of_engine, self)
        self.queue = JobQueue(self.thread_of_engine, self.saver, self)
        self.photos = PhotoInspector(self.thread_of_engine, self)
        self.session = Session(self.saver, self)
        self.presets = Presets(self.settings, self.session, self)
        self.consents = Consents(self.saver, self)
        self.background = Tasks(self)
        self.library = LibraryState(self)
        self.thread_of_engine.content_filter = values.content_filter
        self.thread_of_engine.approximations = values.approximations
        self.library.opened.connect(self._library_opened)
        self.people = PeopleState(self.library, self)
        self.images = JobImages(self.queue, self.people, self.background, self)
        self.other = OtherWork(self)
        self.marks = PictureMarks(self.library, self)
        self.chosen_photos = ChosenPhotos(self.session, self.photos, self.consents, self.background, self)
        self.permission = Permission(self.session, self.chosen_photos, self.consents, self.people, self)
        self.other_photos = OtherPhotos(self.session, self.photos, self.consents, self)
        self.everybody = EverybodysPermission(self.permission, self.other_photos, self.consents, self.people, self)
        self.unfinished = Unfinished(self.queue, self.people, self)
        self.intake = PhotoIntake(self.thread_of_engine, self.library, self)
        self.twin = CreateTwin(self.thread_of_engine, self.session, self.chosen_photos, self.people, self)
        self.style_samples = StyleSamples(
            self.thread_of_engine, self.twin, self.session, self.people, self.library, self
        )
        self.traces = PersonEraser(
            people=self.people,
            intake=self.intake,
            session=self.session,
            queue=self.queue,
            consents=self.consents,
            saver=self.saver,
            parent=self,
        )

        self.people.locking.connect(self.thread_of_engine.forget_faces)
        self.actions = Actions(self.settings, self)

    # What only some pages need, and would make the window wait for a tenth of a second.

    @cached_property
    def downloads(self) -> "Downloads":
        from fastface_desktop.state.models.downloads import Downloads

        made = Downloads(self)
        self.downloads_made.emit(made)
        return made

    @cached_property
    def model_files(self) -> "ModelFiles":
        from fastface_desktop.state.models.files import ModelFiles

        return ModelFiles(self.downloads, self)

    @cached_property
    def network(self) -> "NetworkState":
        from fastface_desktop.state.models.network import NetworkState

        return NetworkState(self.background, self)

    @cached_property
    def gpu_runtime(self) -> "GpuRuntime":
        from fastface_desktop.state.gpu_runtime import GpuRuntime

        return GpuRuntime(parent=self)

    @cached_property
    def updates(self) -> "Updates":
        from fastface_desktop.state.updates import Updates

        return Updates(parent=self)

    @cached_property
    def computer(self) -> "Computer":
        from fastface_desktop.state.computer import Computer

        return Computer(self.thread_of_engine, self.background, self)

    @cached_property
    def batches(self) -> "Batches":
        from fastface_desktop.state.batch.batches import Batches

        made = Batches(self.thread_of_engine, self.library, self.people, self)
        self.other.watch_batches(made)
        made.finished.connect(self.batch_finished)
        self.traces.forgetting.connect(made.forget)
        return made

    @cached_property
    def batch_draft(self) -> "Draft":
        from fastface_desktop.state.batch.draft import Draft

        made = Draft(self.session, self.queue, self.people, self)
        self.traces.forgetting.connect(made.forget)
        return made

    @cached_property
    def searches(self) -> "Searches":
        from fastface_desktop.state.compare.searches import Searches

        made = Searches(self.thread_of_engine, self)
        self.other.watch_searches(made)
        made.finished.connect(self.search_finished)
        self.traces.forgetting.connect(made.forget)
        return made

    def _library_opened(self) -> None:
        self.thread_of_engine.library = self.library.library
        self.background.run(self, _import_long_work, self._offer_long_work)

    def _offer_long_work(self, searched: bool) -> None:
        """What a restart interrupted is offered."""
        self.batches.look()
        if searched:
            self.searches.look()


def _import_long_work() -> bool:
    """Beside the window, which is not to wait for it; returns whether anything was ever searched."""
    import_module("fastface_desktop.state.batch.batches")
    searched = paths.searches_folder().is_dir()
    if searched:
        import_module("fastface_desktop.state.compare.searches")
    return searched

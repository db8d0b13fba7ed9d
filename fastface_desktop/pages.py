"""The pages of the window: how each is built, and how one leads to another.

What a page only needs is imported with it, so that the window does not wait for it. What goes on while a page is made
again in another language is kept here.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from fastface_core.domain.request import Recipe
from fastface_desktop.navigator import Navigator
from fastface_desktop.services import Services
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.shell.page import Page, PageEntry

if TYPE_CHECKING:
    from fastface_desktop.state.care import LibraryCare
    from fastface_desktop.state.compare.comparisons import Comparisons
    from fastface_desktop.state.gallery.parts import GalleryParts
    from fastface_desktop.state.models.fitting import Fitting
    from fastface_desktop.state.presets.work import PresetWork
    from fastface_desktop.state.twin import PersonTwin
    from fastface_desktop.ui.batch.sheet import BatchSheet
    from fastface_desktop.ui.compare.search_sheet import SearchSheet


class PageBuilder(QObject):
    """Builds a page when it is first looked at."""

    def __init__(self, services: Services, navigator: Navigator) -> None:
        super().__init__(services)
        self._services = services
        self._navigator = navigator
        self._care: LibraryCare | None = None
        self._comparisons: Comparisons | None = None
        self._gallery: GalleryParts | None = None
        self._person_twin: PersonTwin | None = None
        self._preset_work: PresetWork | None = None
        self._fitting: Fitting | None = None
        self._sheet: BatchSheet | None = None
        self._search: SearchSheet | None = None
        self._closing: list[Callable[[], None]] = []
        """What pages started and has to end before the library does."""
        services.traces.forgetting.connect(self.forget)

    def close(self) -> None:
        """Ends what pages started."""
        for close in self._closing:
            close()

    def entries(self) -> list[PageEntry]:
        return [
            PageEntry("create", "create", self.tr("Create"), self._create_page),
            PageEntry("gallery", "gallery", self.tr("Gallery"), self._gallery_page),
            PageEntry("people", "people", self.tr("People"), self._people_page),
            PageEntry("presets", "presets", self.tr("Presets"), self._presets_page),
            PageEntry("compare", "grid", self.tr("Compare"), self._compare_page),
            PageEntry("models", "models", self.tr("Models"), self._models_page),
            PageEntry("preferences", "preferences", self.tr("Settings"), self._preferences_page, at_foot=True),
            PageEntry("help", "info", self.tr("Help"), self._help_page, in_rail=False),
            PageEntry("first-run", "star", self.tr("First steps"), self._first_run_page, in_rail=False),
        ]

    def _create_page(self) -> CreatePage:
        page = CreatePage(
            theme=self._services.theme,
            session=self._services.session,
            queue=self._services.queue,
            photos=self._services.chosen_photos,
            permission=self._services.everybody,
            others=self._services.other_photos,
            engine=self._services.engine,
            people=self._services.people,
            intake=self._services.intake,
            consents=self._services.consents,
            twin=self._services.twin,
            images=self._services.images,
            unfinished=self._services.unfinished,
            marks=self._services.marks,
            background=self._services.background,
        )
        page.said.connect(self._navigator.say)
        page.pictures.gallery_wanted.connect(self._show_gallery)
        page.models_wanted.connect(self._show_models)
        page.person.library.people_wanted.connect(self._show_people)
        page.person.library.person_wanted.connect(self.show_person)
        self._services.presets.changed.connect(page.form.refresh_offers)
        self._services.style_samples.changed.connect(page.form.styles.show_own)
        self._services.style_samples.changed.connect(page.pictures.empty.show_own)
        for place in (page.form.styles, page.pictures.empty):
            place.show_own(self._services.style_samples.images)
        return page

    def offer_checkpoints(self) -> None:
        """Checkpoints have come or gone."""
        page = self._navigator.page("create", CreatePage)
        page.form.refresh_offers()
        self._services.twin.follow()

    def _gallery_page(self) -> Page:
        from fastface_desktop.state.gallery.parts import GalleryParts
        from fastface_desktop.ui.gallery.page import GalleryPage
        from fastface_desktop.ui.theme.tokens import Radius

        if self._gallery is None:
            self._gallery = GalleryParts.of(
                self._services.library,
                self._services.queue,
                self._services.session,
                self._services.background,
                self._services.settings,
                self._services.saver,
                self,
                radius=Radius.CARD,
            )
            self._closing.append(self._gallery.gallery.close)
        page = GalleryPage(theme=self._services.theme, parts=self._gallery)
        page.marked.connect(self._navigator.keep)
        page.said.connect(self._navigator.say)
        page.create_wanted.connect(self._show_create)
        page.recipe_wanted.connect(self._use_recipe)
        page.models_wanted.connect(self._show_models)
        return page

    def _use_recipe(self, recipe: Recipe, other_seed: bool) -> None:
        page = self._navigator.page("create", CreatePage)
        self._navigator.go("create")
        page.restore(recipe, other_seed=other_seed)

    def _show_gallery(self) -> None:
        self._navigator.go("gallery")

    def _show_compare(self) -> None:
        self._navigator.go("compare")

    def _show_create(self) -> None:
        self._navigator.go("create")

    def _presets_page(self) -> Page:
        from fastface_desktop.state.jobs.trials import Trials
        from fastface_desktop.state.presets.work import PresetWork
        from fastface_desktop.ui.presets.page import PresetsPage

        if self._preset_work is None:
            self._preset_work = PresetWork(
                self._services.presets,
                session=self._services.session,
                queue=self._services.queue,
                engine=self._services.engine,
                trials=Trials(self._services.thread_of_engine, self),
                saver=self._services.saver,
                permitted=self._services.permission.holds_for_chosen,
                parent=self,
            )
            self._services.other.watch_effect(self._preset_work.effect)
            self._services.people.locking.connect(self._preset_work.effect.forget)
            self._services.traces.forgetting.connect(self._preset_work.effect.forget)
        page = PresetsPage(theme=self._services.theme, work=self._preset_work)
        page.said.connect(self._navigator.say)
        page.used.connect(self._show_create)
        page.compare_wanted.connect(self._show_compare)
        return page

    def _compare_page(self) -> Page:
        from fastface_desktop.state.compare.comparisons import Comparisons
        from fastface_desktop.ui.compare.page import ComparePage

        # Its pictures go on while the page is built again in another language.
        if self._comparisons is None:
            self._comparisons = Comparisons(
                self._services.thread_of_engine,
                self._services.queue,
                self._services.session,
                self._services.presets,
                self._services.library,
                self,
            )
            self._closing.append(self._comparisons.close)
            self._services.other.watch_comparisons(self._comparisons)
        page = ComparePage(
            theme=self._services.theme,
            comparisons=self._comparisons,
            session=self._services.session,
            presets=self._services.presets,
            engine=self._services.engine,
            background=self._services.background,
            permission=self._services.permission,
        )
        page.said.connect(self._navigator.say)
        page.create_wanted.connect(self._show_create)
        page.recipe_wanted.connect(self._use_recipe)
        page.models_wanted.connect(self._show_models)
        page.starts.search_wanted.connect(self.show_search)
        return page

    def _people_page(self) -> Page:
        from fastface_desktop.state.twin import PersonTwin
        from fastface_desktop.ui.people.page import PeoplePage

        if self._person_twin is None:
            self._person_twin = PersonTwin(
                self._services.thread_of_engine, self._services.session, self._services.people, self
            )
        page = PeoplePage(
            theme=self._services.theme,
            people=self._services.people,
            intake=self._services.intake,
            traces=self._services.traces,
            twin=self._person_twin,
            background=self._services.background,
        )
        page.said.connect(self._navigator.say)
        page.create_wanted.connect(self._create_with)
        page.pictures_wanted.connect(self._show_pictures_of)
        page.batch_wanted.connect(self.batch_of)
        return page

    def _show_pictures_of(self, uid: str) -> None:
        from fastface_desktop.ui.gallery.page import GalleryPage

        page = self._navigator.page("gallery", GalleryPage)
        page.show_person(uid)
        self._navigator.go("gallery")

    def forget(self, uid: str, hashes: frozenset[str]) -> None:
        """Whose pictures were shown last is kept as well, and of whom something was compared."""
        self._services.thread_of_engine.forget_faces()
        if self._comparisons is not None:
            self._comparisons.forget(uid, hashes)
        from fastface_desktop.state.gallery.view import forget_person

        if self._gallery is None:
            forget_person(self._services.saver, uid)
        elif self._gallery.gallery.view.person == uid:
            self._gallery.gallery.set_view(person=None)

    def show_people_to_unlock(self) -> None:
        """Something goes on once the people are unlocked."""
        self._show_people()
        self._navigator.say(self.tr("It goes on once the people are unlocked."))

    def _show_people(self) -> None:
        self._navigator.go("people")

    def show_person(self, uid: str) -> None:
        """One person of the library."""
        from fastface_desktop.ui.people.page import PeoplePage

        self._navigator.go("people")
        page = self._navigator.page("people", PeoplePage)
        page.open_person(uid)

    def _create_with(self, uid: str) -> None:
        self._services.session.choose_person(uid)
        self._navigator.go("create")

    def _models_page(self) -> Page:
        from fastface_desktop.state.models.fitting import Fitting
        from fastface_desktop.ui.models.page import ModelsPage

        if self._fitting is None:
            self._fitting = Fitting(
                self._services.downloads, self._services.background, self._services.engine, self._services.queue, self
            )
        page = ModelsPage(
            theme=self._services.theme,
            downloads=self._services.downloads,
            files=self._services.model_files,
            network=self._services.network,
            fitting=self._fitting,
        )
        page.said.connect(self._navigator.say)
        page.first_run_wanted.connect(self.show_first_run)
        return page

    def _first_run_page(self) -> Page:
        from fastface_desktop.ui.first_run.page import FirstRunPage

        page = FirstRunPage(
            theme=self._services.theme,
            settings=self._services.settings,
            computer=self._services.computer,
            runtime=self._services.gpu_runtime,
            downloads=self._services.downloads,
            session=self._services.session,
            queue=self._services.queue,
            photos=self._services.chosen_photos,
            permission=self._services.permission,
            twin=self._services.twin,
            background=self._services.background,
        )
        page.finished.connect(self._first_run_over)
        self._services.style_samples.changed.connect(page.choices.styles.show_own)
        return page

    def show_first_run(self) -> None:
        """What this computer can do, models to begin with, a first picture."""
        self._services.settings.change(first_run_seen=True)
        self._navigator.go("first-run")

    def welcome(self) -> None:
        """The same, at the very first start."""
        if not self._services.settings.values.first_run_seen:
            self.show_first_run()

    def _first_run_over(self) -> None:
        self._navigator.go("create")

    def show_batch(self, files: list[Path]) -> None:
        """The sheet for batches over the page in view; `files` become one."""
        sheet = self._batch_sheet()
        sheet.open_sheet()
        if files:
            sheet.read(files)

    def batch_of(self, people: list[str]) -> None:
        """The sheet with these people of the library in it."""
        self._batch_sheet().choose_people(people)

    def _batch_sheet(self) -> "BatchSheet":
        from fastface_desktop.ui.batch.sheet import BatchSheet

        # The one of before another language is gone with the body that it lay over.
        window = self._navigator.window
        assert window is not None
        if self._sheet is None or not isValid(self._sheet) or self._sheet.parent() is not window.body:
            sheet = self._sheet = BatchSheet(
                draft=self._services.batch_draft,
                batches=self._services.batches,
                people=self._services.people,
                theme=self._services.theme,
                host=window.body,
                beside=window.rail,
                above=window.status,
            )
            sheet.person_wanted.connect(self._show_permission)
            sheet.album_wanted.connect(self._show_album)
        return self._sheet

    def show_search(self) -> None:
        """The sheet that finds the best settings, over the page in view."""
        from fastface_desktop.ui.compare.search_sheet import SearchSheet

        window = self._navigator.window
        assert window is not None
        if self._search is None or not isValid(self._search) or self._search.parent() is not window.body:
            sheet = self._search = SearchSheet(
                searches=self._services.searches,
                session=self._services.session,
                presets=self._services.presets,
                theme=self._services.theme,
                host=window.body,
                beside=window.rail,
                above=window.status,
            )
            sheet.said.connect(self._navigator.say)
        self._search.open_sheet()

    def _show_permission(self, uid: str) -> None:
        self.show_person(uid) if uid else self._show_people()

    def _show_album(self, name: str) -> None:
        from fastface_desktop.ui.gallery.page import GalleryPage

        self._navigator.go("gallery")
        self._navigator.page("gallery", GalleryPage).show_album(name)

    def _show_models(self) -> None:
        self._navigator.go("models")

    def _preferences_page(self) -> Page:
        from fastface_desktop.state.care import LibraryCare
        from fastface_desktop.ui.preferences.sections import Parts, preferences

        # Its work goes on while the page is built again in another language.
        if self._care is None:
            self._care = LibraryCare(self._services.library, self)
        parts = Parts(
            theme=self._services.theme,
            settings=self._services.settings,
            engine=self._services.engine,
            care=self._care,
            downloads=self._services.downloads,
            network=self._services.network,
            actions=self._services.actions,
            probe=self._services.probe,
            background=self._services.background,
            runtime=self._services.gpu_runtime,
            updates=self._services.updates,
        )
        page = preferences(parts, show_models=self._show_models)
        page.said.connect(self._navigator.say)
        return page

    def show_diagnostics(self) -> None:
        from fastface_desktop.ui.preferences.page import PreferencesPage

        page = self._navigator.page("preferences", PreferencesPage)
        page.show_section("diagnostics")
        self._navigator.go("preferences")

    def _help_page(self) -> Page:
        from fastface_desktop.ui.help.page import HelpPage

        return HelpPage(
            theme=self._services.theme, actions=self._services.actions, language=self._services.translation.language
        )

"""Which sections Settings has, in their order; each is built when it is first shown."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from fastface_desktop.probe import Probe
from fastface_desktop.state.care import LibraryCare
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.gpu_runtime import GpuRuntime
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.network import NetworkState
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.updates import Updates
from fastface_desktop.translation import language
from fastface_desktop.ui.preferences.computer import ThisComputer
from fastface_desktop.ui.preferences.diagnostics import DiagnosticsSection
from fastface_desktop.ui.preferences.folders import Folders
from fastface_desktop.ui.preferences.general import General
from fastface_desktop.ui.preferences.library import LibrarySection
from fastface_desktop.ui.preferences.network import Network
from fastface_desktop.ui.preferences.page import PreferencesPage, SectionEntry
from fastface_desktop.ui.preferences.pictures import PicturesForOthers
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.preferences.shortcuts import Shortcuts
from fastface_desktop.ui.shell.actions import Actions
from fastface_desktop.ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Parts:
    """What the sections show and change."""

    theme: Theme
    settings: Settings
    engine: EngineState
    care: LibraryCare
    downloads: Downloads
    network: NetworkState
    actions: Actions
    probe: Probe
    background: Tasks
    runtime: GpuRuntime
    updates: Updates


def preferences(parts: Parts, *, show_models: Callable[[], None]) -> PreferencesPage:
    """The page. `show_models` goes to the page Models."""
    theme, settings, care = parts.theme, parts.settings, parts.care

    def folders() -> Section:
        made = Folders(care, theme)
        made.models_wanted.connect(show_models)
        return made

    def computer() -> Section:
        return ThisComputer(settings, parts.engine, parts.runtime, theme)

    def pictures() -> Section:
        return PicturesForOthers(settings, parts.background)

    def network() -> Section:
        return Network(parts.downloads, parts.network, parts.updates, language(settings.values.language), theme)

    def diagnostics() -> Section:
        return DiagnosticsSection(settings, parts.engine, parts.probe, parts.background, theme)

    translate = QCoreApplication.translate
    builders: dict[str, tuple[str, Callable[[], Section]]] = {
        "general": (translate("preferences", "General"), lambda: General(settings)),
        "computer": (translate("preferences", "This computer"), computer),
        "folders": (translate("preferences", "Folders"), folders),
        "pictures": (translate("preferences", "Pictures for others"), pictures),
        "shortcuts": (translate("preferences", "Shortcuts"), lambda: Shortcuts(parts.actions, settings, theme)),
        "network": (translate("preferences", "Network"), network),
        "library": (translate("preferences", "Library"), lambda: LibrarySection(care, theme)),
        "diagnostics": (translate("preferences", "Diagnostics"), diagnostics),
    }
    entries = [SectionEntry(name, title, build) for name, (title, build) in builders.items()]
    return PreferencesPage(entries, theme=theme)

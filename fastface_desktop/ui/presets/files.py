"""Which files hold presets: chosen in the system's dialog, or dropped."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from fastface_core.domain.presets import Preset
from fastface_core.pictures.names import GALLERY_SUFFIXES
from fastface_desktop.ui.widgets.files import documents_folder

_SUFFIXES = GALLERY_SUFFIXES | {".json"}


def ask_where(parent: QWidget, preset: Preset) -> Path | None:
    """The file for a preset; None if cancelled."""
    title = QCoreApplication.translate("PresetFiles", "Export the preset")
    kinds = QCoreApplication.translate("PresetFiles", "Presets ({suffixes})").format(suffixes="*.json")
    file, _ = QFileDialog.getSaveFileName(parent, title, f"{documents_folder()}/{preset.name}.json", kinds)
    path = Path(file)
    return (path if path.suffix else path.with_suffix(".json")) if file else None


def ask_which(parent: QWidget) -> list[Path]:
    """Files to take presets over from; none where that is given up."""
    title = QCoreApplication.translate("PresetFiles", "Choose presets, or pictures whose preset to take over")
    suffixes = " ".join(f"*{suffix}" for suffix in sorted(_SUFFIXES))
    kinds = QCoreApplication.translate("PresetFiles", "Presets and pictures ({suffixes})").format(suffixes=suffixes)
    found, _ = QFileDialog.getOpenFileNames(parent, title, documents_folder(), kinds)
    return [Path(file) for file in found]


def dropped_files(dropped: QMimeData) -> list[Path]:
    """Local files that may hold a preset."""
    found = [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]
    return [file for file in found if file.suffix.lower() in _SUFFIXES]

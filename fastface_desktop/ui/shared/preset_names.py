"""What the presets that ship with the program are called in plain words; their term is below as a caption."""

from PySide6.QtCore import QCoreApplication


def plain_name(name: str, title: str) -> str:
    """The plain name of a preset, or `title` where it has none.

    Args:
        name: its own, as on the command line.
    """
    match name:
        case "baseline":
            return QCoreApplication.translate("presets", "Plain")
        case "fastface-scale-power":
            return QCoreApplication.translate("presets", "Balanced")
        case "fastface-scheduled-softmask":
            return QCoreApplication.translate("presets", "Photographic")
        case "decoupled-guidance":
            return QCoreApplication.translate("presets", "Painterly")
        case _:
            return title

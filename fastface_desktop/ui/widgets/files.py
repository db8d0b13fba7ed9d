"""What is done with a finished picture's file: a copy elsewhere, on the clipboard, dragged out, its folder shown."""

import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, QProcess, QSize, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDrag, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from fastface_core.errors import StorageError
from fastface_core.files import atomic_write
from fastface_desktop.ui.theme.tokens import Size


def copy_file(source: Path, target: Path) -> Path:
    """A copy with the recipe inside. What is at `target` is replaced: the dialog has asked for that.

    Raises:
        StorageError: the picture is gone, or the folder cannot be written to.
    """
    try:
        opened = source.open("rb")
    except OSError as error:
        raise StorageError(
            f"The picture {source.name} is not in its folder any more.", "Look for it where it was moved to."
        ) from error
    with opened, atomic_write(target) as file:
        shutil.copyfileobj(opened, file)
    return target


def pictures_of_the_user() -> str:
    """The folder in which dialogs for pictures open."""
    return _there(QStandardPaths.StandardLocation.PicturesLocation)


def put_on_clipboard(file: Path, image: QImage) -> None:
    """As pixels for programs that paint, and as a file for those that send or move files."""
    content = QMimeData()
    content.setImageData(image)
    content.setUrls([QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(content)


def drag_file(source: QWidget, file: Path, image: QImage) -> None:
    """Lets a picture's file be dropped into another program; that one gets a copy."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file))])
    drag = QDrag(source)
    drag.setMimeData(content)
    small = image.scaled(
        QSize(Size.THUMBNAIL, Size.THUMBNAIL),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    drag.setPixmap(QPixmap.fromImage(small))
    drag.exec(Qt.DropAction.CopyAction)


def downloads_folder() -> str:
    """Where what was fetched lies, as models are."""
    return _there(QStandardPaths.StandardLocation.DownloadLocation)


def documents_folder() -> str:
    """Where the user keeps documents."""
    return _there(QStandardPaths.StandardLocation.DocumentsLocation)


def _there(place: QStandardPaths.StandardLocation) -> str:
    """The system's folder of this kind, or the user's own: in one that is not there a dialog begins anywhere."""
    found = QStandardPaths.writableLocation(place)
    return found if found and Path(found).is_dir() else str(Path.home())


def open_folder(folder: Path) -> None:
    """Opens a folder in the file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def show_in_folder(file: Path) -> None:
    """Opens the file manager, with the file chosen where the system can do that."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", str(file)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))

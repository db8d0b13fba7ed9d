"""The program's icon in the forms of other systems, drawn from resources/icons/app.svg."""

import io
from pathlib import Path

import contents
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = contents.ROOT / "resources" / "icons" / "app.svg"


def drawn(side: int) -> Image.Image:
    """The icon in a square of `side` pixels."""
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[reportCallIssue, reportArgumentType]
    return Image.open(io.BytesIO(content.data()))


def write(target: Path) -> None:
    """Writes a .ico for Windows, a .icns for macOS, or a .png of 256 pixels, by the target's ending."""
    match target.suffix:
        case ".ico":
            drawn(256).save(target, sizes=[(side, side) for side in (16, 24, 32, 48, 64, 128, 256)])
        case ".icns":
            drawn(1024).save(target)
        case _:
            drawn(256).save(target)

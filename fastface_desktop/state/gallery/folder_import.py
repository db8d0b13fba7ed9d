"""Taking the pictures of a folder into the library."""

from pathlib import Path

from PySide6.QtCore import Signal

from fastface_core.library.importing import import_pictures
from fastface_core.library.scanning import Scan
from fastface_desktop.state.long_task import LongTask


class FolderImport(LongTask):
    imported = Signal(Scan)

    def start(self, folder: Path, *, everything: bool) -> None:
        """Imports them; emits `imported`. See `import_pictures`.

        Raises:
            RuntimeError: a folder is being taken in already, or the library is not open.
        """
        self.run(
            lambda library, report, cancel: import_pictures(
                library, folder, everything=everything, report=report, cancel=cancel
            ),
            self.imported.emit,
        )

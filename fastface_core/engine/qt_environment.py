"""opencv-python carries a Qt of its own and, when imported, points every Qt of the process to its plugins."""

import os
from collections.abc import Generator
from contextlib import contextmanager

_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


@contextmanager
def qt_environment_kept() -> Generator[None]:
    """Undoes what happens inside to the variables by which Qt finds its plugins and fonts.

    For `import cv2`: a QApplication made later would look for its platform plugin in cv2's folder and abort.
    """
    before = {name: os.environ.get(name) for name in _VARIABLES}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

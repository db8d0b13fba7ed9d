"""What import-linter cannot see: the parts of Qt that each layer uses."""

import re
from pathlib import Path

import pytest

DESKTOP = Path(__file__).resolve().parents[2] / "fastface_desktop"
WIDGETS = re.compile(r"^\s*(?:from|import) PySide6\.(?:QtWidgets|QtSvgWidgets)", re.MULTILINE)


@pytest.mark.parametrize("layer", ["state", "worker"])
def test_nothing_below_the_widgets_knows_them(layer: str) -> None:
    files = sorted((DESKTOP / layer).rglob("*.py"))
    assert len(files) > 3
    assert [file.name for file in files if WIDGETS.search(file.read_text(encoding="utf-8"))] == []
    # And the look itself would find them.
    assert WIDGETS.search((DESKTOP / "ui" / "shell" / "window.py").read_text(encoding="utf-8"))

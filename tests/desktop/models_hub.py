"""A local hub with the catalogue's repositories, tiny, for tests of what the window fetches."""

from collections.abc import Generator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from fastface_core.models.catalogue import Catalogue
from fastface_core.models.hub.retry import RetryPolicy
from tests.core.tiny_catalogue import make_catalogue, make_repositories
from tests.hub import Hub, running

PATIENCE = 60_000
LONG = 600.0
"""Seconds that a download waits here for a hub that stands still: more than a test takes on a busy machine."""


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repositories(tmp_path_factory.mktemp("repositories"))


@pytest.fixture
def hub(repositories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Hub]:
    """While it stands still, no download gives up after half a minute: what is done meanwhile may take longer."""
    monkeypatch.setattr("fastface_core.models.hub.download.RetryPolicy", partial(RetryPolicy, read=LONG, silence=LONG))
    catalogue = make_catalogue(repositories, tmp_path / "catalogue")
    monkeypatch.setenv("FASTFACE_CATALOGUE", str(catalogue))
    monkeypatch.setenv("FASTFACE_MODELS", str(tmp_path / "models"))
    with running() as hub:
        for component in Catalogue.load(catalogue).components:
            hub.add_folder(component.repo, repositories / component.repo, component.revision)
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


def click(button: QAbstractButton, qtbot: QtBot) -> None:
    # What was added in this moment is shown, and has its place, in the next.
    qtbot.waitUntil(lambda: button.isVisible() and button.height() > 0, timeout=PATIENCE)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

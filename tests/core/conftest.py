"""Models for the tests of everything that has to do with files of models."""

from pathlib import Path

import pytest

from fastface_core.models.catalogue import Catalogue
from fastface_core.models.store import Store
from tests.core import tiny_catalogue


@pytest.fixture(scope="session")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All repositories of the catalogue, tiny; not to be changed."""
    return tiny_catalogue.make_repositories(tmp_path_factory.mktemp("repositories"))


@pytest.fixture(scope="session")
def catalogue_folder(repositories: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_catalogue.make_catalogue(repositories, tmp_path_factory.mktemp("catalogue"))


@pytest.fixture
def catalogue(catalogue_folder: Path) -> Catalogue:
    """The catalogue of `repositories`."""
    return Catalogue.load(catalogue_folder)


@pytest.fixture
def store(catalogue: Catalogue, tmp_path: Path) -> Store:
    """An empty models folder with the tiny catalogue."""
    return Store(tmp_path / "models", catalogue)

"""pyproject.toml and constraints.txt agree with the code, and a wheel holds everything that the program needs."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from fastface_core import __version__

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCES = {"fastface_core": "fastface_core", "fastface_desktop": "fastface_desktop", "resources": "fastface_resources"}


def files(folder: str) -> list[Path]:
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path.relative_to(ROOT / folder) for path in found)


def test_every_package_is_listed() -> None:
    listed = PROJECT["tool"]["setuptools"]["packages"]
    there = [
        ".".join((folder, *path.parent.parts))
        for folder in ("fastface_core", "fastface_desktop")
        for path in files(folder)
        if path.name == "__init__.py"
    ]
    assert listed == [*sorted(there), "fastface_resources"]


def test_every_folder_with_code_is_a_package() -> None:
    for folder in ("fastface_core", "fastface_desktop"):
        for path in files(folder):
            assert path.suffix != ".py" or (ROOT / folder / path.parent / "__init__.py").is_file(), path


def test_packaging_is_no_package() -> None:
    assert not list((ROOT / "packaging").rglob("__init__.py"))


def test_every_requirement_has_bounds_that_hold_the_tried_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    tried = dict(line.lower().replace("_", "-").split("==") for line in lines if not line.startswith("#"))
    extras = PROJECT["project"]["optional-dependencies"].values()
    for text in (*PROJECT["project"]["dependencies"], *(text for extra in extras for text in extra)):
        requirement = Requirement(text)
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {">=", "<"}, text
        assert requirement.specifier.contains(tried[requirement.name.lower().replace("_", "-")]), text


def test_no_two_packages_fight_for_cv2() -> None:
    assert "headless" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # setuptools leaves its traces in the folder it builds from.
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder)]
    command = [sys.executable, "-m", "pip", "wheel", *options, str(folder / "source")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file(wheel: Path) -> None:
    assert wheel.name == f"fastface_desktop-{__version__}-py3-none-any.whl"
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {f"{package}/{path.as_posix()}" for source, package in SOURCES.items() for path in files(source)}


def test_the_wheel_finds_its_resources_and_entry_points(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from fastface_core import paths; print(paths.resources())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.strip() == str(tmp_path / "fastface_resources"), done.stderr
    entry_points = next(tmp_path.glob("*.dist-info/entry_points.txt")).read_text(encoding="utf-8")
    assert re.search(r"\[fastface\.app\]\ndesktop = fastface_desktop\.__main__:main\n", entry_points)
    assert "fastface = fastface_core.cli:main" in entry_points

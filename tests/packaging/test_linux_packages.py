"""The .deb and the .run, made from a small folder in the form of the bundle."""

import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from tests.packaging.stand_in import bundle

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux packages")
needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="there is no dpkg-deb")


@pytest.fixture(scope="module", autouse=True)
def search_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "packaging")
        yield


@pytest.fixture(scope="module")
def deb() -> ModuleType:
    return importlib.import_module("deb")


@pytest.fixture(scope="module")
def run() -> ModuleType:
    return importlib.import_module("run")


def sh(*words: str | Path, home: Path | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home or "/nowhere")}
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=environment)
    assert done.returncode == code, done.stdout + done.stderr
    return done


# ---- The .deb


@needs_dpkg
def test_the_debian_package(deb: ModuleType, tmp_path: Path) -> None:
    made = bundle(tmp_path / "bundle", "1.2.3")
    target = tmp_path / "fastface.deb"
    deb.make(made, target, "1.2.3", level=1)
    first = target.read_bytes()
    deb.make(made, target, "1.2.3", level=1)
    assert target.read_bytes() == first
    fields = sh("dpkg-deb", "--field", target).stdout
    assert "Version: 1.2.3\n" in fields
    assert "libc6 (>= 2." in fields
    tree = tmp_path / "tree"
    sh("dpkg-deb", "--raw-extract", target, tree)
    assert sorted(path.name for path in (tree / "DEBIAN").iterdir()) == ["control"]
    for program, says in (("fastface", "FastFace 1.2.3"), ("fastface-desktop", "FastFace Desktop 1.2.3")):
        link = tree / "usr" / "bin" / program
        assert link.is_symlink()
        assert sh(link, "--version").stdout.strip() == says
    owners = {line.split()[1] for line in sh("dpkg-deb", "--contents", target).stdout.splitlines()}
    assert owners == {"root/root"}
    assert (tree / "usr/lib/fastface/_internal/resources/icons/Größe.txt").read_text() == "1.2.3"
    assert (tree / "usr/share/doc/fastface/copyright").is_file()
    if shutil.which("desktop-file-validate"):
        sh("desktop-file-validate", tree / "usr/share/applications/fastface.desktop")
    if shutil.which("appstreamcli"):
        about = tree / "usr/share/metainfo/fastface.metainfo.xml"
        done = subprocess.run(["appstreamcli", "validate", "--no-net", about], capture_output=True, text=True)
        # Its name is no domain's, since the program has none.
        problems = re.findall(r"^[EW]: .*", done.stdout, re.MULTILINE)
        assert [one for one in problems if "cid-desktopapp-is-not-rdns" not in one] == []


def test_the_desktop_knows_the_same_files_everywhere() -> None:
    entry = (ROOT / "packaging/linux/fastface.desktop").read_text(encoding="utf-8")
    types = set(re.findall(r"application/x-fastface[\w+-]*", entry))
    mime = ElementTree.parse(ROOT / "packaging/linux/fastface.mime.xml").getroot()
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    assert types == {one.get("type") for one in mime.iter(f"{space}mime-type")}
    about = ElementTree.parse(ROOT / "packaging/linux/fastface.metainfo.xml").getroot()
    assert types == {one.text for one in about.iter("mediatype")}
    # What marks a pack and a preset is what the program writes.
    packs = (ROOT / "fastface_core/models/disk/packs.py").read_text(encoding="utf-8")
    assert 'MANIFEST = "fastface-models.json"' in packs
    for preset in (ROOT / "resources" / "presets").glob("*.json"):
        assert '"adapter_strength"' in preset.read_text(encoding="utf-8")[:4000]


# ---- The .run


HOMES = ("plain", "Größe 大 mit Platz", 'a"b$c`d%e')


@pytest.fixture(scope="module")
def installers(run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("installers")
    made: dict[str, Path] = {}
    for version in ("1.2.3", "1.2.4"):
        made[version] = folder / f"fastface-{version}.run"
        run.make(bundle(folder / version, version), made[version], version, 1)
    return made


@pytest.mark.parametrize("name", HOMES)
def test_it_installs_starts_updates_and_goes(installers: dict[str, Path], tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    home.mkdir()
    (home / "picture.png").write_bytes(b"mine")
    sh("sh", installers["1.2.3"], home=home)
    root = home / ".local/share/FastFaceDesktop"
    assert sh(home / ".local/bin/fastface", "--version", home=home).stdout == "FastFace 1.2.3\n"
    said = sh(root / "fastface-desktop", "zwei Wörter", home=home).stdout
    assert said == f"FastFace Desktop 1.2.3 from {root}/versions/1.2.3/fastface with zwei Wörter\n"
    _check_entry(home, root)
    sh("sh", installers["1.2.4"], home=home)
    assert sh(home / ".local/bin/fastface-desktop", "--version", home=home).stdout == "FastFace Desktop 1.2.4\n"
    assert [path.name for path in (root / "versions").iterdir()] == ["1.2.4"]
    sh("sh", installers["1.2.4"], home=home)
    (root / "own.txt").write_text("mine")
    sh("sh", installers["1.2.4"], "--remove", home=home)
    left = sorted(str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir())
    # The desktop's own lists apart.
    assert [one for one in left if "/mime/" not in one and not one.endswith("mimeinfo.cache")] == [
        ".local/share/FastFaceDesktop/own.txt",
        "picture.png",
    ]


def _check_entry(home: Path, root: Path) -> None:
    entry = home / ".local/share/applications/fastface.desktop"
    line = next(line for line in entry.read_text(encoding="utf-8").splitlines() if line.startswith("Exec="))
    # As the Desktop Entry Specification reads it: escapes of strings, then those of quoted arguments.
    value = re.sub(r"\\\\", r"\\", line.removeprefix("Exec="))
    quoted = re.fullmatch(r'"(.*)" %F', value)
    assert quoted is not None
    assert re.sub(r'\\(["`$\\])', r"\1", quoted[1]).replace("%%", "%") == f"{root}/fastface-desktop"
    if shutil.which("desktop-file-validate"):
        sh("desktop-file-validate", entry)


def test_into_another_folder(installers: dict[str, Path], tmp_path: Path) -> None:
    home, target = tmp_path / "plain", tmp_path / "an other place"
    home.mkdir()
    sh("sh", installers["1.2.3"], "--target", target, home=home)
    assert sh(target / "fastface", "--version", home=home).stdout == "FastFace 1.2.3\n"
    sh("sh", installers["1.2.3"], "--remove", "--target", target, home=home)
    assert not target.exists()
    assert "is not installed in" in sh("sh", installers["1.2.3"], "--remove", home=home, code=1).stderr


def test_a_damaged_or_cut_file_installs_nothing(installers: dict[str, Path], tmp_path: Path) -> None:
    whole = installers["1.2.3"].read_bytes()
    bad = tmp_path / "bad.run"
    for content, says in (
        (whole[:-100], "This file is incomplete."),
        (whole[:-100] + b"x" + whole[-99:], "This file is damaged."),
    ):
        bad.write_bytes(content)
        assert says in sh("sh", bad, home=tmp_path, code=1).stderr
    assert not (tmp_path / ".local").exists()
    assert sh("sh", installers["1.2.3"], "--check", home=tmp_path).stdout == "FastFace 1.2.3, whole.\n"


def test_one_that_does_not_start_leaves_the_old_one(
    run: ModuleType, installers: dict[str, Path], tmp_path: Path
) -> None:
    sh("sh", installers["1.2.3"], home=tmp_path)
    broken = bundle(tmp_path / "broken", "1.2.5")
    (broken / "fastface").write_text("#!/bin/sh\nexit 1\n")
    run.make(broken, tmp_path / "broken.run", "1.2.5", 1)
    assert "does not start on this system" in sh("sh", tmp_path / "broken.run", home=tmp_path, code=1).stderr
    assert sh(tmp_path / ".local/bin/fastface", "--version", home=tmp_path).stdout == "FastFace 1.2.3\n"


def test_somebody_elses_command_stays(installers: dict[str, Path], tmp_path: Path) -> None:
    other = tmp_path / ".local/bin/fastface"
    other.parent.mkdir(parents=True)
    other.write_text("#!/bin/sh\necho mine\n")
    other.chmod(0o755)
    sh("sh", installers["1.2.3"], home=tmp_path)
    sh("sh", installers["1.2.3"], "--remove", home=tmp_path)
    assert sh(other, home=tmp_path).stdout == "mine\n"
    assert not (tmp_path / ".local/bin/fastface-desktop").exists()


def test_the_same_bytes_twice(run: ModuleType, installers: dict[str, Path], tmp_path: Path) -> None:
    run.make(bundle(tmp_path / "again", "1.2.3"), tmp_path / "again.run", "1.2.3", 1)
    assert (tmp_path / "again.run").read_bytes() == installers["1.2.3"].read_bytes()

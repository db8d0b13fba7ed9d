"""What a release publishes, and that the program takes it: packages, the signed list, checksums."""

import importlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from fastface_core.models.disk.copying import Meter
from fastface_core.progress import CancelToken, silent
from fastface_core.updates.manifest import read
from fastface_core.updates.package import FileList, unpack
from tests.packaging.stand_in import bundle

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def search_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "packaging")
        yield


@pytest.fixture(scope="module")
def publish() -> ModuleType:
    return importlib.import_module("publish")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in has links")
def test_a_release_that_the_program_takes(publish: ModuleType, tmp_path: Path) -> None:
    old, new = bundle(tmp_path / "old", "1.2.3"), bundle(tmp_path / "new", "1.2.4")
    out = tmp_path / "out"
    out.mkdir()
    public = publish.make_key(tmp_path / "key")
    publish.write_package(old, out, "1.2.3", "linux-x86_64", None, 1)
    before = FileList.model_validate_json((out / "fastface-1.2.3-linux-x86_64.files.json").read_bytes())
    for path in out.iterdir():
        path.unlink()
    whole = publish.write_package(new, out, "1.2.4", "linux-x86_64", None, 1)
    small = publish.write_package(new, out, "1.2.4", "linux-x86_64", before, 1)
    key = publish.secret((tmp_path / "key").read_text())
    publish.write_release(out, "1.2.4", "https://localhost/1.2.4", "https://localhost/", {"en": ["New."]}, key)

    signature = (out / "newest.json.minisig").read_text(encoding="utf-8")
    manifest = read((out / "newest.json").read_bytes(), signature, [public])
    for current, file in (("1.2.3", small), ("1.2.2", whole)):
        package = manifest.package(current, "linux-x86_64")
        assert package is not None
        assert (package.name, package.url) == (file.name, f"https://localhost/1.2.4/{file.name}")
    unpack(small, "1.2.4", tmp_path / "made", old, Meter(1, silent, CancelToken()))
    assert (tmp_path / "made/_internal/lib.so").read_bytes() == (new / "_internal/lib.so").read_bytes()
    assert subprocess.run([tmp_path / "made/fastface-desktop", "--version"], capture_output=True, text=True).stdout == (
        "FastFace Desktop 1.2.4\n"
    )
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=out, check=True, capture_output=True)
    if shutil.which("minisign"):
        for name in ("newest.json", "SHA256SUMS"):
            words = ["minisign", "-V", "-m", name, "-P", public.text()]
            subprocess.run(words, cwd=out, check=True, capture_output=True)


def test_a_key_is_never_overwritten(publish: ModuleType, tmp_path: Path) -> None:
    publish.make_key(tmp_path / "key")
    if sys.platform != "win32":
        assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        publish.make_key(tmp_path / "key")
    with pytest.raises(ValueError, match="no key made by"):
        publish.secret("AAAA")


@pytest.mark.skipif(sys.platform != "linux", reason="an AppImage is of Linux")
def test_the_folder_of_the_appimage(tmp_path: Path) -> None:
    appimage = importlib.import_module("appimage")
    tree = tmp_path / "FastFace.AppDir"
    appimage.stage(bundle(tmp_path / "bundle", "1.2.3"), tree, "1.2.3")
    for words, says in (
        (["--version"], "FastFace Desktop 1.2.3\n"),
        (["--command", "--version"], "FastFace 1.2.3\n"),
    ):
        assert subprocess.run([tree / "AppRun", *words], capture_output=True, text=True).stdout == says
    assert (tree / ".DirIcon").resolve().read_bytes()[:4] == b"\x89PNG"
    assert (tree / "fastface.desktop").is_file()

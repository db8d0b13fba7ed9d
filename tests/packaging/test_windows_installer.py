"""The installer for Windows, compiled here from a small folder in the form of the bundle, and looked into."""

import importlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "packaging" / "nsis"


@pytest.fixture(scope="module", autouse=True)
def search_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "packaging")
        yield


@pytest.mark.skipif(shutil.which("makensis") is None, reason="there is no makensis")
def test_it_holds_the_bundle_and_the_launcher(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    (bundle / "_internal" / "Größe").mkdir(parents=True)
    (bundle / "_internal" / "Größe" / "a.txt").write_text("inside")
    for name in ("fastface.exe", "fastface-desktop.exe"):
        (bundle / name).write_bytes(name.encode())
    target = tmp_path / "fastface-windows.exe"
    importlib.import_module("nsis").make(bundle, target, "1.2.3", "zlib")
    assert target.read_bytes()[:2] == b"MZ"
    if shutil.which("7z") is None:
        pytest.skip("there is no 7z to look into it")
    subprocess.run(["7z", "x", "-y", f"-o{tmp_path / 'out'}", str(target)], check=True, capture_output=True)
    out = tmp_path / "out"
    inside = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    by_end = {name.rpartition("1.2.3.part/")[2]: path for name, path in inside.items()}
    assert by_end["_internal/Größe/a.txt"].read_text() == "inside"
    assert by_end["fastface.exe"].read_bytes() == b"fastface.exe"
    assert by_end["fastface-desktop.exe"].read_bytes() == b"fastface-desktop.exe"
    assert inside["FastFace.exe"].read_bytes()[:2] == b"MZ"
    assert b"\r\n" in inside["fastface.cmd"].read_bytes()


def test_what_is_written_is_removed() -> None:
    text = (SCRIPTS / "installer.nsi").read_text(encoding="utf-8")
    install, _, uninstall = text.partition("Section Uninstall")
    keys = set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', install))
    removed = set(re.findall(r'DeleteReg(?:Key|Value) HKCU "([^"]+)"', uninstall))
    assert all(any(key == one or key.startswith(f"{one}\\") for one in removed) for key in keys)
    # Others' file types are no key of ours.
    assert not {one for one in removed if one.endswith((".json", ".pack"))}
    for name in re.findall(r'"/oname=([^"]+)"', install):
        assert f'Delete "$INSTDIR\\{name}"' in uninstall
    assert 'RMDir /r "$INSTDIR"' not in text
    assert not re.search(r"APPDATA\\(?!Programs)", text)


def test_both_launchers_know_the_same_files() -> None:
    windows = (SCRIPTS / "launcher.nsi").read_text(encoding="utf-8")
    linux = (ROOT / "packaging/linux/launcher.sh").read_text(encoding="utf-8")
    place = (ROOT / "fastface_core/updates/place.py").read_text(encoding="utf-8")
    for name in ("current", "next", "next.started", "next.failed", "versions"):
        assert name in windows
        assert name in linux
        assert f'"{name}"' in place or f"{name}/" in place

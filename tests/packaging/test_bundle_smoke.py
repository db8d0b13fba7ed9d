"""What tries the bundle: whether it notices what is wrong, on small bundles made here."""

import importlib
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyInstaller.archive.writers import CArchiveWriter, ZlibArchiveWriter

ROOT = Path(__file__).resolve().parents[2]

posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-in for a program is a script with a first line")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="it reads ELF files")


@pytest.fixture(scope="module", autouse=True)
def search_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "packaging")
        yield


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle whose program tells its environment, and tries to write beside itself and to reach the network."""
    folder = tmp_path / "fastface"
    (folder / "_internal").mkdir(parents=True)
    program = folder / "fastface"
    program.write_text(
        '#!/bin/sh\necho "$#:$1" "$PWD"\n/usr/bin/env\n'
        'touch "$(dirname "$0")/new" 2>/dev/null && echo written\n'
        'grep -v Inter-\\|face /proc/net/dev | grep -v " lo:" | grep : && echo connected\nexit 3\n'
    )
    program.chmod(0o755)
    (folder / "fastface-desktop").symlink_to("fastface")
    return folder


@posix_only
def test_programs_run_far_from_home(bundle: Path, tmp_path: Path) -> None:
    away_module = importlib.import_module("away")
    (tmp_path / "far").mkdir()
    away = away_module.Away(bundle, tmp_path / "far")
    done = away.run("fastface-desktop", "zwei Wörter", environment={"QT_QPA_PLATFORM": "offscreen"})
    assert done.code == 3
    first, *environment = done.stdout.splitlines()
    assert first == f"1:zwei Wörter {away.work}"
    if away.locked:
        # For root as well, and with no network but the machine itself.
        assert not {"written", "connected"} & set(environment)
    given = {line.partition("=")[0] for line in environment if "=" in line}
    assert {"HOME", "QT_QPA_PLATFORM"} <= given <= {"HOME", "QT_QPA_PLATFORM", "PWD", "_", "SHLVL", "OLDPWD"}
    assert (away.bundle / "fastface-desktop").is_symlink()
    away.make_removable()
    shutil.rmtree(tmp_path / "far")
    assert (bundle / "fastface").exists()


def test_sizes_are_counted_by_part(bundle: Path) -> None:
    inspection = importlib.import_module("inspection")
    (bundle / "_internal" / "torch" / "lib").mkdir(parents=True)
    (bundle / "_internal" / "torch" / "a").write_bytes(bytes(300))
    (bundle / "_internal" / "torch" / "lib" / "b").write_bytes(bytes(2000))
    (bundle / "_internal" / "c").write_bytes(bytes(20))
    program = (bundle / "fastface").stat().st_size
    size = inspection.size(bundle, parts=2)
    assert (size.bytes, size.files) == (2320 + program, 4)
    assert size.parts == (("torch", 2300), ("fastface", program))


def test_broken_links_are_seen(bundle: Path) -> None:
    inspection = importlib.import_module("inspection")
    assert inspection.broken_links(bundle) == []
    (bundle / "_internal" / "lib.so").symlink_to("torch/lib.so")
    assert inspection.broken_links(bundle) == [bundle / "_internal" / "lib.so"]


def freeze(program: Path, modules: dict[str, str]) -> None:
    """Makes a program with these modules inside: their names, and a word that stands in their code."""
    archives = program.parent.parent / "archives"
    archives.mkdir()
    code = {name: compile(f"x = {word!r}", f"{name}.py", "exec") for name, word in modules.items()}
    entries = [(name, f"{name}.py", "PYMODULE") for name in modules]
    ZlibArchiveWriter(str(archives / "PYZ.pyz"), entries, code)
    CArchiveWriter(str(program), [("PYZ.pyz", str(archives / "PYZ.pyz"), False, "z")], "libpython3.so")


def test_words_are_found_in_files_and_archives(bundle: Path) -> None:
    inspection = importlib.import_module("inspection")
    freeze(bundle / "fastface", {"a": "/home/me/src", "b": "/home/you/src"})
    assert [name for name, _ in inspection.modules(bundle / "fastface")] == ["a", "b"]
    (bundle / "_internal" / "text").write_bytes(b"x/home/me/srcy")
    (bundle / "_internal" / "clean").write_bytes(b"/home/you/src")
    with zipfile.ZipFile(bundle / "_internal" / "base.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("os.pyc", b"/home/me/src" * 20)
        archive.writestr("sys.pyc", b"y" * 20)
    assert sorted(inspection.holders(bundle, (b"/home/me/src",))) == ["_internal/text", "a", "base.zip/os.pyc"]


@linux_only
def test_libraries_that_a_desktop_may_lack_are_seen(bundle: Path) -> None:
    inspection = importlib.import_module("inspection")
    import _sqlite3

    shutil.copy(_sqlite3.__file__, bundle / "_internal")
    (name,) = inspection.foreign_libraries(bundle).keys() - {"libz.so.1"}
    assert name.startswith("libsqlite3.so")
    (bundle / "_internal" / name).write_bytes(b"")
    assert name not in inspection.foreign_libraries(bundle)


def test_the_measured_part_replaces_itself_only(tmp_path: Path) -> None:
    report = importlib.import_module("report")
    document = tmp_path / "packaging.md"
    shutil.copy(report.DOCUMENT, document)
    before = document.read_text(encoding="utf-8")
    report.write("| size | 1 MB \\1 |\n", document)
    report.write("| size | 2 MB |\n", document)
    after = document.read_text(encoding="utf-8")
    assert after.split("<!-- measured: begin -->\n")[1].startswith("| size | 2 MB |\n<!-- measured: end -->")
    assert "1 MB" not in after
    assert after.split("<!-- measured")[0] == before.split("<!-- measured")[0]
    assert after.rpartition("end -->")[2] == before.rpartition("end -->")[2]
    document.write_text("no place for it", encoding="utf-8")
    with pytest.raises(ValueError, match="no place"):
        report.write("x", document)
    assert document.read_text(encoding="utf-8") == "no place for it"


def test_a_check_that_fails_makes_the_trial_fail(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    smoke = importlib.import_module("smoke")

    def right(_: object) -> str:
        return "fine"

    def unknown(_: object) -> str:
        raise smoke.NotTried("no screen")

    def wrong_link(_: object) -> str:
        smoke.expect(False, "it leads nowhere")
        return "not reached"

    assert smoke.try_all(bundle, (right, unknown))
    assert not smoke.try_all(bundle, (wrong_link, right))
    assert capsys.readouterr().out.splitlines() == [
        "ok    right: fine",
        "--    unknown: not tried, no screen",
        "BAD   wrong link: it leads nowhere",
        "ok    right: fine",
    ]


def test_without_a_bundle_it_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    smoke = importlib.import_module("smoke")
    monkeypatch.setattr(sys, "argv", ["smoke.py", str(tmp_path)])
    assert smoke.main() == 1
    assert "python3 dev.py package bundle" in capsys.readouterr().err


@linux_only
def test_libraries_lose_what_only_debuggers_read(bundle: Path) -> None:
    build = importlib.import_module("build")
    if shutil.which("strip") is None:
        pytest.skip("there is no strip")
    library = bundle / "_internal" / "torch" / "lib" / "libtorch_cpu.so"
    library.parent.mkdir(parents=True)
    shutil.copy(Path(sys.modules["_ctypes"].__file__ or ""), library)
    other = shutil.copy(library, bundle / "_internal" / "other.so")
    build.slim(bundle)
    assert library.stat().st_size <= Path(other).stat().st_size
    assert b".symtab" not in library.read_bytes()


def test_a_copy_is_told_where_updates_are(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastface_core.updates.manifest import Server

    build = importlib.import_module("build")
    source = bundle / "_internal" / "resources" / "updates" / "source.json"
    for name in ("FASTFACE_UPDATE_ADDRESS", "FASTFACE_UPDATE_KEYS"):
        monkeypatch.delenv(name, raising=False)
    build.tell_updates(bundle)
    assert not source.exists()
    key = (ROOT / "tests" / "data" / "updates" / "key.txt").read_text().strip()
    monkeypatch.setenv("FASTFACE_UPDATE_ADDRESS", "https://localhost/newest.json")
    monkeypatch.setenv("FASTFACE_UPDATE_KEYS", f"{key} {key}")
    build.tell_updates(bundle)
    server = Server.of_program(source)
    assert (server.address, [one.text() for one in server.keys]) == ("https://localhost/newest.json", [key, key])


def test_long_paths_and_sizes_are_seen(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    smoke = importlib.import_module("smoke")
    away_module = importlib.import_module("away")
    (tmp_path / "far").mkdir()
    (bundle / "_internal" / ("x" * 101)).write_bytes(bytes(1000))
    away = away_module.Away(bundle, tmp_path / "far")
    with pytest.raises(smoke.Wrong, match="has 111 letters"):
        smoke.short_paths(away)
    assert smoke.small_enough(away)
    monkeypatch.setattr(importlib.import_module("contents"), "LARGEST", 900)
    with pytest.raises(smoke.Wrong, match="are more than"):
        smoke.small_enough(away)
    away.make_removable()


def test_the_bill_of_materials() -> None:
    bom, licences = importlib.import_module("bom"), importlib.import_module("licences")
    parts = [
        licences.Part("torch 2.13.0+cpu", "BSD-3-Clause", ()),
        licences.Part("libssl3 3.0.17-1~deb12u2+x", "Apache-2.0", (), "system"),
        licences.Part("Python 3.11.7", "PSF-2.0", (), "tool"),
    ]
    text = bom.document(parts, "1.2.3")
    assert bom.document(parts, "1.2.3") == text
    found = json.loads(text)
    assert (found["bomFormat"], found["specVersion"], found["metadata"]["component"]["version"]) == (
        "CycloneDX",
        "1.6",
        "1.2.3",
    )
    assert [one["purl"] for one in found["components"]] == [
        "pkg:pypi/torch@2.13.0%2Bcpu",
        "pkg:deb/debian/libssl3@3.0.17-1~deb12u2%2Bx",
        "pkg:generic/python@3.11.7",
    ]
    assert found["components"][1]["licenses"] == [{"license": {"name": "Apache-2.0"}}]
    assert set(found["dependencies"][0]["dependsOn"]) == {one["bom-ref"] for one in found["components"]}

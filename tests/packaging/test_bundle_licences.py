"""The licences of what the bundle holds: which are allowed, and that each text travels with it."""

import importlib.util
import re
import shutil
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def licences() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "packaging")
        yield importlib.import_module("licences")


def requirements() -> list[str]:
    """All distributions that an installation with the window brings."""
    to_see = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["desktop"]]
    seen: set[str] = set()
    while to_see:
        requirement = Requirement(to_see.pop())
        name = canonicalize_name(requirement.name)
        if name not in seen and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            seen.add(name)
            to_see += metadata.requires(name) or ()
    return sorted(seen)


def test_everything_in_the_app_may_be_passed_on_with_its_text(licences: ModuleType) -> None:
    names = requirements()
    assert {"torch", "pyside6-essentials", "numpy", "pi-heif", "certifi"} <= set(names)
    for name in names:
        part = licences.part(name)
        assert 0 < len(part.licence) < 120, name
        assert not re.search("copyright|files:", part.licence, re.IGNORECASE), name
        assert all(path.stat().st_size > 20 for path in part.texts), name


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 AND CNRI-Python", True),
        ("MPL-2.0 AND MIT", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("BSD-3-Clause OR GPL-2.0-only", True),
        ("GPL-3.0-or-later", False),
        ("GPLv2+", False),
        ("MIT AND GPL-2.0-only", False),
        ("AGPL-3.0", False),
        ("GNU Affero General Public License v3", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("", False),
    ],
)
def test_which_licences_are_allowed(licences: ModuleType, licence: str, allowed: bool) -> None:
    assert licences.allows(licence) is allowed


def test_a_part_under_the_gpl_is_refused(licences: ModuleType) -> None:
    with pytest.raises(licences.LicenceError, match=r"pyinstaller-hooks-contrib: its licence is .*GNU General"):
        licences.part("pyinstaller-hooks-contrib")


def fake_distribution(folder: Path, name: str, lines: str, *texts: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{lines}")
    for text in texts:
        (info / text).write_text(f"The text of {name}'s licence.")
    (folder / f"{name}.py").write_text("")
    rows = [f"{name}.py,,", *(f"{info.name}/{text},," for text in ("METADATA", *texts))]
    (info / "RECORD").write_text("\n".join(rows))


def test_whose_licence_or_text_is_unknown_is_named_in_a_line_each(
    licences: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_distribution(tmp_path, "silent", "", "LICENSE")
    fake_distribution(tmp_path, "textless", "License-Expression: MIT\n")
    fake_distribution(tmp_path, "viral", "License-Expression: AGPL-3.0-only\n", "LICENSE")
    fake_distribution(tmp_path, "fine", "License-Expression: MIT\n", "LICENSE.txt")
    stranger = tmp_path / "libstranger.so.1"
    stranger.write_bytes(b"")
    monkeypatch.syspath_prepend(tmp_path)
    sources = [str(tmp_path / f"{name}.py") for name in ("silent", "textless", "viral", "fine")]
    with pytest.raises(licences.LicenceError) as caught:
        licences.parts([*sources, str(stranger)])
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    for line, word in zip(
        lines, ("libstranger", "silent: .*not stated", "textless: .*without the text", "viral: .*AGPL"), strict=True
    ):
        assert re.search(word, line), line
    fine = next(part for part in licences.parts(sources[3:]) if part.name == "fine 1.0")
    assert (fine.licence, [path.name for path in fine.texts]) == ("MIT", ["LICENSE.txt"])


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="the texts of the system's libraries are Debian's")
def test_libraries_of_the_system_are_known_by_their_names(licences: ModuleType) -> None:
    library = next(Path("/lib").glob("*-linux-gnu*/libz.so.1"))
    part = next(part for part in licences.parts([str(library)]) if part.name.startswith("zlib1g "))
    assert part.licence == "Zlib"
    assert part.texts[0] == Path("/usr/share/doc/zlib1g/copyright")


def test_the_system_list_holds_no_gpl(licences: ModuleType) -> None:
    assert all(licences.allows(licence) for licence in licences.SYSTEM_LIBRARIES.values())
    assert not {"libreadline", "libgdbm"} & licences.SYSTEM_LIBRARIES.keys()


def test_the_document_names_every_part_and_holds_each_text_once(licences: ModuleType) -> None:
    specs = [importlib.util.find_spec(name) for name in ("numpy", "flatbuffers", "tokenizers")]
    parts = licences.parts([spec.origin for spec in specs if spec])
    names = {part.name.rpartition(" ")[0] for part in parts}
    assert names == {"numpy", "flatbuffers", "tokenizers", "Python", "PyInstaller's bootloader"}
    text = licences.document(parts)
    for part in parts:
        assert f"{part.name}: {part.licence}\n" in text
    for path in {path for part in parts for path in part.texts}:
        assert text.count(path.read_text(encoding="utf-8").strip()) >= 1, path
    assert re.search(r"^flatbuffers \S+ \(LICENSE\)\ntokenizers \S+ \(LICENSE\)\n=+$", text, re.MULTILINE)
    _, *sections = text.split("=" * 100)
    heads, texts = sections[::2], sections[1::2]
    assert len(heads) == len(texts) == len(set(texts))

"""Preset files: where they are found, what damage says, and that nothing is overwritten unasked."""

import json
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.domain.presets import Preset
from fastface_core.errors import SettingsError, StorageError
from fastface_core.presets import files as preset_files
from fastface_core.settings import AppSettings, file_content, settings_file

MINE = Preset(name="mine", title="Mine", adapter_strength=0.5)


def put(name: str, text: str | bytes) -> Path:
    folder = paths.presets_folder()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_the_default_is_built_in() -> None:
    assert preset_files.DEFAULT_PRESET in preset_files.built_in()


@pytest.mark.parametrize("name", preset_files.built_in())
def test_an_exported_built_in_preset_is_the_same(name: str, tmp_path: Path) -> None:
    preset, file = preset_files.find(name), tmp_path / "exported.json"
    preset_files.export(preset, file)
    assert preset_files.load_file(file) == preset
    assert json.loads(file.read_text())["name"] == name


# ---- Finding


def test_without_a_folder_there_are_no_own_presets() -> None:
    assert preset_files.own() == {}


def test_own_presets_are_found_by_name() -> None:
    assert preset_files.save_own(MINE) == paths.presets_folder() / "mine.json"
    assert preset_files.own() == {"mine": MINE}
    assert preset_files.find("mine") == MINE


def test_an_own_preset_is_found_by_its_name_in_whatever_file() -> None:
    put("other file.json", preset_files.to_json(MINE))
    assert preset_files.find("mine") == MINE


def test_a_damaged_file_does_not_hide_the_others_and_says_what_is_wrong_when_named() -> None:
    preset_files.save_own(MINE)
    put("broken.json", "{")
    put("binary.json", b"\xff\xfe\x00")
    assert preset_files.own() == {"mine": MINE}
    with pytest.raises(SettingsError, match=r"^The preset broken\.json is not valid JSON\.$"):
        preset_files.find("broken")


def test_an_unknown_name_lists_the_known_ones() -> None:
    preset_files.save_own(MINE)
    with pytest.raises(SettingsError) as raised:
        preset_files.find("nothing")
    assert raised.value.message == 'There is no preset named "nothing".'
    for name in [*preset_files.built_in(), "mine"]:
        assert name in raised.value.hint


@pytest.mark.parametrize("name", ["my.json", "MY.JSON"])
def test_a_file_is_found_by_its_path(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(preset_files.to_json(MINE))
    assert preset_files.find(str(file)) == MINE


# ---- Reading


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(preset_files.to_json(MINE), encoding="utf-8-sig")
    assert preset_files.load_file(file) == MINE


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The preset x.json is not valid JSON."),
        (b"{", "The preset x.json is not valid JSON."),
        (b"[" * 100_000, "The preset x.json is not valid JSON."),
        (b'{"steps": ' + b"9" * 5000 + b"}", "The preset x.json is not valid JSON."),
        (b'{"title": "\\ud800"}', "The preset x.json is not valid JSON."),
        ("ü".encode("utf-16"), "The preset x.json is not a text file."),
        (b" " * (1 << 20) + b"{}", "The preset x.json is too large to be a preset."),
    ],
)
def test_a_damaged_file_is_named(content: bytes, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        preset_files.load_file(file)
    assert raised.value.message == sentence


def test_an_absent_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no file"):
        preset_files.load_file(tmp_path / "absent.json")
    with pytest.raises(SettingsError, match="There is no file"):
        preset_files.find(f"{tmp_path}/absent.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(SettingsError, match=r"folder\.json cannot be read"):
        preset_files.load_file(tmp_path / "folder.json")


# ---- Writing


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    changed = preset_files.changed(MINE, {"title": "Changed"})
    preset_files.save_own(MINE)
    with pytest.raises(SettingsError, match='a preset named "mine" already'):
        preset_files.save_own(changed)
    assert preset_files.find("mine") == MINE
    preset_files.save_own(changed, replace=True)
    assert preset_files.find("mine") == changed

    file = tmp_path / "out" / "mine.json"
    preset_files.export(MINE, file)
    with pytest.raises(StorageError, match="exists already"):
        preset_files.export(changed, file)
    assert preset_files.load_file(file) == MINE
    preset_files.export(changed, file, replace=True)
    assert preset_files.load_file(file) == changed


def test_a_built_in_name_cannot_be_taken() -> None:
    with pytest.raises(SettingsError, match='"baseline" is the name of a built-in preset'):
        preset_files.save_own(preset_files.renamed(MINE, "baseline"), replace=True)
    assert not paths.presets_folder().exists()


def test_changes_are_validated() -> None:
    assert preset_files.renamed(MINE, "yours").name == "yours"
    with pytest.raises(SettingsError, match=r"^The preset mine .* in name: "):
        preset_files.renamed(MINE, "no/slash")
    with pytest.raises(SettingsError, match=r"in adapter_strength: "):
        preset_files.changed(MINE, {"adapter_strength": float("nan")})


# ---- The user's own: names, renaming, trash


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("Käthes Porträt 2", (), "kathes-portrat-2"),
        ("Baseline", (), "baseline-2"),
        ("Mine", ("MINE", "mine-2"), "mine-3"),
        ("中文", (), "preset"),
        ("../../etc", (), "etc"),
        ("x" * 80, ("x" * 64,), "x" * 62 + "-2"),
    ],
)
def test_a_name_for_a_title(title: str, taken: tuple[str, ...], name: str) -> None:
    assert preset_files.name_for(title, taken) == name


def test_renaming_moves_the_file() -> None:
    preset_files.save_own(preset_files.renamed(preset_files.find("baseline"), "mine"))
    new = preset_files.rename_own("mine", "  Weddings, outside ")
    assert (new.name, new.title) == ("weddings-outside", "Weddings, outside")
    assert list(preset_files.own()) == ["weddings-outside"]
    assert [file.name for file in paths.presets_folder().iterdir()] == ["weddings-outside.json"]
    # Only the title's case: the name stays, and nothing is lost.
    assert preset_files.rename_own("weddings-outside", "WEDDINGS, outside").name == "weddings-outside"
    assert list(preset_files.own()) == ["weddings-outside"]


def test_an_empty_title_is_refused_and_nothing_is_moved() -> None:
    preset_files.save_own(preset_files.renamed(preset_files.find("baseline"), "mine"))
    with pytest.raises(SettingsError, match="title"):
        preset_files.rename_own("mine", "  ")
    assert list(preset_files.own()) == ["mine"]


def test_what_is_discarded_can_be_put_back_even_when_its_name_is_taken() -> None:
    first = preset_files.changed(preset_files.find("baseline"), {"name": "mine", "title": "Mine"})
    preset_files.save_own(first)
    place = preset_files.discard_own("mine")
    assert preset_files.own() == {}
    second = preset_files.changed(first, {"description": "another"})
    preset_files.save_own(second)
    other_place = preset_files.discard_own("mine")
    assert place != other_place
    assert preset_files.put_back(other_place) == second
    assert preset_files.put_back(place) == preset_files.renamed(first, "mine-2")
    assert sorted(preset_files.own()) == ["mine", "mine-2"]


def test_built_in_presets_cannot_be_renamed_or_discarded() -> None:
    for act in (lambda: preset_files.rename_own("baseline", "Mine"), lambda: preset_files.discard_own("baseline")):
        with pytest.raises(SettingsError, match="no preset of yours"):
            act()


def test_the_default_is_the_chosen_one_as_long_as_it_is_there() -> None:
    preset_files.save_own(preset_files.renamed(preset_files.find("baseline"), "mine"))
    settings_file().write_bytes(file_content(AppSettings(preset="mine")))
    assert preset_files.default_name() == "mine"
    preset_files.discard_own("mine")
    assert preset_files.default_name() == preset_files.DEFAULT_PRESET

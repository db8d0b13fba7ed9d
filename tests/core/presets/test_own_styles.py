"""The user's own styles: kept, found beside those that ship, shared as files and taken over."""

import json
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.domain import styles
from fastface_core.errors import SettingsError
from fastface_core.presets import own_styles


def test_a_style_of_ones_own_is_kept_and_used_as_the_others() -> None:
    style = own_styles.made("Soft  chalk", "in soft pastel chalk", "photo")
    assert (style.name, style.title.en) == ("own-soft-chalk", "Soft chalk")
    own_styles.save(style)
    assert styles.find("own-soft-chalk") == style
    assert style in styles.for_checkpoint(plain=True)
    assert style.apply("a person", "hat", plain=False) == ("a person, in soft pastel chalk", "hat, photo")
    # A finished prompt is taken apart again.
    assert styles.split("a person, in soft pastel chalk", "hat, photo")[2] == style
    own_styles.remove(style.name)
    assert styles.find("own-soft-chalk") is None
    assert styles.own() == ()


def test_a_changed_one_takes_the_place_of_the_one_before() -> None:
    own_styles.save(own_styles.made("Chalk", "chalk drawing of {prompt}"))
    changed = own_styles.made("Chalk, dark", "dark chalk drawing of {prompt}", name="own-chalk")
    own_styles.save(changed)
    assert styles.own() == (changed,)


def test_two_of_one_title_have_two_names() -> None:
    names = []
    for _ in range(3):
        style = own_styles.made("Gemälde, groß", "oil")
        own_styles.save(style)
        names.append(style.name)
    assert names == ["own-gemalde-gross", "own-gemalde-gross-2", "own-gemalde-gross-3"]
    assert len(own_styles.made("x" * 60, "oil").name) <= 40
    assert own_styles.made("絵", "oil").name == "own-style"


@pytest.mark.parametrize(
    ("title", "words", "told"),
    [
        ("", "oil", "no name"),
        ("Oil", " {prompt} ", "says nothing"),
        ("Oil", "{prompt} and {prompt}", "once"),
        ("x" * 61, "oil", "60"),
        ("Oil", "x" * 401, "400"),
    ],
)
def test_what_cannot_be_one_is_said(title: str, words: str, told: str) -> None:
    with pytest.raises(SettingsError) as raised:
        own_styles.made(title, words)
    assert told in f"{raised.value.message} {raised.value.hint}"


def test_a_file_is_shared_and_taken_over_once(tmp_path: Path) -> None:
    style = own_styles.made("Chalk", "chalk drawing of {prompt}", "photo")
    file = tmp_path / "chalk.json"
    own_styles.export(style, file)
    (taken,) = own_styles.take_over(file)
    assert (taken.title, taken.prompt, taken.negative) == (style.title, style.prompt, style.negative)
    assert own_styles.take_over(file) == (taken,)
    assert styles.own() == (taken,)
    # Those that ship are in the same form.
    shipped = own_styles.take_over(paths.resource("styles", "painting.json"))
    assert all(one.name.startswith("own-") and one.plain for one in shipped)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"order": 0, "styles": []}', b"\xff" * 10, b" " * (1 << 17)])
def test_files_that_are_none_are_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_bytes(content)
    with pytest.raises(SettingsError):
        own_styles.take_over(file)
    with pytest.raises(SettingsError):
        own_styles.take_over(tmp_path / "absent.json")
    assert styles.own() == ()


def test_damaged_and_foreign_files_hide_no_others() -> None:
    own_styles.save(own_styles.made("Chalk", "chalk"))
    folder = paths.styles_folder()
    (folder / "own-damaged.json").write_text("{")
    foreign = {"order": 0, "styles": [{"name": "oil", "title": {"en": "Mine", "de": "Meins"}, "prompt": "{prompt}"}]}
    (folder / "own-foreign.json").write_text(json.dumps(foreign))
    assert [style.name for style in styles.own()] == ["own-chalk"]
    # One that ships keeps its name for itself.
    found = styles.find("oil")
    assert found is not None
    assert found.title.en == "Oil painting"
    with pytest.raises(SettingsError):
        own_styles.save(found)

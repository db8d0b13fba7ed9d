"""Names of files from texts of anybody: every system and file system takes them."""

from pathlib import Path

import pytest

from fastface_core.naming_patterns import clean


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada", "Ada"),
        ("a/b\\c:d", "a_b_c_d"),
        (" .hidden. ", "hidden"),
        ("...", "picture"),
        ("CON", "_CON"),
        ("aux.png", "_aux.png"),
        ("nul ", "_nul"),
        ("com\u00b9.x", "_com\u00b9.x"),
        ("conout$", "_conout$"),
        ("console", "console"),
        ("a\u202egnp.exe", "a_gnp.exe"),
        ("a\u2028b\x7f", "a_b_"),
        ("half \ud83d", "half"),
        ("x" * 149 + " y", "x" * 149),
    ],
)
def test_names(text: str, name: str) -> None:
    assert clean(text) == name


@pytest.mark.parametrize("letter", ["\u591c", "\U0001f469", "\u00e9", "e\u0301"])
def test_long_names_fit_a_file_system(letter: str, tmp_path: Path) -> None:
    name = clean(letter * 200)
    assert 50 <= len(name) <= 150
    (tmp_path / f"{name}-12.png").touch()
    assert not name.endswith("\ufffd")

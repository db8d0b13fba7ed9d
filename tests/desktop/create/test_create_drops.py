"""What is dropped: photos, folders of any depth and size, text, addresses; and the sentence on what is left out."""

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QMimeData, QUrl
from pytestqt.qtbot import QtBot

from fastface_core.domain.request import MAX_PROMPT
from fastface_desktop.ui.widgets import drops, photo_dialog


def files(*paths: Path) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return content


def touched(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


def test_files_are_taken_as_they_are_named(tmp_path: Path) -> None:
    named = touched(tmp_path, "b.jpg", "a.HEIC", "Zeugnis für Jürgen.pdf", "照片.png")
    assert drops.read(files(*named, named[0])) == drops.Dropped(tuple(named))


def test_photos_of_a_folder_are_taken_and_other_files_are_not(tmp_path: Path) -> None:
    touched(
        tmp_path / "in", "2.jpg", "1.JPG", "notes.txt", "._1.jpg", "later/3.webp", "later/deep/4.tif", "later/5.jfif"
    )
    found = drops.read(files(tmp_path / "in"))
    assert [path.name for path in found.files] == ["1.JPG", "2.jpg", "3.webp", "5.jfif", "4.tif"]
    assert all(f"*{suffix} " in photo_dialog.kinds() for suffix in (".jfif", ".jif", ".jpe"))
    assert not found.remark


def test_thousands_of_files_are_bounded_and_told(tmp_path: Path) -> None:
    many = [tmp_path / f"{number}.jpg" for number in range(5000)]
    found = drops.read(files(*many))
    assert found.files == tuple(many[: drops.MOST_PHOTOS])
    number = QLocale().toString(5000)
    assert found.remark.startswith(f"{number} files were dropped; {drops.MOST_PHOTOS} are taken.")


def test_a_folder_with_too_many_photos_is_bounded_and_told(tmp_path: Path) -> None:
    touched(tmp_path / "many", *(f"{number:03}.jpg" for number in range(60)))
    found = drops.read(files(tmp_path / "many"), room=10)
    assert [path.name for path in found.files] == [f"{number:03}.jpg" for number in range(10)]
    assert found.remark == "There are more photos; 10 are taken. A handful of good ones is enough."


def test_an_endless_folder_is_left_in_time(tmp_path: Path) -> None:
    folder = tmp_path / "loop"
    touched(folder, *(f"{number}.txt" for number in range(3000)))
    (folder / "again").symlink_to(folder, target_is_directory=True)
    found = drops.read(files(folder))
    assert found.files == ()
    assert found.remark


def test_a_folder_without_photos_is_told_by_its_name(tmp_path: Path) -> None:
    touched(tmp_path / "Steuer 2025", "a.xlsx")
    assert drops.read(files(tmp_path / "Steuer 2025")).remark == "There are no photos in the folder Steuer 2025."


def test_a_folder_that_may_not_be_read_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touched(tmp_path / "closed", "a.jpg")

    def refuse(path: str) -> None:
        raise PermissionError(path)

    monkeypatch.setattr("os.scandir", refuse)
    assert drops.read(files(tmp_path / "closed")).files == ()


def test_no_room_takes_nothing(tmp_path: Path) -> None:
    found = drops.read(files(*touched(tmp_path, "a.jpg", "b.jpg")), room=0)
    assert found.files == ()
    assert found.remark


def test_text_becomes_one_line_of_bounded_length() -> None:
    content = QMimeData()
    content.setText("a person\n  in a   forest\r\n" + "x" * 20_000)
    text = drops.read(content).text
    assert text.startswith("a person in a forest xxx")
    assert len(text) == MAX_PROMPT


def test_an_address_on_the_web_is_explained() -> None:
    content = QMimeData()
    content.setUrls([QUrl("https://example.org/me.jpg")])
    found = drops.read(content)
    assert found.files == ()
    assert found.remark.startswith("That is an address on the web.")


def test_nothing_useful_is_not_taken(qtbot: QtBot) -> None:
    content = QMimeData()
    content.setData("application/x-unknown", b"?")
    assert not drops.can_read(content)

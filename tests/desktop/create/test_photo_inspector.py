"""Looking at dropped files: faces, advice, and a sentence for everything that is no photo."""

from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from pytestqt.qtbot import QtBot

from fastface_core.domain.identity import PhotoChoice
from fastface_desktop.state.photos import PhotoReport
from tests.desktop.engine_room import PATIENCE, PORTRAIT, Room, copied, group_photo, room, thread

__all__ = ["room", "thread"]


def look(room: Room, path: Path) -> PhotoReport:
    with room.qtbot.waitSignal(room.inspector.inspected, timeout=PATIENCE) as heard:
        room.inspector.inspect_all([path])
    assert heard.args is not None
    seen, report = heard.args
    assert seen == path == report.path
    return report


def test_a_portrait_has_one_face_where_it_is(room: Room) -> None:
    report = look(room, PORTRAIT)
    with Image.open(PORTRAIT) as photo:
        assert (report.width, report.height) == photo.size
    (face,) = report.faces
    assert report.suggested == face.index == 1
    left, top, right, bottom = face.box
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    assert max(report.thumbnail.width(), report.thumbnail.height()) == 256
    assert len(report.sha256) == 64
    assert report.error is None


def test_a_group_is_counted_from_the_left_and_the_largest_face_suggested(room: Room) -> None:
    report = look(room, group_photo())
    assert [face.index for face in report.faces] == [1, 2, 3, 4, 5, 6]
    lefts = [face.box[0] for face in report.faces]
    assert lefts == sorted(lefts)

    def area(index: int) -> float:
        left, top, right, bottom = report.faces[index - 1].box
        return (right - left) * report.width * (bottom - top) * report.height

    assert report.suggested is not None
    assert area(report.suggested) == max(area(face.index) for face in report.faces)


def test_a_poor_photo_comes_with_advice(room: Room, tmp_path: Path) -> None:
    with Image.open(PORTRAIT) as photo:
        small = photo.convert("RGB").resize((160, round(160 * photo.height / photo.width)))
    small.filter(ImageFilter.GaussianBlur(1.5)).save(tmp_path / "poor.png")
    report = look(room, tmp_path / "poor.png")
    assert report.error is None
    assert any("small" in sentence for sentence in report.faces[0].advice)
    assert any("blurred" in sentence for sentence in report.faces[0].advice)


def bad(folder: Path, kind: str) -> Path:
    path = folder / {"pdf": "a.pdf", "text": "a.txt", "corrupt": "a.jpg", "empty": "b.jpg"}.get(kind, kind)
    match kind:
        case "pdf":
            path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n")
        case "text":
            path.write_text("a person in a forest")
        case "corrupt":
            path.write_bytes(PORTRAIT.read_bytes()[:2000])
        case "empty":
            path.write_bytes(b"")
        case "folder":
            path.mkdir()
        case "wall.png":
            Image.new("RGB", (320, 240), (90, 110, 130)).save(path)
        case _:
            pass
    return path


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("wall.png", 'No face was found in "wall.png".'),
        ("pdf", '"a.pdf" is not a photo in a form that can be read.'),
        ("text", '"a.txt" is not a photo in a form that can be read.'),
        ("corrupt", '"a.jpg" is damaged or incomplete.'),
        ("empty", '"b.jpg" is empty.'),
        ("folder", '"folder" is a folder.'),
        ("gone.jpg", '"gone.jpg" was not found.'),
    ],
)
def test_each_thing_that_cannot_be_used_has_its_sentence(room: Room, tmp_path: Path, kind: str, sentence: str) -> None:
    report = look(room, bad(tmp_path, kind))
    assert report.error is not None
    assert report.error.message == sentence
    assert report.error.hint.endswith(".")
    assert (report.faces, report.suggested) == ((), None)


def test_many_files_are_looked_at_in_their_order(room: Room, tmp_path: Path) -> None:
    paths = [copied(PORTRAIT, tmp_path, f"{number}.jpg") for number in range(5)]
    seen: list[Path] = []
    room.inspector.inspected.connect(lambda path, _report: seen.append(path))
    room.inspector.inspect_all([*paths, paths[0]])
    assert room.inspector.pending == 5
    room.qtbot.waitUntil(lambda: room.inspector.pending == 0, timeout=PATIENCE)
    assert seen == paths


def test_thousands_can_be_taken_back_and_the_next_is_looked_at(room: Room, tmp_path: Path) -> None:
    look(room, PORTRAIT)
    seen: list[Path] = []
    room.inspector.inspected.connect(lambda path, _report: seen.append(path))
    room.inspector.inspect_all(tmp_path / f"{number}.jpg" for number in range(5000))
    assert room.inspector.pending == 5000
    room.inspector.cancel_all()
    assert room.inspector.pending == 0
    look(room, PORTRAIT)
    assert seen == [PORTRAIT]


def test_of_thousands_only_one_is_with_the_engine(room: Room, tmp_path: Path) -> None:
    room.inspector.inspect_all(tmp_path / f"{number}.jpg" for number in range(3000))
    assert len(room.thread._inbox._small) <= 1
    room.qtbot.waitUntil(lambda: room.inspector.pending < 2990, timeout=PATIENCE)
    assert len(room.thread._inbox._small) <= 1


def test_one_that_is_taken_back_is_not_told(room: Room, tmp_path: Path, qtbot: QtBot) -> None:
    first, second, third = (copied(PORTRAIT, tmp_path, f"{number}.jpg") for number in range(3))
    seen: list[Path] = []
    room.inspector.inspected.connect(lambda path, _report: seen.append(path))
    room.inspector.inspect_all([first, second, third])
    room.inspector.cancel(second)
    qtbot.waitUntil(lambda: room.inspector.pending == 0, timeout=PATIENCE)
    assert seen == [first, third]


def test_photos_are_compared_and_only_the_last_question_is_answered(room: Room, tmp_path: Path, qtbot: QtBot) -> None:
    """The starter's recogniser cannot tell people apart, and says so of nobody."""
    answers: list[frozenset[Path]] = []
    room.inspector.strangers_seen.connect(answers.append)
    choices = [PhotoChoice(PORTRAIT, 1), PhotoChoice(copied(PORTRAIT, tmp_path, "again.jpg"), 1)]
    room.inspector.compare(choices[:1])
    room.inspector.compare(choices)
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE)
    assert answers == [frozenset()]

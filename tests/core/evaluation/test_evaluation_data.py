"""People, prompts and pairs of an evaluation: read as they are published, and the same whatever else takes part."""

import os
from pathlib import Path

import pytest

from fastface_core.errors import SettingsError
from fastface_core.evaluation import drawn_set, people, prompts
from fastface_core.evaluation.plan import Contender, Plan, safe_name
from fastface_core.evaluation.prompts import Prompt
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.presets import files as preset_files

BASE = Contender(name="base", preset=preset_files.built_in()["baseline"], checkpoint="starter")


def published(folder: Path) -> Path:
    """A data folder in the published form."""
    for name in ("zoe.png", "Adam.jpg", ".hidden.png", "notes.txt"):
        path = folder / "id_photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (folder / "prompts_nostyle.txt").write_text("A man in Rome \n\n", encoding="utf-8")
    (folder / "prompts_style.txt").write_text("Oil painting; a MAN ; smiling\r\na man in rome\n", encoding="utf-8")
    return folder


def test_the_published_folder_is_read_as_it_is(tmp_path: Path) -> None:
    data = published(tmp_path)
    assert [one.name for one in people.in_folder(data)] == ["Adam", "zoe"]
    asked = prompts.in_folder(data)
    assert [one.text for one in asked] == ["a man in rome", "oil painting; a man ; smiling"]
    assert [one.kind for one in asked] == ["realistic", "stylistic"]
    assert (asked[1].style, asked[1].content) == ("oil painting", "a man ; smiling")
    assert (asked[0].style, asked[0].content) == ("a man in rome", "a man in rome")
    # The whole list counts where it is there.
    (data / "prompts.txt").write_bytes("\ufeffA cat\n".encode())
    assert prompts.in_folder(data) == (Prompt(text="a cat"),)


def test_folders_of_people_and_the_user_s_labels(tmp_path: Path) -> None:
    for name, photos in {"b": 12, "a": 1, "empty": 0}.items():
        (tmp_path / name).mkdir()
        for number in range(photos):
            (tmp_path / name / f"{number:02}.jpg").write_bytes(f"{name}{number}".encode())
    (tmp_path / "labels.csv").write_text("person,group,age\nb,one,\na,two,old\n", encoding="utf-8")
    first, second = people.in_folder(tmp_path)
    assert (first.name, first.others, first.labels) == ("a", (), {"group": "two", "age": "old"})
    assert (second.photo.name, [path.name for path in second.others]) == (
        "00.jpg",
        [f"{n:02}.jpg" for n in range(1, 9)],
    )
    assert second.labels == {"group": "one"}
    (tmp_path / "labels.csv").write_text("person,group\nnobody,one\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="nobody"):
        people.in_folder(tmp_path)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [("prompts.txt", b" \n", "no prompt"), ("prompts.txt", b"\xff\xfe", "no UTF-8"),
     ("prompts.txt", b"x" * 20_000, "20000 letters"), (None, b"", "no prompts in"),
     ("prompts.txt", b"".join(b"%d\n" % n for n in range(5001)), "5001 prompts")],
)  # fmt: skip
def test_what_is_wrong_with_prompts_is_said(tmp_path: Path, file: str | None, content: bytes, said: str) -> None:
    if file is not None:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(SettingsError, match=said) as met:
        prompts.in_folder(tmp_path)
    assert met.value.hint


def test_no_people_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no photos"):
        people.in_folder(tmp_path)
    with pytest.raises(SettingsError, match="cannot be read"):
        people.in_folder(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="no folder"):
        prompts.in_folder(tmp_path / "nowhere")


def test_a_part_of_an_evaluation_has_the_same_pictures(tmp_path: Path) -> None:
    data = published(tmp_path)
    everybody, asked = people.in_folder(data), prompts.in_folder(data)
    whole = Plan(people=everybody, prompts=asked, contenders=(BASE,), seeds=3)
    part = Plan(people=everybody[1:], prompts=asked[1:], contenders=(BASE,), seeds=3)
    assert part.request(BASE, 0, 0) == whole.request(BASE, 1, 1)
    seeds = {whole.first_seed(person, prompt) for person in range(2) for prompt in range(2)}
    assert len(seeds) == 4
    assert Plan(people=everybody, prompts=asked, contenders=(BASE,), seed=51).first_seed(0, 0) not in seeds
    # The same protocol whatever is judged, and wherever the photos lie.
    other = BASE.model_copy(update={"name": "other", "steps": 2})
    moved = tuple(one.model_copy(update={"photo": Path("/elsewhere.png")}) for one in everybody)
    assert Plan(people=moved, prompts=asked, contenders=(other,), seeds=3).protocol == whole.protocol
    assert part.protocol != whole.protocol


def test_every_picture_is_asked_for_once_checkpoint_by_checkpoint(tmp_path: Path) -> None:
    data = published(tmp_path)
    names = {"a": "one", "b": "two", "c": "one"}
    contenders = tuple(BASE.model_copy(update={"name": name, "checkpoint": of}) for name, of in names.items())
    plan = Plan(people=people.in_folder(data), prompts=prompts.in_folder(data), contenders=contenders, seeds=2)
    orders = list(plan.orders())
    assert [one.checkpoint for one, *_ in orders] == ["one"] * 8 + ["two"] * 4
    keys = [cell.key for order in orders for cell in plan.cells(*order)]
    assert len(set(keys)) == len(keys) == plan.pictures == 24
    assert keys[0] == "a/0001-001-01"


def test_names_of_settings_are_names_of_folders() -> None:
    assert safe_name("../My Preset!") == "my-preset"
    assert safe_name("???") == "settings"
    for bad in ("../x", "", "a/b", "A", "a.", "a\n"):
        with pytest.raises(ValueError, match="name"):
            Contender(name=bad, preset=BASE.preset, checkpoint="starter")


def test_the_starter_s_own_set(tmp_path: Path) -> None:
    drawn_set.write(tmp_path, 2)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.png")}
    drawn_set.write(tmp_path, 2)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.png")} == before
    first, second = people.in_folder(tmp_path)
    assert (len(first.others), len(second.others)) == (2, 2)
    assert first.sha256 != second.sha256
    kinds = [one.kind for one in prompts.in_folder(tmp_path)]
    assert (kinds.count("realistic"), kinds.count("stylistic")) == (6, 6)
    assert len(drawn_set.twins()) == 50


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_pipes_and_endless_files_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "prompts.txt")
    (tmp_path / "endless.txt").symlink_to("/dev/zero")
    for name in ("prompts.txt", "endless.txt"):
        with pytest.raises(SettingsError, match="cannot be read"):
            prompts.read(tmp_path / name)
    (tmp_path / "large.txt").write_bytes(bytes(5 << 20))
    with pytest.raises(SettingsError, match="too large"):
        prompts.read(tmp_path / "large.txt")
    (tmp_path / "plan.json").symlink_to("/dev/zero")
    with pytest.raises(SettingsError, match="no evaluation"):
        RunFolder.open(tmp_path)

"""Batches: how they are written, what their pictures are called, and what becomes of each row."""

import json
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from fastface_core.batch import names, proof
from fastface_core.batch.outcomes import Journal, Outcome
from fastface_core.batch.planning import Planned, plan
from fastface_core.batch.reading import Written, read_batch
from fastface_core.batch.rows import Entry, Refused, Row, expand
from fastface_core.domain.goal import Goal
from fastface_core.errors import PermissionMissingError, SettingsError
from fastface_core.library.library import Library
from fastface_core.models import installed
from fastface_core.studio.orders import LibraryPerson, Photos

PORTRAIT = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"


@pytest.fixture
def library(home: Path) -> Generator[Library]:
    with Library() as library:
        yield library


def rows_of(written: Written) -> list[Row | Refused]:
    return [row for entry in written.entries for row in expand(entry, written.defaults)]


def good(found: list[Row | Refused]) -> list[Row]:
    assert all(isinstance(row, Row) for row in found), found
    return [row for row in found if isinstance(row, Row)]


def file(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_table_json_and_yaml_say_the_same(tmp_path: Path) -> None:
    table = 'person;photos;prompt;preset;seed;good;count\nÄda;a.jpg | b.jpg;"red; soft | blue";baseline;7;3;12\n'
    content = {
        "preset": "baseline",
        "rows": [
            {
                "person": "Äda",
                "photos": ["a.jpg", "b.jpg"],
                "prompt": ["red; soft", "blue"],
                "seed": 7,
                "good": 3,
                "count": 12,
            }
        ],
    }
    # JSON is YAML too.
    listed = json.dumps(content, ensure_ascii=False)
    written = [
        file(tmp_path, "a.csv", "\ufeff" + table),
        file(tmp_path, "b.json", listed),
        file(tmp_path, "c.yaml", listed),
        file(tmp_path, "d.yml", "preset: baseline\nrows:\n- {person: Äda, photos: [a.jpg, b.jpg], "
             "prompt: ['red; soft', blue], seed: 7, good: 3, count: 12}\n"),
    ]  # fmt: skip
    found = [good(rows_of(read_batch(path))) for path in written]
    assert found[1:] == found[:-1]
    assert [row.prompt for row in found[0]] == ["red; soft", "blue"]
    assert found[0][0].photos == ("a.jpg", "b.jpg")


def test_lists_are_multiplied_and_seeds_are_ranges() -> None:
    entry = Entry(1, {"person": ["A", "B"], "prompt": ["x", "y"], "preset": ["p", "q"], "seed": [1, "5..7"]}, Path())
    found = good(list(expand(entry, {"size": "64x72"})))
    assert len({(row.person, row.prompt, row.preset) for row in found}) == 8
    assert {(row.seed, row.count) for row in found} == {(1, 1), (5, 3)}
    assert {row.size for row in found} == {(64, 72)}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "person,colour\nA,red\n", 'unknown field "colour"'),
        ("a.csv", "person,prompt\nA,b,c\n", "more cells"),
        ("a.csv", 'person,prompt\nA,"b\n', "no table"),
        ("a.csv", "", "no rows"),
        ("a.json", "{", "cannot be understood"),
        ("a.json", "[" * 10_000, "cannot be understood"),
        ("a.json", '{"rows": 3}', "no list of rows"),
        ("a.json", '["A"]', "is no object"),
        ("a.yaml", "rows:\n- {person: [A\n", "at line"),
        ("a.yaml", "!!python/object/apply:os.getcwd []", "cannot be understood"),
        ("a.txt", "A", "is no batch"),
    ],
)
def test_what_is_no_batch_is_said(name: str, text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=says):
        read_batch(file(tmp_path, name, text))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"person": "A"}, "prompt"),
        ({"prompt": "x"}, "neither a person nor photos"),
        ({"person": "A", "prompt": "x", "count": 2, "good": 3}, "good is 3"),
        ({"person": "A", "prompt": "x", "size": "65x64"}, "size"),
        ({"person": "A", "prompt": "x", "seed": "9..3"}, "no range"),
        ({"person": "A", "prompt": "x", "seed": "1..99999999"}, "no range"),
        ({"person": "A", "prompt": []}, "is empty"),
        ({"person": "A", "prompt": "x", "photos": "a.jpg", "faces": [1, 2]}, "more faces"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_by_itself(values: dict[str, object], says: str) -> None:
    fine = {"person": "B", "prompt": "y"}
    found = [row for entry in (values, fine) for row in expand(Entry(1, entry, Path()), {})]
    assert isinstance(found[0], Refused)
    assert says in found[0].error.message
    assert isinstance(found[-1], Row)


def test_aliases_of_aliases_take_no_time(tmp_path: Path) -> None:
    lists = "\n".join(f"- &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9))
    bomb = file(tmp_path, "a.yaml", f"person: A\nprompt:\n- &l0 x\n{lists}\n")
    found = rows_of(read_batch(bomb))
    assert len(found) == 9
    assert [isinstance(row, Row) for row in found] == [True] + [False] * 8


def test_a_folder_of_folders_is_people_and_clients(tmp_path: Path) -> None:
    for name in ("Ada/1.jpg", "Ada/2.jpg", "Acme/Bo/1.png", "Acme/Cy.jpg", "empty/notes.txt", "Dee.jpg", ".git/x.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    file(tmp_path, "batch.yaml", "prompt: a portrait\n")
    found = good(rows_of(read_batch(tmp_path)))
    assert [(row.client, row.person, [Path(photo).name for photo in row.photos]) for row in found] == [
        ("", "Dee", ["Dee.jpg"]),
        ("Acme", "Cy", ["Cy.jpg"]),
        ("Acme", "Bo", ["1.png"]),
        ("", "Ada", ["1.jpg", "2.jpg"]),
    ]
    assert {row.prompt for row in found} == {"a portrait"}


def test_names_are_allowed_everywhere_and_none_is_given_twice(tmp_path: Path) -> None:
    given = names.Names(tmp_path)
    values = dict.fromkeys(names.FIELDS, "x") | {"client": "", "person": "../A:B", "prompt": "con"}
    folder, first = given.take("{client}/{person}/{prompt}", values, (1, 2))
    assert (folder, first) == (tmp_path / "_A_B", ("_con-01", "_con-02"))
    assert given.take("{client}/{person}/{PROMPT}".lower(), values, (1, 2))[1] == ("_con-01-2", "_con-02-2")
    assert given.take("{seed}", values, (1, 2)) == (tmp_path, ("1", "2"))
    assert (
        names.short("a very, very long prompt: " * 9) == "a very very long prompt a very very long prompt a very very"
    )
    for pattern, says in (("{seed}/{person}", "name of a folder"), ("{nobody}", "nobody"), ("{person", "not closed")):
        with pytest.raises(SettingsError, match=says):
            names.check(pattern)


def planned(library: Library, tmp_path: Path, *rows: Mapping[str, object]) -> tuple[Planned | Refused, ...]:
    entries = tuple(Entry(number, row, tmp_path) for number, row in enumerate(rows, start=1))
    return plan(Written("test", entries, {"prompt": "a portrait"}), library, tmp_path / "out")


def test_rows_become_orders_or_say_why_not(library: Library, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "ada.jpg").write_bytes(PORTRAIT.read_bytes())
    uid = library.people.add("Bo").uid
    photos = {"person": "Ada", "photos": ["ada.jpg"]}
    rows = (
        {**photos, "good": 2, "count": 5},
        {**photos, "good": 2, "count": 5, "above": 0.25, "checkpoint": "starter"},
        {"person": "Ada", "photos": ["gone.jpg"]},
        {"person": "Ada", "photos": ["photos"]},
        {"person": "Nobody"},
        {"person": "Bo"},
        {**photos, "preset": "no such"},
        {**photos, "checkpoint": "hyper-4"},
        {**photos, "name": "{oops}"},
    )
    found = sorted(planned(library, tmp_path, *rows), key=lambda row: row.number)
    first, second, *others = found
    assert isinstance(first, Planned)
    assert isinstance(second, Planned)
    assert isinstance(first.order.subject, Photos)
    assert second.order.request.goal == Goal(pictures=2, score=0.25)
    match = installed.starter().match
    assert match is not None
    assert first.order.request.goal == Goal(pictures=2, score=match.goal())
    assert first.order.request.seed == second.order.request.seed
    said = [row.error.message for row in others if isinstance(row, Refused)]
    assert len(said) == 7
    for message, part in zip(
        said,
        ("gone.jpg is not", "no photos in photos", "Nobody", "permission", "no such", "hyper-4", "oops"),
        strict=True,
    ):
        assert part in message
    assert isinstance(found[5], Refused)
    assert isinstance(found[5].error, PermissionMissingError)
    # Keys change with what they stand for, and with nothing else.
    again = planned(library, tmp_path, *rows)
    assert {row.key for row in again if isinstance(row, Planned)} == {first.key, second.key}
    assert first.key != second.key
    (tmp_path / "ada.jpg").write_bytes(PORTRAIT.read_bytes() + b"\0")
    changed = {row.key for row in planned(library, tmp_path, *rows) if isinstance(row, Planned)}
    assert not changed & {first.key, second.key}
    assert LibraryPerson(uid) != first.order.subject


def outcome(number: int, *scores: float | None, error: str | None = None) -> Outcome:
    pictures = [{"path": f"{number}-{index}.png", "seed": index, "match": one} for index, one in enumerate(scores)]
    return Outcome.model_validate(
        {
            "key": f"{number:064x}",
            "line": number,
            "who": f"<{number}>",
            "prompt": "a",
            "preset": "p",
            "checkpoint": "starter",
            "pictures": pictures,
            "error": error,
        }
    )


def test_a_journal_survives_a_line_that_was_cut_short(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "out")
    assert journal.read() == {}
    first, second = outcome(1, 0.5), outcome(2, error="Something.")
    journal.add(first)
    with (tmp_path / "out" / "batch.jsonl").open("ab") as file:
        file.write(b'{"key": "00')
    journal.add(second)
    assert list(journal.read().values()) == [first, second]
    assert not journal.holds(second)
    assert not journal.holds(first)
    (tmp_path / "out" / "1-0.png").touch()
    assert journal.holds(first)


def test_the_proof_sheet_is_sorted_and_names_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "ON_A_PAGE", 2)
    refused = Refused(4, "Dee", SettingsError("No photos.", "Add one."))
    pages = proof.write(
        [outcome(1, 0.1, None), outcome(2, 0.9), outcome(3, error="Bad & ugly.")], [refused], tmp_path, "T"
    )
    assert [page.name for page in pages] == ["proof.html", "proof-2.html"]
    first, second = (page.read_text("utf-8") for page in pages)
    assert first.index("0.90") < first.index("0.10")
    assert "no likeness" not in first
    assert "no likeness" in second
    assert "&lt;2&gt;" in first
    assert "Bad &amp; ugly." in first
    assert "No photos. Add one." in first
    assert "http" not in first

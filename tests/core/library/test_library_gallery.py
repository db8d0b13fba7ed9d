"""The gallery's questions, compared with a plain search through everything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastface_core.errors import SettingsError
from fastface_core.library import queries
from fastface_core.library.gallery import Page
from fastface_core.library.library import Library
from fastface_core.library.metadata import FileContent, Marks, Note
from fastface_core.library.queries import Query
from fastface_core.library.recording import insert
from tests.core.library_help import NOW, recipe, saved

WORDS = ["sea", "seal", "forest", "Bär", "bar", "東京", "red-scarf", "x"]
TAGS = ["client", "Best of", "größe"]
PEOPLE = ["Ada Sea", "Ben Forest"]


def made_up(number: int, people: list[str]) -> FileContent:
    """One of many pictures, the same for the same number."""
    import random

    chance = random.Random(number)
    text = " ".join(chance.choices(WORDS, k=3))
    note = Note(
        # Some are of the same moment.
        created=datetime(2030, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(30)),
        person=chance.choice([*people, None]),
        likeness=chance.choice([None, -0.5, 0.0, 0.3, 0.3, 0.9]),
    )
    made = recipe(
        number,
        text,
        checkpoint=chance.choice(["lightning-4", "hyper-4"]),
        terms=chance.choice([None, {"commercial_use": True, "licences": ()}, {"commercial_use": None, "licences": ()}]),
    )
    marks = Marks(chance.randrange(6), chance.random() < 0.3, tuple(chance.sample(TAGS, chance.randrange(3))))
    return FileContent(8, 8, made, text, note, marks, chance.randbytes(32))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("gallery")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FASTFACE_HOME", str(folder))
        library = Library()
    people = [library.people.add(name).uid for name in PEOPLE]
    contents: dict[int, FileContent] = {}
    with library.database.change() as connection:
        for number in range(120):
            content = made_up(number, people)
            contents[insert(connection, folder / "pictures" / f"{number}.png", content)] = content
        connection.execute("UPDATE pictures SET in_trash = 1 WHERE id % 10 = 0")
        connection.execute("UPDATE pictures SET missing = 1 WHERE id % 7 = 0")
    yield library, contents
    library.close()


texts = st.lists(st.sampled_from([*WORDS, "se", "ada", "best", "Größe", "tok", "scarf", "-", '"', "*"]), max_size=2)
asked = st.builds(
    Query,
    text=texts.map(" ".join),
    person=st.sampled_from([None, "", *PEOPLE, "f" * 32]),
    checkpoint=st.sampled_from([None, "lightning-4", "other"]),
    rating=st.integers(0, 5),
    rejected=st.sampled_from([None, True, False]),
    tags=st.lists(st.sampled_from([*TAGS, "CLIENT", "none"]), max_size=2).map(tuple),
    likeness=st.tuples(st.sampled_from([None, -1.0, 0.3]), st.sampled_from([None, 0.3, 1.0])),
    since=st.sampled_from([None, datetime(2030, 1, 1, 12, tzinfo=UTC)]),
    until=st.sampled_from([None, datetime(2030, 1, 1, 12, tzinfo=UTC)]),
    trashed=st.booleans(),
    missing=st.sampled_from([None, True]),
    commercial=st.sampled_from([None, True]),
    sort=st.sampled_from(["date", "rating", "likeness"]),
    descending=st.booleans(),
)


def folded(text: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def plainly(query: Query, contents: dict[int, FileContent], names: dict[str, str]) -> list[int]:
    """The same question, answered by looking at each."""

    def fits(number: int, one: FileContent) -> bool:
        note, made = one.note, one.recipe
        assert note is not None
        assert note.created is not None
        assert made is not None
        marks = one.marks
        words = queries.WORD.findall(folded(queries.searchable(one.prompt, f"{made.seed}.png", *marks.tags)))
        name = folded(names.get(note.person or "", "")).split()
        terms = queries.terms_of(query.text)
        for place, term in enumerate(terms, start=1):
            parts = queries.WORD.findall(folded(queries.searchable(term)))
            begun = place == len(terms) and len(parts[-1]) > 1
            in_text = any(
                words[at : at + len(parts) - 1] == parts[:-1]
                and len(words) >= at + len(parts)
                and (
                    words[at + len(parts) - 1] == parts[-1]
                    or (begun and words[at + len(parts) - 1].startswith(parts[-1]))
                )
                for at in range(len(words))
            )
            if not in_text and not any(part.startswith(folded(term)) for part in name):
                return False
        least, most = query.likeness
        commercial = made.terms.commercial_use if made.terms else None
        return (
            (number % 10 == 0) == query.trashed
            and (query.person is None or (note.person or "") == query.person)
            and (query.checkpoint is None or made.checkpoint == query.checkpoint)
            and marks.rating >= query.rating
            and (query.rejected is None or marks.rejected == query.rejected)
            and all(tag.casefold() in {t.casefold() for t in marks.tags} for tag in query.tags)
            and (least is None or (note.likeness is not None and note.likeness >= least))
            and (most is None or (note.likeness is not None and note.likeness <= most))
            and (query.since is None or note.created >= query.since)
            and (query.until is None or note.created < query.until)
            and (query.missing is None or (number % 7 == 0) == query.missing)
            and (query.commercial is None or commercial == query.commercial)
        )

    def key(number: int) -> tuple[Any, ...]:
        one = contents[number]
        assert one.note is not None
        first = {
            "date": (),
            "rating": (one.marks.rating,),
            "likeness": (-2 if one.note.likeness is None else one.note.likeness,),
        }[query.sort]
        return (*first, one.note.created, number)

    return sorted((n for n, one in contents.items() if fits(n, one)), key=key, reverse=query.descending)


@settings(max_examples=150)
@given(query=asked, limit=st.integers(1, 50), small=st.sampled_from([0, 15, 2000]))
def test_every_question_has_the_plain_answer(filled: Any, query: Query, limit: int, small: int) -> None:
    library, contents = filled
    names = library.people.names()
    uids = {name: uid for uid, name in names.items()}
    query = replace(query, person=uids.get(query.person or "", query.person))
    expected = plainly(query, contents, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "_SMALL_SET", small)  # both ways of using a set
        assert library.gallery.ids(query) == expected
        assert library.gallery.count(query) == len(expected)
        found: list[int] = []
        page: Page = library.gallery.page(query, None, limit)
        found += [row.id for row in page.rows]
        while page.next is not None:
            assert len(page.rows) == limit
            page = library.gallery.page(query, page.next, limit)
            found += [row.id for row in page.rows]
    assert found == expected


def test_a_row_says_what_was_recorded(tmp_path: Path) -> None:
    with Library() as library:
        uid = library.people.add("Ada").uid
        made = saved(library, tmp_path / "out", 7, person=uid, likeness=0.25, prompt="mit Hut")
        (row,) = library.gallery.page(Query()).rows
        assert row.path == made.path == tmp_path / "out" / "20300102-030405-7.png"
        assert (row.id, row.person, row.preset, row.checkpoint, row.seed) == (made.id, uid, "baseline", "hyper-4", 7)
        assert (row.width, row.height, row.likeness, row.rating, row.rejected) == (64, 72, 0.25, 0, False)
        assert row.created == NOW
        assert row.commercial is True
        assert row.prompt == "mit Hut"
        details = library.gallery.details(row.id)
        assert details.recipe is not None
        assert details.recipe.seed == 7
        assert details.seconds == 1.5
        assert details.terms is not None
        assert details.terms.licences == ("Apache-2.0",)
        assert library.gallery.presets() == ("baseline",)
        assert library.gallery.checkpoints() == ("hyper-4",)
        assert library.gallery.find(str(row.path)) == library.gallery.find(str(row.id)) == row.id


def test_a_new_picture_does_not_shift_the_next_page(tmp_path: Path) -> None:
    with Library() as library:
        for seed in range(6):
            saved(library, tmp_path, seed)
        first = library.gallery.page(Query(), None, 3)
        saved(library, tmp_path, 99)
        second = library.gallery.page(Query(), first.next, 3)
        assert [row.seed for row in (*first.rows, *second.rows)] == [5, 4, 3, 2, 1, 0]


def test_pictures_with_the_same_pixels_are_duplicates(tmp_path: Path) -> None:
    with Library() as library:
        ids = [saved(library, tmp_path / name, seed).id for name, seed in (("a", 1), ("b", 1), ("c", 2), ("d", 1))]
        assert library.gallery.duplicates() == [(ids[0], ids[1], ids[3])]
        library.trash.put([ids[1]])
        assert library.gallery.duplicates() == [(ids[0], ids[3])]


@pytest.mark.parametrize("query", [Query(rating=6), Query(rating=-1), Query(sort="name")])  # type: ignore[arg-type]
def test_questions_that_make_no_sense(query: Query) -> None:
    with Library() as library, pytest.raises(SettingsError):
        library.gallery.page(query)


@pytest.mark.parametrize("name", ["17", "99999999999999999999", "no.png", "/nowhere/x.png", "", "x\0y"])
def test_pictures_that_are_not_there(name: str) -> None:
    with Library() as library, pytest.raises(SettingsError, match="library"):
        library.gallery.find(name)

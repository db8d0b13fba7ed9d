"""The studio: the engine's own pixels, orders that go on, orders that fail, and what it tells of them."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import FastFaceError, PermissionMissingError, PhotoError
from fastface_core.library.library import Library
from fastface_core.library.people.files import Consent
from fastface_core.library.queries import Query
from fastface_core.presets import files as preset_files
from fastface_core.progress import Cancelled, CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import (
    Event,
    Identified,
    Keep,
    LibraryPerson,
    Loaded,
    Loading,
    Making,
    Order,
    OrderDone,
    OrderFailed,
    Photos,
    PictureFound,
    PictureMade,
)
from fastface_core.studio.resident import ResidentEngine
from tests.core.library_help import pixels_of

PORTRAIT = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
REQUEST = PortraitRequest(
    prompt="a portrait", preset=preset_files.find("baseline"), seed=5, count=3, steps=1, width=64, height=64
)


@pytest.fixture(scope="module")
def engine() -> ResidentEngine:
    return ResidentEngine("cpu")


@pytest.fixture
def library(home: Path) -> Generator[Library]:
    with Library() as library:
        yield library


@pytest.fixture
def studio(engine: ResidentEngine, library: Library) -> Studio:
    return Studio(engine, lambda: library)


def order(folder: Path | None, *names: str, **changes: object) -> Order:
    keep = Keep(folder=folder, names=names) if folder else None
    subject = Photos((PhotoChoice(PORTRAIT),))
    return Order(REQUEST.model_copy(update=changes), subject, "starter", keep)


def events(studio: Studio, *orders: Order, cancel: CancelToken | None = None) -> list[Event]:
    heard: list[Event] = []
    studio.make(orders, lambda _, event: heard.append(event), cancel)
    return heard


E = TypeVar("E")


def of(kind: type[E], heard: list[Event]) -> list[E]:
    return [event for event in heard if isinstance(event, kind)]


def written(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.png")}


def test_its_pictures_are_the_engine_s_and_lie_where_they_should(
    studio: Studio, engine: ResidentEngine, library: Library, tmp_path: Path
) -> None:
    engine().unload()
    heard = events(studio, order(tmp_path / "out", "one", "two", "three"))
    told = [type(event) for event in heard if type(event) in (Loading, Identified, Loaded, Making, OrderDone)]
    assert told == [Loading, Identified, Loaded, Making, OrderDone]
    made = of(PictureMade, heard)
    assert [(one.index, one.path) for one in made] == [
        (number, tmp_path / "out" / f"{name}.png") for number, name in enumerate(("one", "two", "three"))
    ]
    assert {one.id for one in made} == set(library.gallery.ids(Query()))
    identity = engine().identify([PhotoChoice(PORTRAIT)])
    for one, expected in zip(made, engine().generate(REQUEST, identity).pictures, strict=True):
        assert one.path is not None
        assert np.array_equal(pixels_of(one.path), np.asarray(expected.image))
        assert one.score == expected.score


def test_an_order_that_fails_stops_nothing_and_what_is_only_looked_at_leaves_nothing(
    studio: Studio, library: Library, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    bad = replace(order(None), subject=Photos((PhotoChoice(broken),)))
    heard = events(studio, order(None, count=1), bad, replace(bad, checkpoint="none"), order(None, count=1))
    ends = [event for event in heard if isinstance(event, OrderDone | OrderFailed)]
    assert [type(end) for end in ends] == [OrderDone, OrderFailed, OrderFailed, OrderDone]
    assert isinstance(of(OrderFailed, heard)[0].error, PhotoError)
    assert [(one.path, one.id) for one in of(PictureMade, heard)] == [(None, None)] * 2
    assert library.gallery.count(Query()) == 0
    assert list(tmp_path.rglob("*.png")) == []


def test_stopped_in_the_middle_the_same_order_goes_on(studio: Studio, tmp_path: Path) -> None:
    whole = of(PictureMade, events(studio, order(tmp_path / "whole", "1", "2", "3")))
    asked = order(tmp_path / "cut", "1", "2", "3")
    cancel, heard = CancelToken(), list[Event]()

    def stop(_order: Order, event: Event) -> None:
        heard.append(event)
        if isinstance(event, PictureMade):
            cancel.cancel()

    with pytest.raises(Cancelled):
        studio.make([asked], stop, cancel)
    assert len(of(PictureMade, heard)) == 1
    before = written(tmp_path / "cut")
    heard = events(studio, asked)
    assert [(one.index, one.path) for one in of(PictureFound, heard)] == [(0, tmp_path / "cut" / "1.png")]
    assert [one.index for one in of(PictureMade, heard)] == [1, 2]
    assert before.items() <= written(tmp_path / "cut").items()
    for one in whole:
        assert one.path is not None
        assert np.array_equal(pixels_of(one.path), pixels_of(tmp_path / "cut" / one.path.name))
    # One in the middle is gone: it is made again, and those after it neither doubled nor written over.
    (tmp_path / "cut" / "2.png").unlink()
    before = written(tmp_path / "cut")
    events(studio, asked)
    assert before.items() <= written(tmp_path / "cut").items()
    assert written(tmp_path / "cut").keys() == {"1.png", "2.png", "3.png"}
    # With another prompt all of them are other pictures, and nothing is written over.
    events(studio, order(tmp_path / "cut", "1", "2", "3", prompt="another", count=1))
    assert written(tmp_path / "cut").keys() == {"1.png", "1-2.png", "2.png", "3.png"}


def test_a_goal_counts_what_was_found(studio: Studio, tmp_path: Path) -> None:
    from fastface_core.domain.goal import Goal

    asked = order(tmp_path, "1", "2", "3", goal=Goal(pictures=2, score=-1))
    assert len(of(PictureMade, events(studio, order(tmp_path, "1", "2", "3", count=1)))) == 1
    heard = events(studio, asked)
    assert (len(of(PictureFound, heard)), len(of(PictureMade, heard))) == (1, 1)
    heard = events(studio, asked)
    assert (len(of(PictureFound, heard)), len(of(PictureMade, heard))) == (2, 0)


def test_nobody_is_drawn_without_a_permission_that_holds(studio: Studio, library: Library) -> None:
    uid = library.people.add("Ada").uid
    asked = replace(order(None), subject=LibraryPerson(uid))

    def reason() -> FastFaceError:
        (failed,) = of(OrderFailed, events(studio, asked))
        return failed.error

    assert isinstance(reason(), PermissionMissingError)
    assert reason().message == "No permission of Ada is noted."
    library.people.set_consent(uid, Consent(text="yes", given=date(2020, 1, 1), expires=date(2020, 1, 2)))
    assert reason().message == "No permission of Ada that still holds is noted."
    library.people.set_consent(uid, Consent(text="yes", given=date(2020, 1, 1)))
    assert not isinstance(reason(), PermissionMissingError)  # there is no photo


def test_orders_are_asked_for_one_by_one(studio: Studio) -> None:
    done: list[int] = []

    def orders() -> Iterator[Order]:
        for number in range(2):
            assert len(done) == number
            yield order(None, count=1)

    def hear(_order: Order, event: Event) -> None:
        if isinstance(event, OrderDone):
            done.append(event.made)

    studio.make(orders(), hear)
    assert done == [1, 1]

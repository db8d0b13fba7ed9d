"""The three ways through the window: a first picture, a photographer's hour, somebody who tunes.

Each is a list of steps; what a step leaves is looked up in the files of the program's home, so that it can be asked
after a kill. A step can be taken again from wherever a kill left it.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.hands import ROOT, Person, box, has

PHOTO = ROOT / "examples" / "portrait.jpg"
_DRAWN = ROOT / "tests" / "data" / "starter"
_KEYS = ("3", "4", "x", "5")
"""Of a culling, picture by picture."""
_COPY = "balanced-copy"


class Home:
    """What the program has kept, from its files alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exports = folder / "pictures" / "Export"

    def pictures(self) -> set[Path]:
        return {one for one in (self.folder / "pictures").rglob("*.png") if self.exports not in one.parents}

    def unfinished(self) -> int:
        """Pictures that were ordered and are not made."""
        jobs = self._json("queue.json").get("jobs", [])
        return sum(job["request"]["count"] - len(job["pictures"]) for job in jobs if not job.get("error"))

    def photos(self) -> int:
        return len(self._json("session.json").get("photos", []))

    def people(self) -> list[str]:
        found = (self.folder / "data" / "people").glob("*/person.json")
        return [one["name"] for path in found if len((one := json.loads(path.read_text()))["photos"])]

    def preset(self, *, draft: bool = False) -> Any:
        """The weights of the face in the copy of a preset; None where there is none."""
        one = self._json("preset-drafts.json").get(_COPY) if draft else self._json(f"presets/{_COPY}.json")
        return one["guidance"]["identity_weight"] if one else None

    def count(self, where: str) -> int:
        """Pictures of the library of which this is true."""
        file = self.folder / "data" / "library" / "library.db"
        if not file.exists():
            return 0
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=60)) as library:
            try:
                return library.execute(f"SELECT count(*) FROM pictures WHERE {where}").fetchone()[0]
            except sqlite3.OperationalError:
                return 0  # nothing was written yet

    def _json(self, name: str) -> Any:
        file = self.folder / "data" / name
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


class Step(NamedTuple):
    """`done` says from the files whether it is; None for what is only shown."""

    name: str
    do: Callable[[Person, Home], object]
    done: Callable[[Home], bool] | None


def go_on(person: Person, home: Home, count: int) -> None:
    """Waits until so many pictures are there; what a kill interrupted is continued where that is offered."""

    def there() -> bool | None:
        if home.unfinished() and person.look("Continue", "push button", usable=True):
            person.click("Continue", "push button")
            person.pause(1)
        return len(home.pictures()) >= count or None

    person.until(there, f"{count} pictures")


# ---- A first picture


def _drop(person: Person, home: Home) -> None:
    if home.photos():
        return
    field = person.until(lambda: person.look("Drop photos") or person.look("Drop a photo"), "a place for photos")
    person.drop([PHOTO], box(field).at())
    person.until(lambda: home.photos() or None, "the dropped photo")


def _make(person: Person, home: Home) -> None:
    button = person.until(lambda: person.look("Make my portrait") or person.look("Make a picture"), "Make")
    if button.name.startswith("Make my portrait"):
        box_ = person.wait("I have this person", "check box")
        if not has(box_, "checked"):
            person.click("I have this person", "check box")
        person.click("Make my portrait", "push button")
    else:
        person.click("Make a picture", "push button")

    def ordered() -> bool | None:
        # The permission is asked for once: a kill may have come after it was given.
        if person.look("Yes, make the picture", "push button", usable=True):
            person.click("Yes, make the picture", "push button")
        return bool(home.unfinished() or home.pictures()) or None

    person.until(ordered, "the order")


def first() -> list[Step]:
    return [
        Step("drop a photo", _drop, lambda home: home.photos() > 0),
        Step("make", _make, lambda home: bool(home.unfinished() or home.pictures())),
        Step("the picture", lambda person, home: go_on(person, home, 1), lambda home: len(home.pictures()) > 0),
    ]


# ---- A photographer's hour


def _page(person: Person, name: str, only: str, role: str = "") -> Any:
    skip = "Skip to the app"
    person.until(lambda: person.look(skip) or person.look(name, "radio button"), name)
    if person.look(skip) is not None:
        person.click(skip)
    person.click(name, "radio button")
    return person.wait(only, role)


def _there(home: Home) -> bool:
    return any((home.folder / "data" / "people").glob("*/person.json"))


def _client(person: Person, home: Home) -> None:
    files = [_DRAWN / "person-0.jpg", _DRAWN / "person-1.jpg"]
    _page(person, "People", "People", "label")
    if _there(home):
        # A kill came before the photos were kept: the person is there without them.
        person.click("Eileen")
        person.drop(files, box(person.wait("Drop photos of this person")).at())
    else:
        person.drop(files, box(person.wait("Drop photos of a person", "push button")).at())
        person.click("Name of the new person", "text")
        person.write("Eileen")
        person.keys("enter")
    person.until(lambda: home.people() or None, "the person")


def _order(person: Person, home: Home, count: int) -> None:
    _page(person, "People", "")
    here = "Make pictures"
    person.until(lambda: person.look(here, "push button") or person.look("Eileen"), "the person")
    if not person.look(here, "push button"):
        person.click("Eileen")
    person.click("Make pictures", "push button")
    person.click("Prompt", "text")
    person.keys("ctrl+a")
    person.write("a woman in a garden")
    person.click("Pictures", "spin button")
    person.keys("ctrl+a")
    person.write(str(count))
    person.keys("tab", "ctrl+enter")
    asked = "Yes, make the picture"
    person.until(lambda: home.unfinished() or person.look(asked, "push button"), "the order or the question")
    if not home.unfinished():
        person.click(asked, "push button")
    person.until(lambda: home.unfinished() or None, "the order")


def _cull(person: Person, home: Home, count: int) -> None:
    _page(person, "Gallery", "Pictures", "list")
    person.click("", "list item")
    if len(person.all("", "list item")) == 1:
        person.keys("s")
        person.until(lambda: len(person.all("", "list item")) > 1 or None, "the pictures of the stack")
    person.keys("home")
    for place in range(count):
        person.keys(_KEYS[place % len(_KEYS)], "right")
    person.until(lambda: _marked(home) >= count or None, "the marks")


def _marked(home: Home) -> int:
    return home.count("rating > 0 OR rejected = 1")


_IN_ALBUM = "id IN (SELECT picture_id FROM picture_albums)"


def _collect(person: Person, home: Home) -> None:
    _page(person, "Gallery", "Pictures", "list")
    if not person.look("Chosen", "check box"):
        person.click("New album", "push button")
        person.write("Chosen")
        person.keys("enter")
        person.wait("Chosen", "check box")
    first = person.click("", "list item")
    person.keys("ctrl+a")
    person.wait("Choose nothing", "push button")
    person.drag(box(first).at(), box(person.wait("Chosen", "check box")).at())
    person.until(lambda: home.count(_IN_ALBUM) or None, "the pictures in the album")


def _export(person: Person, home: Home) -> None:
    _page(person, "Gallery", "Pictures", "list")
    person.click("Chosen", "check box")
    person.pause(1)
    person.click("", "list item")
    person.keys("ctrl+a")
    person.click("Write copies for others", "push button")
    button = person.until(
        lambda: next((one for one in person.all("Export", "push button") if one.name == "Export"), None), "Export"
    )
    place = box(button).at()
    person.make_room(place)
    person.press(*place)
    wanted = home.count(_IN_ALBUM)
    person.until(lambda: len(list(home.exports.rglob("*.png"))) >= wanted or None, "the copies")


def _again(person: Person, home: Home) -> None:
    person.close()
    person.start()
    person.click("Create", "radio button")
    person.wait("Seed", "list item")


def photographer(count: int) -> list[Step]:
    kept = count - count // len(_KEYS)
    return [
        Step("a person", _client, lambda home: home.people() == ["Eileen"]),
        Step("the order", lambda p, h: _order(p, h, count), lambda home: bool(home.unfinished() or home.pictures())),
        Step("its pictures", lambda p, h: go_on(p, h, count), lambda home: len(home.pictures()) >= count),
        Step("stars", lambda p, h: _cull(p, h, count), lambda home: _marked(home) >= count),
        Step("an album", _collect, lambda home: home.count(_IN_ALBUM) >= kept),
        Step("the export", _export, lambda home: len(list(home.exports.rglob("*.png"))) >= kept),
        Step("a restart", _again, None),
    ]


# ---- Somebody who tunes


def _copy(person: Person, home: Home) -> None:
    _page(person, "Presets", "Weights of face", "filler")
    person.click("Make a copy", "push button")
    person.until(lambda: home.preset() or None, "the copy")


def _open_copy(person: Person) -> None:
    _page(person, "Presets", "Weights of face", "filler")
    person.click("Balanced, copy", "list item")
    person.wait("Name of the preset", "text")


def _curve(person: Person, home: Home) -> None:
    _open_copy(person)
    plot, across = box(person.wait("Weights of face", "filler")), box(person.wait("Face, step 2", "text")).at()[0]
    person.drag((across, plot.at(down=0.45)[1]), (across, plot.at(down=0.25)[1]))
    person.until(lambda: home.preset(draft=True) or None, "the draft")


def _save(person: Person, home: Home) -> None:
    before = home.preset()
    _open_copy(person)
    person.click("Save", "push button")
    person.until(lambda: home.preset() != before or None, "the saved preset")


def _map(person: Person, home: Home) -> None:
    _open_copy(person)
    person.click("Try it", "push button")
    person.until(lambda: person.look("Samples, drawn") is None or None, "before, after and the map")
    person.wait("Try it", "push button", usable=True)


def _grid(person: Person, home: Home) -> None:
    _page(person, "Compare", "Compare", "label")
    if not home.count("comparison = 1") and not person.look("Continue", "push button"):
        person.click("Presets side by side", "push button")
        person.click("Begin", "push button")
    person.until(lambda: home.count("comparison = 1") or None, "the first cell")
    if (button := person.look("Continue", "push button", usable=True)) is not None:
        person.press(*box(button).at())
    person.until(lambda: home.count("comparison = 1") >= 4 or None, "the grid")


def _share(person: Person, home: Home) -> None:
    _open_copy(person)
    person.click("Compare, default, rename", "push button")
    person.keys("down", "down", "down", "down", "down", "enter")
    person.wait("File name")
    person.keys("ctrl+a")
    person.write(str(home.folder / "shared.json"))
    person.keys("enter")
    person.until(lambda: (home.folder / "shared.json").exists() or None, "the shared file")


def tuner() -> list[Step]:
    plain = [1.0, 1.5, 1.5, 1.0]

    def turned(home: Home) -> bool:
        return (home.preset(draft=True) or home.preset() or plain) != plain

    return [
        Step("a photo and a first picture", _first_picture, lambda home: len(home.pictures()) > 0),
        Step("a copy of a preset", _copy, lambda home: home.preset() is not None),
        Step("a curve", _curve, turned),
        Step("saved", _save, lambda home: (home.preset() or plain) != plain),
        Step("before, after and map", _map, None),
        Step("a grid", _grid, lambda home: home.count("comparison = 1") >= 4),
        Step("shared as a file", _share, lambda home: (home.folder / "shared.json").exists()),
    ]


def _first_picture(person: Person, home: Home) -> None:
    for step in first():
        if step.done is None or not step.done(home):
            step.do(person, home)

"""A screen reader's side of the window: finds, reads and does everything through AT-SPI, and knows nothing of Qt.

Run by the system's own Python, which has pyatspi: `python3 atspi_client.py FOLDER`. Waits for the window, goes from the
photo that it was opened with to a saved picture below FOLDER, looks at every page, and prints a line of JSON for each
thing: `{"said": ...}` for a live message, `{"did": ...}` for what it did, `{"page": ...}` for what a page lets one use.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gi  # type: ignore[import-not-found]
import pyatspi  # type: ignore[import-not-found]
from gi.repository import Atspi, GLib  # type: ignore[import-not-found]

assert gi
PATIENCE = 600.0
"""Seconds for anything to happen."""
PAGES = {
    "Gallery": "Search",
    "People": "New person",
    "Presets": "Use on Create",
    "Compare": "See what a setting does",
    "Models": "Verify all",
    "Settings": "General",
    "Create": "Prompt",
}
"""In the rail; and something that only this page has."""
USED = {
    "push button",
    "toggle button",
    "check box",
    "radio button",
    "combo box",
    "entry",
    "text",
    "spin button",
    "slider",
    "list",
    "table",
}
"""Roles of what can be used; each needs a name."""


def tell(**line: object) -> None:
    print(json.dumps(line), flush=True)


def below(one: Any) -> Iterator[Any]:
    """Everything in view, as a reader comes to it."""
    for place in range(one.childCount):
        child = one.getChildAtIndex(place)
        if child is not None and child.getState().contains(pyatspi.STATE_SHOWING):
            yield child
            yield from below(child)


def until(found: Callable[[], Any], what: str) -> Any:
    """Listens meanwhile, so that live messages are heard."""
    context = GLib.MainContext.default()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        while context.iteration(False):
            pass
        try:
            if (one := found()) is not None:
                return one
        except (GLib.Error, RuntimeError):
            pass  # it went away while it was looked at
        time.sleep(0.2)
    sys.exit(f"{what} did not come")


def window() -> Any:
    for application in pyatspi.Registry.getDesktop(0):
        for frame in application or ():
            if frame is not None and frame.name.startswith("FastFace"):
                return frame
    return None


def usable(frame: Any, begins: str) -> Any:
    """The first thing of such a name that can be used now."""
    for one in below(frame):
        if one.getRoleName() in USED and one.name.startswith(begins):
            return one if one.getState().contains(pyatspi.STATE_SENSITIVE) else None
    return None


def do(frame: Any, begins: str) -> Any:
    """The first action of such a thing, as a reader's key does it."""
    one = until(lambda: usable(frame, begins), begins)
    actions = one.queryAction()
    tell(did=begins, action=actions.getName(0), role=one.getRoleName())
    actions.doAction(0)
    return one


def read(frame: Any, page: str) -> None:
    """What can be used on a page, and what of it has no name."""
    found = [one for one in below(frame) if one.getRoleName() in USED]
    nameless = [one.getRoleName() for one in found if not one.name]
    tell(page=page, nameless=nameless, names=[one.name for one in found])


def heard(event: Any) -> None:
    tell(said=event.any_data if isinstance(event.any_data, str) else event.source.name)


def main() -> None:
    folder = Path(sys.argv[1])
    # A busy machine answers late.
    Atspi.set_timeout(60_000, 60_000)
    pyatspi.Registry.registerEventListener(heard, "object:announcement")
    frame = until(window, "the window")
    style = do(frame, "Watercolour")
    until(lambda: style.getState().contains(pyatspi.STATE_CHECKED) or None, "the chosen style")
    do(frame, "Make a picture")
    do(frame, "Yes, make the picture")
    until(lambda: next(iter(folder.rglob("*.png")), None), "the picture's file")
    tell(saved=True)
    for page, only in PAGES.items():
        do(frame, page)
        until(lambda only=only: next((one for one in below(frame) if one.name.startswith(only)), None), only)
        if page == "Gallery":
            tell(
                listed=until(lambda: next((o for o in below(frame) if o.getRoleName() == "list item"), None), page).name
            )
        read(frame, page)


main()

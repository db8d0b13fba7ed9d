"""A new version in Settings: asked for, said what is new, installed beside the one in use, and what goes wrong."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytestqt.qtbot import QtBot

from benchmarks.update_kills import Server as Announced
from benchmarks.update_kills import draw, make_root, said
from fastface_core import __version__
from fastface_core.updates.manifest import Manifest, Server
from fastface_core.updates.place import Place
from fastface_core.updates.signature import PublicKey, sign
from fastface_desktop.state.updates import Updates
from fastface_desktop.ui.preferences.updates import UpdatesGroup
from fastface_desktop.ui.theme.theme import Theme
from tests.core.downloads import online as online
from tests.hub import Hub, running
from tests.hub_faults import Status

pytestmark = [
    pytest.mark.usefixtures("online"),
    pytest.mark.skipif(sys.platform == "win32", reason="the versions that are made up here are shell scripts"),
]
WAIT = 30_000
SEED, NUMBER = bytes(range(32)), b"a key's."
KEY = PublicKey(NUMBER, Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw())
REPO = "updates/all"


@pytest.fixture
def hub() -> Generator[Hub]:
    with running() as hub:
        yield hub


class Room:
    """The group over a version that was installed, and a server with a newer one."""

    def __init__(self, hub: Hub, folder: Path, qtbot: QtBot) -> None:
        from fastface_desktop.app import application

        self.hub, self.qtbot = hub, qtbot
        self.root = folder / "FastFace"
        self.files = make_root(self.root, "0.0.9")
        self.address = f"{hub.endpoint}/{REPO}/resolve/main"
        (folder / "served").mkdir()
        self.served = Announced(folder / "served", self.address)
        self.manifest, _ = self.served.announce(1, self.files, folder / "work")
        self.tell(self.manifest)
        self.updates = Updates(Server(f"{self.address}/newest.json", (KEY,)), Place(self.root))
        self.group = UpdatesGroup(self.updates, "de", Theme(application(), "dark", 1.0))
        qtbot.addWidget(self.group)
        self.group.show()
        with qtbot.waitSignal(self.updates.seen, timeout=WAIT):
            self.group.shown()

    def tell(self, manifest: Manifest) -> None:
        """The server says from now on that this is the newest."""
        content = manifest.model_dump_json().encode()
        files: dict[str, bytes | Path] = {path.name: path for path in self.served.folder.iterdir()}
        signature = sign(content, SEED, NUMBER, "newest").encode()
        self.hub.add(REPO, {**files, "newest.json": content, "newest.json.minisig": signature})

    def check(self) -> None:
        with self.qtbot.waitSignal(self.updates.checked, timeout=WAIT):
            self.group.check_button.click()
        self.ended()

    def ended(self) -> None:
        self.qtbot.waitUntil(lambda: self.updates.doing is None, timeout=WAIT)
        with self.qtbot.waitSignal(self.updates.seen, timeout=WAIT):
            self.updates.look()


@pytest.fixture
def room(hub: Hub, tmp_path: Path, qtbot: QtBot) -> Generator[Room]:
    made = Room(hub, tmp_path, qtbot)
    yield made
    made.updates.close()


def test_asked_for_and_installed(room: Room) -> None:
    group = room.group
    assert not room.hub.asked
    assert __version__ in group.setting.meaning.text()
    news = {"en": ("Something.",), "de": ("Etwas.", "Noch etwas.")}
    room.tell(room.manifest.model_copy(update={"notes": news}))
    room.check()
    assert "Version 1.0.1 is there" in group.setting.note.text()
    assert "are to be fetched" in group.setting.note.text()
    assert group.news.text() == "• Etwas.\n• Noch etwas."
    assert group.install_button.isVisible()
    with room.qtbot.waitSignal(room.updates.staged, timeout=WAIT):
        group.install_button.click()
    room.ended()
    assert group.setting.note.text() == "Version 1.0.1 is installed; the next start takes it."
    assert not group.install_button.isVisible()
    assert said(room.root) == "0.0.9"
    assert draw(room.root) == "1.0.1"
    assert said(room.root) == "1.0.1"


def test_the_newest_is_here(room: Room) -> None:
    room.tell(room.manifest.model_copy(update={"release": __version__}))
    room.check()
    assert room.group.setting.note.text() == "This is the newest version."
    assert not room.group.install_button.isVisible()
    assert not room.group.page_button.isVisible()


def test_what_fails_is_said(room: Room) -> None:
    room.hub.misbehave(Status(503), "newest.json", times=None)
    with room.qtbot.waitSignal(room.updates.failed, timeout=WAIT):
        room.group.check_button.click()
    room.ended()
    assert room.group.error.isVisible()
    room.hub.behave()
    room.hub.change(REPO, "newest.json", b"{}")
    with room.qtbot.waitSignal(room.updates.failed, timeout=WAIT):
        room.group.check_button.click()
    room.ended()
    assert "not signed by FastFace's makers" in room.group.error.message.text()
    room.tell(room.manifest)
    room.check()
    assert not room.group.error.isVisible()
    package = room.manifest.package("0.0.9")
    assert package is not None
    room.hub.change(REPO, package.name, b"x" * package.size)
    with room.qtbot.waitSignal(room.updates.failed, timeout=WAIT):
        room.group.install_button.click()
    room.ended()
    assert room.group.error.isVisible()
    assert said(room.root) == "0.0.9"


def test_a_copy_that_knows_no_place(qtbot: QtBot) -> None:
    from fastface_desktop.app import application

    updates = Updates()
    group = UpdatesGroup(updates, "en", Theme(application(), "dark", 1.0))
    qtbot.addWidget(group)
    with qtbot.waitSignal(updates.seen, timeout=WAIT):
        group.shown()
    assert not group.check_button.isEnabled()
    assert "in which it was installed" in group.setting.note.text()
    updates.close()

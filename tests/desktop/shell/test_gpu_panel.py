"""The GPU's runtime in the window: found, fetched, paused, tried, verified, mended, removed, from and into a file."""

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fastface_core import overlay
from fastface_core.progress import CancelToken
from fastface_core.runtime.gpus import Gpu
from fastface_core.runtime.lanes import Lanes
from fastface_core.runtime.users import UserRuntime
from fastface_desktop.state.gpu_runtime import GpuRuntime
from fastface_desktop.ui.shared.gpu_panel import GpuPanel
from fastface_desktop.ui.theme.theme import Theme
from tests.core.downloads import online as online
from tests.core.tiny_lanes import CUBLAS, LIBRARY, Place, lanes, try_tiny, wheels
from tests.core.tiny_lanes import place as place
from tests.hub_faults import Cut, Stall, Status

pytestmark = pytest.mark.usefixtures("online")
GPU = Gpu("nvidia", "NVIDIA Tiny", "580.65.06", 9.0, 8 << 30)
WAIT = 30_000


class Room:
    """The panel over the made-up lane that the local hub serves."""

    def __init__(self, place: Place, qtbot: QtBot, theme: Theme, gpus: tuple[Gpu, ...] = (GPU,)) -> None:
        self.place, self.qtbot = place, qtbot
        self.gpus = gpus
        self.user = UserRuntime(lambda: self.gpus, self._lanes, try_tiny)
        self.runtime = GpuRuntime(lambda: self.user)
        self.panel = GpuPanel(self.runtime, theme)
        qtbot.addWidget(self.panel)
        self.panel.show()
        with qtbot.waitSignal(self.runtime.seen, timeout=WAIT):
            self.panel.shown()

    def _lanes(self) -> Lanes:
        files = wheels()
        self.place.hub.add("lanes/tiny0", files)
        return lanes(files, f"{self.place.hub.endpoint}/lanes/tiny0/resolve/main")

    def ended(self) -> None:
        """Waits for the end of the work, and for what was looked up after it."""
        self.qtbot.waitUntil(lambda: self.runtime.doing is None, timeout=WAIT)
        with self.qtbot.waitSignal(self.runtime.seen, timeout=WAIT):
            self.runtime.look()

    def words(self) -> set[str]:
        """Of the buttons that are offered."""
        panel = self.panel
        buttons = (
            panel.action,
            panel.pack_button,
            panel.folder_button,
            panel.verify_button,
            panel.export_button,
            panel.remove_button,
            panel.again_button,
        )
        return {one.text() for one in buttons if one.isVisible()}


@pytest.fixture
def room(place: Place, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Generator[Callable[..., Room]]:
    from fastface_desktop.app import application

    monkeypatch.setenv("FASTFACE_RUNTIME", str(place.root))
    theme = Theme(application(), "dark", 1.0)
    made: list[Room] = []

    def make(*gpus: Gpu) -> Room:
        made.append(Room(place, qtbot, theme, gpus or (GPU,)))
        return made[-1]

    yield make
    for one in made:
        one.runtime.close()


def test_from_the_offer_to_its_end(room: Callable[..., Room], place: Place) -> None:
    here = room()
    panel = here.panel
    assert panel.found.text() == "NVIDIA Tiny · 8 GB · driver 580.65.06 · architecture 9.0"
    assert "CUDA 13 fits NVIDIA Tiny" in panel.state.text()
    assert "702.2 kB are fetched" in panel.more.text()
    assert here.words() == {"Download and try", "From a file…", "Another folder…", "Save as file…"}
    with here.qtbot.waitSignal(here.runtime.installed, timeout=WAIT):
        panel.action.click()
    here.ended()
    state = overlay.look(place.root)
    assert state is not None
    assert not state.problem
    assert panel.state.text() == "CUDA 13 is installed, and used from the next start on."
    assert "Made-up GPU, torch" in panel.more.text()
    assert "takes at least 0.38 s" in panel.more.text()
    assert panel.done.text() == "The GPU has computed something with it."
    assert here.words() == {"Verify", "Save as file…", "Remove…"}
    with here.qtbot.waitSignal(here.runtime.verified, timeout=WAIT):
        panel.verify_button.click()
    here.ended()
    assert panel.done.text() == "Every file is as it should be."
    panel.remove_button.click()
    assert panel.question.isVisible()
    with here.qtbot.waitSignal(here.runtime.removed, timeout=WAIT):
        panel.question.yes.click()
    here.ended()
    assert overlay.look(place.root) is None
    assert "Download and try" in here.words()


def test_damage_is_found_and_mended(room: Callable[..., Room], place: Place) -> None:
    here = room()
    with here.qtbot.waitSignal(here.runtime.installed, timeout=WAIT):
        here.panel.action.click()
    here.ended()
    state = overlay.look(place.root)
    assert state is not None
    # Of the same size and time: only reading it finds out.
    file = state.folder / CUBLAS
    times = file.stat()
    content = bytearray(file.read_bytes())
    content[7] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    with here.qtbot.waitSignal(here.runtime.verified, timeout=WAIT):
        here.panel.verify_button.click()
    here.ended()
    assert here.panel.done.text() == "Files that are damaged or missing: 1."
    assert here.panel.action.text() == "Repair"
    with here.qtbot.waitSignal(here.runtime.installed, timeout=WAIT):
        here.panel.action.click()
    here.ended()
    assert here.words() == {"Verify", "Save as file…", "Remove…"}
    # What the next start would find out is said now.
    (state.folder / LIBRARY).unlink()
    with here.qtbot.waitSignal(here.runtime.seen, timeout=WAIT):
        here.runtime.look()
    assert f"is missing: {LIBRARY}" in here.panel.state.text()
    assert here.panel.action.text() == "Repair"


def test_pause_and_resume(room: Callable[..., Room], place: Place) -> None:
    here = room()
    torch = next(iter(wheels()))
    place.hub.misbehave(Stall(100_000), torch)
    here.panel.action.click()
    here.qtbot.waitUntil(lambda: bool((doing := here.runtime.doing) and doing.done), timeout=WAIT)
    assert here.words() == set()
    assert here.panel.work.stop_button.text() == "Pause"
    here.panel.work.stop_button.click()
    here.ended()
    assert overlay.look(place.root) is None
    assert here.panel.action.text() == "Resume"
    assert not here.panel.error.isVisible()
    place.hub.behave()
    with here.qtbot.waitSignal(here.runtime.installed, timeout=WAIT):
        here.panel.action.click()
    here.ended()
    assert overlay.look(place.root) is not None


def test_what_fails_is_said_and_changes_nothing(room: Callable[..., Room], place: Place) -> None:
    here = room()
    place.hub.misbehave(Status(404), next(iter(wheels())), times=None)
    with here.qtbot.waitSignal(here.runtime.failed, timeout=WAIT):
        here.panel.action.click()
    here.ended()
    assert here.panel.error.isVisible()
    assert overlay.look(place.root) is None
    place.hub.behave()
    place.hub.misbehave(Cut(5000), next(iter(wheels())))
    with here.qtbot.waitSignal(here.runtime.installed, timeout=WAIT):
        here.panel.action.click()
    here.ended()
    assert not here.panel.error.isVisible()


def test_into_a_file_and_from_it(room: Callable[..., Room], place: Place, tmp_path: Path) -> None:
    here = room()
    pack = tmp_path / "Größe 大.fastface-gpu"
    with here.qtbot.waitSignal(here.runtime.packed, timeout=WAIT):
        here.panel.save_pack(pack)
    here.ended()
    assert "is ready" in here.panel.done.text()
    place.hub.misbehave(Status(404), times=None)
    with here.qtbot.waitSignal(here.runtime.installed, timeout=WAIT):
        here.panel.take_pack(pack)
    here.ended()
    state = overlay.look(place.root)
    assert state is not None
    assert state.record is not None
    try_tiny(state.folder, state.record, CancelToken())
    pack.write_bytes(pack.read_bytes()[:9000])
    with here.qtbot.waitSignal(here.runtime.removed, timeout=WAIT):
        here.runtime.remove()
    here.ended()
    with here.qtbot.waitSignal(here.runtime.failed, timeout=WAIT):
        here.panel.take_pack(pack)
    here.ended()
    assert here.panel.error.isVisible()


def test_into_another_folder(
    room: Callable[..., Room], place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FASTFACE_RUNTIME")
    here = room()
    other = tmp_path / "another drive"
    with here.qtbot.waitSignal(here.runtime.installed, timeout=WAIT):
        here.panel.install_into(other)
    here.ended()
    assert overlay.look(other) is not None
    assert str(other) in here.panel.folder.text()


def test_what_does_not_fit_is_named(room: Callable[..., Room]) -> None:
    for gpu, words in (
        (Gpu("amd", "Radeon Some"), "Radeon Some: FastFace installs no build of torch for it on this system."),
        (Gpu("nvidia", "RTX 5090", "570.86", 12.0), "RTX 5090 needs a driver of version 580 or newer"),
    ):
        here = room(gpu)
        assert words in here.panel.state.text()
        assert here.panel.more.text()
        assert here.words() == {"Look again"}
        here.gpus = (GPU,)
        with here.qtbot.waitSignal(here.runtime.seen, timeout=WAIT):
            here.panel.again_button.click()
        assert "Download and try" in here.words()

"""The states of the first run, for `screens.py`."""

from typing import TYPE_CHECKING

from fastface_core.domain.checks import Check
from fastface_desktop.ui.first_run.page import FirstRunPage

if TYPE_CHECKING:
    from tests.desktop.screens import Walk

_FAST = (
    Check("GPU", "good", "NVIDIA RTX 6000, architecture 8.9"),
    Check("NVIDIA driver", "good", "580.65"),
    Check("GPU memory", "good", "46.8 GB free of 47.4 GB"),
    Check("One computation", "good", "Computed on NVIDIA RTX 6000, in float16."),
)


def _wrong() -> tuple[Check, ...]:
    from fastface_core.engine.diagnosis import WHEELS  # which brings torch; the engine has it by then

    return (
        Check(
            "GPU",
            "bad",
            "NVIDIA RTX 5090 has the architecture 12.0, for which the installed torch was not built.",
            f"Install the torch from {WHEELS}/cu130.",
        ),
        Check("NVIDIA driver", "good", "580.65"),
        Check(
            "One computation",
            "bad",
            "no kernel image is available",
            "Update the driver, or choose the CPU in Settings or with --device cpu.",
        ),
    )


class FirstRunScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk

    def go(self) -> None:
        walk, desktop = self.walk, self.walk.desktop
        desktop.pages.show_first_run()
        page = walk.window.page
        assert isinstance(page, FirstRunPage)
        walk.wait(lambda: not desktop.computer.looking)
        walk.wait(lambda: any(letter.isdigit() for letter in page.ticks.full.fact.text()))
        walk.shot("first-run-01-offer")
        for name, checks in (("fast", _FAST), ("wrong", _wrong())):
            # What other computers would find.
            desktop.thread_of_engine.computer_seen.emit(checks)
            walk.shot(f"first-run-02-{name}")
            page.show_computer(True)
            walk.shot(f"first-run-03-computer-{name}")
            page.show_computer(False)
        walk.window.resize(walk.window.minimumSize())
        walk.shot("first-run-04-smallest-window")
        walk.window.resize(1280, 800)
        page.add([walk.photo(walk.person, "first.jpg")])
        walk.wait(lambda: desktop.twin.seen is not None)
        walk.shot("first-run-05-dropped")
        page.make()
        walk.shot("first-run-06-permission")
        walk.window.resize(walk.window.minimumSize())
        walk.shot("first-run-07-smallest-window")
        walk.window.resize(1280, 800)
        page.choices.permission.setChecked(True)
        page.make()
        walk.wait(walk.is_idle)
        walk.shot("first-run-08-picture")

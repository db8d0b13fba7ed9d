"""`fastface models download` and `fastface network`, and what generating asks of the network afterwards: nothing."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from fastface_core.cli.main import app
from fastface_core.cli.models.download_display import DownloadDisplay, time_left
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.hub import offline
from fastface_core.models.hub.download import DownloadProgress, FileProgress
from fastface_core.models.store import Store
from tests.core import tiny_models
from tests.core.downloads import online as online
from tests.core.tiny_catalogue import make_catalogue
from tests.core.tiny_faces import PACK, PEOPLE, drawn
from tests.hub import Hub, running
from tests.hub_faults import NOT_THERE, Cut, Stall

pytestmark = pytest.mark.usefixtures("online")

WITHOUT_SUMS = {"hyper-4-lora", "vae-fp16"}


@pytest.fixture(scope="session")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repositories of hyper-4 in their real layout, with tiny weights."""
    folder = tmp_path_factory.mktemp("layouts")
    tiny_models.make_base(folder / "stabilityai/stable-diffusion-xl-base-1.0")
    tiny_models.make_fixed_vae(folder / "madebyollin/sdxl-vae-fp16-fix")
    tiny_models.make_preview_decoder(folder / "madebyollin/taesdxl")
    lora = folder / "ByteDance/Hyper-SD/Hyper-SDXL-4steps-lora.safetensors"
    lora.parent.mkdir(parents=True)
    tiny_models.make_distillation_lora(lora)
    adapter = folder / "h94/IP-Adapter-FaceID/ip-adapter-faceid-plusv2_sdxl.bin"
    adapter.parent.mkdir(parents=True)
    shutil.copy(tiny_models.FACEID, adapter)
    tiny_models.make_image_encoder(folder / "h94/IP-Adapter/models/image_encoder")
    faces = folder / "public-data/insightface/models/buffalo_l"
    faces.mkdir(parents=True)
    shutil.copy(PACK / "detector.onnx", faces / "det_10g.onnx")
    shutil.copy(PACK / "recogniser.onnx", faces / "w600k_r50.onnx")
    return folder


@pytest.fixture
def hub(layouts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Hub]:
    """Serves them under the catalogue's revisions, and the catalogue knows their sums."""
    catalogue = make_catalogue(layouts, tmp_path / "catalogue", WITHOUT_SUMS)
    monkeypatch.setenv("FASTFACE_CATALOGUE", str(catalogue))
    monkeypatch.setenv("FASTFACE_MODELS", str(tmp_path / "models"))
    with running() as hub:
        for component in Catalogue.load(catalogue).components:
            folder = layouts / component.repo
            if folder.is_dir():
                hub.add_folder(component.repo, folder, component.revision)
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


@pytest.fixture
def fastface() -> Callable[..., Outcome]:
    def run(*words: str | Path) -> Outcome:
        result = CliRunner().invoke(app, [str(word) for word in words], prog_name="fastface")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


def test_from_nothing_to_a_picture_and_then_without_a_network(
    hub: Hub, fastface: Callable[..., Outcome], tmp_path: Path
) -> None:
    fetched = fastface("models", "download", "hyper-4", "--json", "--accept-licences", "--limit", "4")
    assert fetched.code == 0, fetched.err
    assert set(fetched.json["components"].values()) == {"ready"}
    assert fetched.json["bytes"] == hub.sent()
    assert len(fetched.json["fetched"]) == len(set(fetched.json["fetched"])) > 20
    listed = {bundle["name"]: bundle for bundle in fastface("models", "list", "--json").json["bundles"]}
    assert listed["hyper-4"]["state"] == "ready"
    assert listed["hyper-4"]["bytes_missing"] == 0
    assert listed["hyper-8"]["state"] == "partial"

    photo = tmp_path / "person.png"
    Image.fromarray(drawn(400, 400, (100, 80, 200, PEOPLE[3]))).save(photo)
    wishes = ["generate", "--photo", photo, "--prompt", "a cat", "--seed", 1, "--size", "64x64", "--json"]
    made = fastface(*wishes, "--out", tmp_path / "online")
    assert made.code == 0, made.err
    assert made.json["checkpoint"] == "hyper-4"

    hub.asked.clear()
    tried: list[object] = []
    looking = True

    def look(event: str, arguments: tuple[object, ...]) -> None:
        # An audit hook stays for good, and so looks only while this test wants it to.
        if looking and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
            tried.append((event, arguments))
            raise AssertionError(event)

    sys.addaudithook(look)
    try:
        again = fastface(*wishes, "--out", tmp_path / "offline")
        with pytest.raises(AssertionError):
            socket.create_connection(("127.0.0.1", 1))
    finally:
        looking = False
    assert again.code == 0, again.err
    assert again.json["checkpoint"] == "hyper-4"
    assert hub.asked == []
    assert len(tried) == 1  # the one above, which shows that it would have been seen
    first, second = (Path(one.json["images"][0]["path"]) for one in (made, again))
    assert Image.open(first).tobytes() == Image.open(second).tobytes()

    fastface("network", "offline", "on")
    third = fastface(*wishes, "--out", tmp_path / "switched")
    assert third.code == 0, third.err
    nothing = fastface("models", "download", "hyper-4")
    assert nothing.code == 0, nothing.err
    assert "Everything is there" in nothing.err


def test_bundles_share_what_they_have_in_common(hub: Hub, fastface: Callable[..., Outcome]) -> None:
    assert fastface("models", "download", "previews", "--accept-licences").code == 0
    hub.asked.clear()
    assert fastface("models", "download", "hyper-4", "previews", "--accept-licences").code == 0
    assert not [asked for asked in hub.asked if "taesdxl" in asked.path]
    names = [(asked.path, asked.first) for asked in hub.contents() if asked.address == "content"]
    assert len(names) == len(set(names))


def test_terms_come_first(hub: Hub, fastface: Callable[..., Outcome]) -> None:
    refused = fastface("models", "download", "hyper-4", "--json")
    assert refused.code == 1
    assert "IP-Adapter-FaceID" in refused.json["error"]
    assert hub.asked == []
    assert not Store().folder.exists()


def test_names_that_do_not_exist(hub: Hub, fastface: Callable[..., Outcome]) -> None:
    wrong = fastface("models", "download", "hyper-5", "--json")
    assert wrong.code == 1
    assert "hyper-5" in wrong.json["error"]
    assert "hyper-4" in wrong.json["hint"]
    assert fastface("models", "download").code == 2
    assert fastface("models", "download", "hyper-4", "--limit", "0").code == 2


def test_an_error_has_its_sentence_and_the_rest_stays(hub: Hub, fastface: Callable[..., Outcome]) -> None:
    hub.misbehave(NOT_THERE, "w600k_r50.onnx")
    failed = fastface("models", "download", "hyper-4", "--json", "--accept-licences", "--limit", "1")
    assert failed.code == 1
    assert "does not have models/buffalo_l/w600k_r50.onnx of public-data/insightface" in failed.json["error"]
    before = hub.sent()
    assert before > 0
    assert fastface("models", "download", "hyper-4", "--accept-licences").code == 0
    # Nothing was fetched twice.
    components = Store().catalogue.of(Store().catalogue.bundle("hyper-4"))
    assert hub.sent() == sum(
        held.size
        for component in components
        for file in component.files
        for name, held in hub.files[component.repo, component.revision].items()
        if name == file.path
    )
    assert Store().bundle_state(Store().catalogue.bundle("hyper-4")) == "ready"


def test_offline_the_download_says_so(hub: Hub, fastface: Callable[..., Outcome]) -> None:
    assert fastface("network", "offline", "on", "--json").json == {"offline": True, "offline_by": None}
    failed = fastface("models", "download", "previews", "--accept-licences", "--json")
    assert failed.code == 1
    assert "switched off" in failed.json["error"]
    assert hub.asked == []
    assert fastface("network", "offline", "off", "--json").json["offline"] is False
    assert fastface("models", "download", "previews", "--accept-licences").code == 0


def test_the_list_of_requests(hub: Hub, fastface: Callable[..., Outcome]) -> None:
    assert "never" in fastface("network", "log").err
    fastface("models", "download", "previews", "--accept-licences")
    requests = fastface("network", "log", "--json").json["requests"]
    assert len(requests) == len(hub.asked) > 0
    assert {request["why"] for request in requests} == {"Download of previews"}
    (line,) = fastface("network", "log", "--last", "1").out.splitlines()
    assert requests[-1]["path"] in line
    assert "Download of previews" in line


def test_the_network_is_shown_and_changed(fastface: Callable[..., Outcome]) -> None:
    assert fastface("network", "endpoint", "https://mirror.example").code == 0
    assert fastface("network", "proxy", "http://proxy:3128").code == 0
    token = CliRunner().invoke(app, ["network", "token"], input="hf_abc\n")
    assert token.exit_code == 0
    shown = fastface("network", "show", "--json")
    assert shown.json == {
        "endpoint": "https://mirror.example",
        "proxy": "http://proxy:3128",
        "token": True,
        "offline": False,
        "offline_by": None,
    }
    assert "hf_abc" not in fastface("network", "show").out + shown.out
    refused = fastface("network", "endpoint", "mirror", "--json")
    assert refused.code == 1
    assert "endpoint" in refused.json["error"]
    for words in (["endpoint"], ["proxy"], ["token", "--remove"]):
        assert fastface("network", *words).code == 0
    assert fastface("network", "show", "--json").json["endpoint"] == "https://huggingface.co"
    assert fastface("network", "show", "--json").json["token"] is False


def test_broken_settings_stop_no_command_that_needs_no_network(fastface: Callable[..., Outcome], home: Path) -> None:
    from fastface_core.models.hub.settings import settings_file

    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("{")
    assert fastface("presets", "list").code == 0
    assert offline.is_on()
    shown = fastface("network", "show", "--json")
    assert shown.code == 1
    assert str(settings_file()) in shown.json["hint"]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process")
def test_ctrl_c_stops_and_the_same_command_goes_on(hub: Hub, tmp_path: Path) -> None:
    # One file never ends, so that the download is still on its way when it is stopped.
    hub.misbehave(Stall(1000), "unet/diffusion_pytorch_model.fp16.safetensors", times=None)
    command = [sys.executable, "-m", "fastface_core.cli", "models", "download", "previews", "hyper-4"]
    process = subprocess.Popen(
        [*command, "--accept-licences", "--limit", "2"],
        cwd=Path(__file__).parents[3],
        env={key: value for key, value in os.environ.items() if "OFFLINE" not in key},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if ": ready" in line:
            break
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    assert process.wait() == 130, rest
    assert "What has arrived is kept" in rest
    assert "Traceback" not in rest
    process.stderr.close()
    hub.behave()
    done = subprocess.run(
        [*command, "--accept-licences", "--json"],
        cwd=Path(__file__).parents[3],
        env={key: value for key, value in os.environ.items() if "OFFLINE" not in key},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(json.loads(done.stdout)["components"].values()) == {"ready"}


def test_a_cut_connection_is_nothing_to_speak_of(hub: Hub, fastface: Callable[..., Outcome]) -> None:
    hub.misbehave(Cut(1000), "diffusion_pytorch_model.safetensors")
    done = fastface("models", "download", "previews", "--accept-licences", "--json")
    assert done.code == 0, done.err


def test_the_bars(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With a terminal: a bar for all of it, and one for each file on its way."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    files = (
        FileProgress("sdxl-unet", "unet/model.safetensors", 5_000_000, 10_000_000, "fetching"),
        FileProgress("faceid", "faceid.bin", 1, 2, "retrying"),
    )
    with DownloadDisplay() as display:
        display.report(DownloadProgress(0, 20_000_000, 0.0, None, files, 0, 3))
        display.report(DownloadProgress(10_000_000, 20_000_000, 2_000_000.0, 5.0, files[:1], 2, 3))
    assert display.fetched == 10_000_000
    shown = capsys.readouterr().err
    for part in ("All (2 of 3 files)", "2 MB/s", "5 s left", "model.safetensors"):
        assert part in shown


def test_time_left_in_words() -> None:
    assert [time_left(seconds) for seconds in (0.2, 59, 89, 90, 600, 5399, 5400, 11_100)] == [
        "1 s", "59 s", "89 s", "2 min", "10 min", "1 h 30 min", "1 h 30 min", "3 h 05 min",
    ]  # fmt: skip

"""The local hub against the unchanged huggingface_hub client: what it tells the client is what the real one tells."""

import hashlib
import http.client
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from huggingface_hub import (
    HfApi,
    constants,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
    set_client_factory,
    snapshot_download,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils._http import default_client_factory

from tests.core.downloads import online as online
from tests.hub import Hub, running
from tests.hub_faults import GATED, Cut, Flip, IgnoreRange, Length, Stall, Status

WEIGHTS = bytes(range(256)) * 1024
FILES = {"config.json": b'{"a": 1}', "unet/model.safetensors": WEIGHTS}


@pytest.fixture
def hub(online: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[Hub]:
    # Our own client may have been put in before.
    set_client_factory(default_client_factory)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    with running() as hub:
        hub.add("org/model", FILES)
        yield hub


def get(hub: Hub, path: str, headers: dict[str, str] | None = None, content: bool = True) -> tuple[int, bytes]:
    """One plain request, without a client that knows better."""
    address = urlsplit(hub.content if content else hub.endpoint)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        try:
            return response.status, response.read()
        except http.client.IncompleteRead as error:
            return response.status, error.partial
    finally:
        connection.close()


def test_information(hub: Hub) -> None:
    api = HfApi(endpoint=hub.endpoint)
    info = api.model_info("org/model", files_metadata=True)
    assert info.sha == hub.names["org/model", "main"]
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    assert set(siblings) == set(FILES)
    weights = siblings["unet/model.safetensors"]
    assert weights.size == len(WEIGHTS)
    assert weights.lfs is not None
    assert weights.lfs.sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    config = siblings["config.json"]
    assert config.lfs is None
    assert config.blob_id == hashlib.sha1(b"blob 8\0" + FILES["config.json"]).hexdigest()
    assert {file.path for file in api.list_repo_tree("org/model", recursive=True)} == set(FILES)


def test_metadata_of_files(hub: Hub) -> None:
    large = get_hf_file_metadata(hf_hub_url("org/model", "unet/model.safetensors", endpoint=hub.endpoint))
    assert large.etag == hashlib.sha256(WEIGHTS).hexdigest()
    assert large.size == len(WEIGHTS)
    assert large.commit_hash == hub.names["org/model", "main"]
    assert large.location.startswith(hub.content)
    small = get_hf_file_metadata(hf_hub_url("org/model", "config.json", endpoint=hub.endpoint))
    assert small.size == 8
    assert len(small.etag or "") == 40


def test_downloads(hub: Hub, tmp_path: Path) -> None:
    folder = Path(snapshot_download("org/model", cache_dir=tmp_path / "cache", endpoint=hub.endpoint))
    assert (folder / "unet" / "model.safetensors").read_bytes() == WEIGHTS
    assert (folder / "config.json").read_bytes() == FILES["config.json"]
    one = hf_hub_download("org/model", "config.json", local_dir=tmp_path / "one", endpoint=hub.endpoint)
    assert Path(one).read_bytes() == FILES["config.json"]


def test_the_token_stays_with_the_hub(hub: Hub, tmp_path: Path) -> None:
    hub.closed.add("org/model")
    with pytest.raises(GatedRepoError):
        HfApi(endpoint=hub.endpoint).model_info("org/model")
    with pytest.raises(GatedRepoError):
        HfApi(endpoint=hub.endpoint, token="hf_other").model_info("org/model")
    snapshot_download("org/model", cache_dir=tmp_path, endpoint=hub.endpoint, token=hub.token)
    assert {asked.token for asked in hub.asked if asked.address == "content"} == {None}


def test_errors_the_client_knows(hub: Hub) -> None:
    api = HfApi(endpoint=hub.endpoint)
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("org/other")
    with pytest.raises(RevisionNotFoundError):
        api.model_info("org/model", revision="0" * 40)
    with pytest.raises(EntryNotFoundError):
        get_hf_file_metadata(hf_hub_url("org/model", "missing.json", endpoint=hub.endpoint))
    hub.misbehave(GATED, "config.json")
    with pytest.raises(GatedRepoError):
        get_hf_file_metadata(hf_hub_url("org/model", "config.json", endpoint=hub.endpoint))
    hub.misbehave(Status(500, at_hub=True), "config.json")
    with pytest.raises(HfHubHTTPError, match="500"):
        get_hf_file_metadata(hf_hub_url("org/model", "config.json", endpoint=hub.endpoint))


def test_ranges(hub: Hub) -> None:
    path = f"/org/model/{hub.names['org/model', 'main']}/unet/model.safetensors"
    assert get(hub, path, {"Range": "bytes=1000-"}) == (206, WEIGHTS[1000:])
    assert get(hub, path, {"Range": f"bytes={len(WEIGHTS)}-"})[0] == 416
    hub.misbehave(IgnoreRange())
    assert get(hub, path, {"Range": "bytes=1000-"}) == (200, WEIGHTS)
    assert [asked.sent for asked in hub.contents()] == [len(WEIGHTS) - 1000, 0, len(WEIGHTS)]


@pytest.mark.parametrize("hard", [False, True])
def test_cut(hub: Hub, hard: bool) -> None:
    path = f"/org/model/{hub.names['org/model', 'main']}/unet/model.safetensors"
    hub.misbehave(Cut(70_001, hard))
    try:
        status, content = get(hub, path)
    except ConnectionResetError:
        assert hard
    else:
        assert status == 200
        assert content == WEIGHTS[:70_001] or hard
    assert hub.sent() == 70_001
    assert get(hub, path) == (200, WEIGHTS)


def test_lies(hub: Hub) -> None:
    path = f"/org/model/{hub.names['org/model', 'main']}/unet/model.safetensors"
    hub.misbehave(Length(10))
    assert get(hub, path) == (200, WEIGHTS)  # and the connection ended before the ten bytes that were promised
    hub.misbehave(Length(-10))
    assert get(hub, path) == (200, WEIGHTS[:-10])
    hub.misbehave(Flip(5))
    assert get(hub, path) == (200, WEIGHTS[:5] + bytes([WEIGHTS[5] ^ 1]) + WEIGHTS[6:])


def test_stall_ends_with_the_client_and_on_demand(hub: Hub) -> None:
    path = f"/org/model/{hub.names['org/model', 'main']}/unet/model.safetensors"
    hub.misbehave(Stall(1000))
    address = urlsplit(hub.content)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=0.2)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.read(1000) == WEIGHTS[:1000]
    with pytest.raises(TimeoutError):
        response.read(1)
    connection.close()
    hub.misbehave(Stall(1000))
    hub.release()
    assert get(hub, path) == (200, WEIGHTS[:1000])


def test_speed(hub: Hub) -> None:
    import time

    hub.speed = 1_000_000
    path = f"/org/model/{hub.names['org/model', 'main']}/unet/model.safetensors"
    start = time.monotonic()
    get(hub, path)
    # The last piece is not waited for.
    assert time.monotonic() - start > (len(WEIGHTS) - 70_000) / 1_000_000

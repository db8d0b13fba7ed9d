"""Variables of the environment that others left behind: each that cannot be is named, and no password said."""

import os
import sys
from pathlib import Path

import httpx2
import pytest

from fastface_core.errors import FastFaceError, NetworkError, SettingsError
from fastface_core.models.hub import environment, offline
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.connection import reach
from fastface_core.models.hub.errors import Place, error_from_response
from fastface_core.models.hub.settings import proxy_address
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.downloads import online as online

pytestmark = pytest.mark.usefixtures("online")

NOBODY = Network(endpoint="https://127.0.0.1:9")
URL = httpx2.URL(NOBODY.endpoint)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL"):
            monkeypatch.delenv(name)


def place_of(kind: str, folder: Path) -> Path:
    place = folder / kind
    match kind:
        case "folder":
            place.mkdir()
        case "text":
            place.write_text("no certificate")
        case "pipe":
            os.mkfifo(place)
        case _:
            pass
    return place


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SSL_CERT_FILE", "gone"),
        ("SSL_CERT_FILE", "folder"),
        ("SSL_CERT_FILE", "text"),
        pytest.param("SSL_CERT_FILE", "pipe", marks=pytest.mark.skipif(sys.platform == "win32", reason="POSIX")),
        ("SSL_CERT_DIR", "gone"),
        ("SSL_CERT_DIR", "text"),
        ("SSLKEYLOGFILE", "gone/keys"),
    ],
)
def test_what_tls_is_told(name: str, kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(name, str(place_of(kind, tmp_path)))
    with pytest.raises(SettingsError) as caught:
        reach(NOBODY)
    assert caught.value.message.startswith(f"{name} names {tmp_path}")
    assert name in caught.value.hint


def test_a_download_says_it_whole(monkeypatch: pytest.MonkeyPatch, fastface: Run) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/gone/cacert.pem")
    monkeypatch.setenv("HF_ENDPOINT", NOBODY.endpoint)
    done = fastface("models", "download", "previews", "--accept-licences", "--json")
    assert done.code == 1
    assert done.json["error"].startswith("SSL_CERT_FILE names /gone/cacert.pem")


@pytest.mark.parametrize(
    "said",
    [
        "http://user:p@ss#w@127.0.0.1:9",
        "http://user:p/ss@127.0.0.1:9",
        "http://user:p?ss@127.0.0.1:9",
        "http://user:p%ss@127.0.0.1:9",
        "user:p@ss@127.0.0.1:9",
        "http://user:pass:ss@127.0.0.1:9",
        "http://user:p ss@127.0.0.1:9",
        "http://[::1",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://",
        "socks5h://user:pass@127.0.0.1:9",
        "ftp://x",
    ],
)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_proxies_that_are_none(said: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, said)
    with pytest.raises(SettingsError) as caught:
        NOBODY_THERE.proxy_for(httpx2.URL("https://elsewhere.example"))
    told = caught.value.message + caught.value.hint
    assert "PROXY" in told.upper()
    assert "ss@" not in told
    assert "pass" not in told.replace("password", "")
    with pytest.raises(ValueError, match=r"characters|address"):
        proxy_address(said)


NOBODY_THERE = Network()


def test_proxies_that_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, right in {
        "127.0.0.1:9": "http://127.0.0.1:9",
        "http://user:p%40ss%23w@127.0.0.1:9/": "http://user:p%40ss%23w@127.0.0.1:9",
        "http://ünï:pä@proxy": "http://ünï:pä@proxy",
        "": None,
    }.items():
        monkeypatch.setenv("HTTPS_PROXY", said)
        assert NOBODY_THERE.proxy_for(httpx2.URL("https://elsewhere.example")) == right
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with pytest.raises(NetworkError, match=r"no connection to the proxy 127\.0\.0\.1:9"):
        reach(Network(endpoint="https://elsewhere.example"))


def test_what_the_hub_s_library_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    for place in (tmp_path, tmp_path / "gone", Path(os.devnull), Path("/dev/zero")):
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(place))
        assert environment.kept_token() is None
    (tmp_path / "token").write_text("hf_abc\n")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    assert environment.kept_token() == "hf_abc"
    for name in [name for name in sys.modules if name.split(".")[0] == "huggingface_hub"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("HF_HUB_ETAG_TIMEOUT", "soon")
    with pytest.raises(SettingsError, match="HF_HUB_ETAG_TIMEOUT"):
        environment.hub_library()


def test_addresses_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("hf-mirror.com", "https://", "http://a b", "https://a?x=1", "https://a:99999", "https://xn--\u2603.b"):
        monkeypatch.setenv("HF_ENDPOINT", said)
        with pytest.raises(SettingsError, match="HF_ENDPOINT is not possible"):
            Network.of_user()


def test_switched_off_by_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FASTFACE_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.setenv(name, "1")
        error = offline.offline_error()
        assert name in error.message
        assert name in error.hint
        monkeypatch.delenv(name)


def test_pages_for_people_are_the_hub_s_own() -> None:
    place = Place("a/b", "", "https://user:word@mirror.example", with_token=True)
    gated = error_from_response(httpx2.Response(403, headers={"X-Error-Code": "GatedRepo"}), place)
    nobody = error_from_response(httpx2.Response(401), Place("a/b", "", "https://mirror.example"))
    assert isinstance(gated, FastFaceError)
    assert isinstance(nobody, FastFaceError)
    assert "https://huggingface.co/a/b" in gated.hint
    assert "https://huggingface.co" in nobody.hint
    assert "mirror" not in gated.hint + nobody.hint

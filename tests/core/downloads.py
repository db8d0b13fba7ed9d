"""What tests of downloads share: a component for each repository of the local hub, and patience that is soon over."""

import hashlib
import random
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fastface_core.models.catalogue import Bundle, Catalogue, Component, Licence, RemoteFile
from fastface_core.models.hub import offline
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.download import DownloadProgress, FileReady, download
from fastface_core.models.hub.retry import RetryPolicy
from fastface_core.models.store import Store
from fastface_core.progress import CancelToken, Notice
from tests.hub import Hub, running

REPO = "org/model"
SIZE = 1_500_000
FILES = {
    "config.json": b'{"a": 1}',
    "unet/config.json": b"{}",
    "unet/model.safetensors": random.Random(0).randbytes(SIZE),
}
NAME = "unet/model.safetensors"
SOON = RetryPolicy(connect=2, read=0.4, silence=1.2, tries=5, first_wait=0.01, longest_wait=0.05, max_retry_after=1)


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """The network may be used: tests are off it otherwise."""
    offline.put_into_effect(False)
    for name in ("HF_HUB_OFFLINE", "HF_ENDPOINT", "HF_TOKEN", "http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    yield
    offline.put_into_effect(False)


def noise(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def component(hub: Hub, name: str = "model", repo: str = REPO, *, known: bool = True) -> Component:
    """All files of a repository; `known` with their hashes, else with estimates of their sizes."""
    commit = hub.names[repo, "main"]
    files = tuple(
        RemoteFile(path=path, size=file.size, sha256=file.sha256)
        if known
        else RemoteFile(path=path, size=file.size // 2 + 7, exact=False)
        for path, file in hub.files[repo, commit].items()
    )
    return Component(
        name=name,
        title=name,
        role="base",
        repo=repo,
        revision=commit,
        place=repo,
        licence="free",
        files=files,
    )


def catalogue(*components: Component) -> Catalogue:
    licence = Licence(
        name="free", title="Free", version="1", url="https://localhost/", commercial_use=True, meaning="Anything goes."
    )
    bundle = Bundle(
        name="all", title="All", purpose="Tests.", components=tuple(component.name for component in components)
    )
    return Catalogue(licences=(licence,), components=components, bundles=(bundle,))


@dataclass
class Place:
    """A store, the hub that fills it, and everything that was reported."""

    hub: Hub
    folder: Path
    components: tuple[Component, ...] = ()
    events: list[object] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return Store(self.folder, catalogue(*self.components))

    def serve(self, files: Mapping[str, bytes], *, known: bool = True) -> Component:
        self.hub.add(REPO, files)
        self.components = (component(self.hub, known=known),)
        return self.components[0]

    def fetch(
        self,
        cancel: CancelToken | None = None,
        *,
        patience: RetryPolicy = SOON,
        at_once: int = 3,
        network: Network | None = None,
    ) -> None:
        self.events.clear()
        download(
            self.components,
            self.store,
            self.events.append,
            cancel,
            why="A test",
            network=network or Network(endpoint=self.hub.endpoint),
            at_once=at_once,
            patience=patience,
        )

    @property
    def notices(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Notice)]

    @property
    def progress(self) -> list[DownloadProgress]:
        return [event for event in self.events if isinstance(event, DownloadProgress)]

    @property
    def finished(self) -> list[str]:
        return [event.file for event in self.events if isinstance(event, FileReady)]

    def path(self, name: str) -> Path:
        return self.folder / REPO / name

    def part(self, name: str) -> Path:
        return self.folder / REPO / f"{name}.part"

    def begin(self, name: str, count: int) -> bytes:
        """Puts the first bytes of a file there, as a download that was cut leaves them."""
        content = self.content(name)[:count]
        self.part(name).parent.mkdir(parents=True, exist_ok=True)
        self.part(name).write_bytes(content)
        return content

    def content(self, name: str) -> bytes:
        held = self.hub.files[REPO, self.hub.names[REPO, "main"]][name].content
        assert isinstance(held, bytes)
        return held

    def assert_whole(self) -> None:
        """Every file is in its place with its content, verified, and no part is left."""
        (one,) = self.components
        assert self.store.state(one) == "ready"
        for name, file in self.hub.files[REPO, self.hub.names[REPO, "main"]].items():
            assert hashlib.sha256(self.path(name).read_bytes()).hexdigest() == file.sha256
        assert not list(self.folder.rglob("*.part"))


def size_and_sha256(content: bytes, name: str) -> str:
    """A file as `FETCH` takes it."""
    return f"{name}:{len(content)}:{hashlib.sha256(content).hexdigest()}"


FETCH = """
import sys
from pathlib import Path
from fastface_core.models.catalogue import Component, RemoteFile
from fastface_core.models.hub.download import download
from fastface_core.models.hub.client import Network
from fastface_core.models.store import Store
path, size, sha256 = sys.argv[3].split(":")
one = Component(name="model", title="model", role="base", repo="org/model", revision="main", place="org/model",
                licence="free", files=(RemoteFile(path=path, size=int(size), sha256=sha256),))
download([one], Store(Path(sys.argv[2])), why="A test", network=Network(endpoint=sys.argv[1]))
"""


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    """A models folder, and a hub that serves `FILES`."""
    with running() as hub:
        place = Place(hub, tmp_path / "models")
        place.serve(FILES)
        yield place

"""Batches on a real Ray cluster of two actors on CPUs: it makes just what one process makes, whatever happens to it."""

import os
import platform
import signal
import sys
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from fastface_core.batch.outcomes import Outcome
from fastface_core.batch.planning import Planned, plan
from fastface_core.batch.reading import read_batch
from fastface_core.batch.running import Here
from fastface_core.cluster.connecting import connected, refused
from fastface_core.cluster.crew import Cluster, Worker, check_versions
from fastface_core.cluster.line import Actor, Answer, Line, NodeLostError
from fastface_core.cluster.node import About, SentPhoto, versions
from fastface_core.cluster.remote_engine import NodeUnfitError
from fastface_core.cluster.staging import Digests, Root, root_of
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.places import Placed, side_by_side
from fastface_core.domain.presets import LoraUse
from fastface_core.errors import PhotoError, SettingsError
from fastface_core.library.library import Library
from fastface_core.models.installed import starter
from fastface_core.models.own_loras import FOLDER
from fastface_core.models.store import Store
from fastface_core.paths import resource
from fastface_core.progress import Cancelled, CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Keep, LibraryPerson, Photos, Together
from fastface_core.studio.resident import ResidentEngine
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.library_help import pixels_of

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
# Where `pyproject.toml` asks for no Ray, since it has no wheel there.
needs_ray = pytest.mark.skipif(
    (sys.platform == "darwin" and platform.machine() != "arm64")
    or (sys.platform == "win32" and platform.machine() == "ARM64"),
    reason="Ray has no wheel for this system",
)


@pytest.fixture(scope="module")
def ray(session_home: Path) -> Generator[None]:
    """Started once: it takes seconds."""
    with connected("local", 2):
        yield


@pytest.fixture
def workers(ray: None) -> Generator[list[Worker]]:
    """Two of them, which begin with their first rows."""
    found = [Worker({"num_cpus": 1}, "cpu") for _ in range(2)]
    yield found
    for worker in found:
        worker.end()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "ada.jpg").write_bytes(EXAMPLE.read_bytes())
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    lines = [f"P{number},ada.jpg,portrait {number},{number},2" for number in range(4)]
    table = tmp_path / "people.csv"
    table.write_text(
        "person,photos,prompt,seed,count\n" + "\n".join([*lines, "Bo,broken.jpg,a portrait,5,1"]) + "\n",
        encoding="utf-8",
    )
    return table


def ray_worker() -> Any:
    """What Ray knows of its own processes here."""
    import ray._private.worker as worker

    return worker.global_worker


def rows_of(table: Path, library: Library, out: Path) -> list[Planned]:
    defaults = {"size": "64x64", "steps": 1, "preset": "baseline"}
    return [
        one for one in plan(replace(read_batch(table), defaults=defaults), library, out) if isinstance(one, Planned)
    ]


def pictures(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*.png"))


def ends(outcomes: list[Outcome]) -> list[tuple[int, int, bool]]:
    return sorted((one.line, len(one.pictures), one.error is None) for one in outcomes)


WHOLE = [(1, 2, True), (2, 2, True), (3, 2, True), (4, 2, True), (5, 0, False)]


@pytest.mark.parametrize(
    ("address", "error", "said"),
    [
        ("auto", ConnectionError("Could not find any running Ray instance."), "no cluster that this computer belongs"),
        ("10.0.0.1:6379", ConnectionError("timed out"), "no cluster at 10.0.0.1:6379"),
        ("auto", RuntimeError("Version mismatch: The cluster was started with: Ray: 2.1"), "another version of Ray"),
        ("local", RuntimeError("no room"), "Ray does not start here"),
    ],
)
def test_what_ray_says_becomes_a_sentence(address: str, error: Exception, said: str) -> None:
    assert said in refused(address, error).message


@needs_ray
def test_a_line_carries_models_and_says_when_its_node_dies(ray: None, tmp_path: Path) -> None:
    if os.name == "posix":
        sockets = Path(ray_worker().node.plasma_store_socket_name)
        (roof,) = [folder for folder in sockets.parents if folder.name.startswith("ff-")]
        assert roof.stat().st_mode & 0o077 == 0
    line = Line("cpu", num_cpus=1)
    about = line.ask("about")
    assert isinstance(about, About)
    assert about.versions == versions()
    # A model that the node does not have.
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights.safetensors").write_bytes(bytes(1000))
    found = root_of(tmp_path / "model", Digests(tmp_path / "digests.json"))
    elsewhere = Root("/elsewhere/model", None, found.files)
    (file,) = found.files
    assert line.ask("lacking", elsewhere) == (file.sha256,)
    line.ask("take", file.sha256, bytes(500))
    assert line.ask("keep", file.sha256) is False
    line.ask("take", file.sha256, bytes(500))
    line.ask("take", file.sha256, bytes(500))
    assert line.ask("keep", file.sha256) is True
    place = line.ask("place", elsewhere)
    assert isinstance(place, Path)
    assert (place / "weights.safetensors").read_bytes() == bytes(1000)
    # A bug is told of without the words in which somebody's name may be.
    with pytest.raises(RuntimeError, match="AttributeError") as caught:
        line.ask("no_such_method")
    assert "no_such_method" not in str(caught.value).splitlines()[0]
    os.kill(about.process, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    with pytest.raises(NodeLostError):
        line.ask("about")


@pytest.mark.slow
@needs_ray
def test_stopped_and_with_an_actor_killed_it_makes_what_one_process_makes(
    workers: list[Worker], table: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told: list[str] = []
    with Library() as library:
        crew = Cluster(workers, out, library, lambda: False, told.append)
        rows = rows_of(table, library, out)
        stopped: list[Outcome] = []
        cancel = CancelToken()

        def stop(outcome: Outcome) -> None:
            stopped.append(outcome)
            cancel.cancel()

        with pytest.raises(Cancelled):
            crew.run(rows, stop, cancel)
        before = {path: (out / path).stat().st_mtime_ns for path in pictures(out)}
        assert len(stopped) < len(rows)
        ended: list[Outcome] = []

        def kill(outcome: Outcome) -> None:
            ended.append(outcome)
            if len(ended) == 1:
                process = workers[0].process
                assert process is not None
                os.kill(process, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

        crew.run(rows, kill, CancelToken())
        assert ends(ended) == WHOLE
        (failed,) = [one for one in ended if one.error is not None]
        assert "broken.jpg" in str(failed.error)
        assert told == []
        # What was made before the stop was found again, and not made twice.
        assert {path: (out / path).stat().st_mtime_ns for path in before} == before
        alone = tmp_path / "alone"
        plain: list[Outcome] = []
        studio = Studio(ResidentEngine("cpu"), lambda: library, lambda: False)
        Here(studio, alone, lambda _row, _event: None).run(rows_of(table, library, alone), plain.append, CancelToken())
    assert ends(plain) == WHOLE
    assert pictures(out) == pictures(alone)
    for path in pictures(alone):
        assert np.array_equal(pixels_of(out / path), pixels_of(alone / path)), path


def ink(store: Store) -> None:
    """A LoRA of the user's own for the starter."""
    unet = load_file(resource("starter", "sdxl", "unet") / "diffusion_pytorch_model.fp16.safetensors")
    random = torch.Generator().manual_seed(1)
    state: dict[str, torch.Tensor] = {}
    for name, weight in unet.items():
        if name.endswith("attn2.to_q.weight"):
            layer = f"unet.{name.removesuffix('.weight')}"
            state[f"{layer}.lora_A.weight"] = torch.randn(2, weight.shape[1], generator=random)
            state[f"{layer}.lora_B.weight"] = torch.randn(weight.shape[0], 2, generator=random)
    (store.folder / FOLDER).mkdir(parents=True)
    save_file(state, store.folder / FOLDER / "ink.safetensors")


@pytest.mark.slow
@needs_ray
def test_somebody_of_the_library_two_together_and_a_lora_are_the_same_there(
    ray: None, fastface: Run, tmp_path: Path
) -> None:
    assert fastface("people", "add", "Ada", EXAMPLE, "--consent", "yes").code == 0
    (tmp_path / "table.json").write_text('[{"person": "Ada", "prompt": "portrait", "seed": 3}]')
    # Somebody else for the model, who has another parting.
    Image.open(EXAMPLE).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "other.png")
    worker = Worker({"num_cpus": 1}, "cpu")
    ended: list[Outcome] = []
    with Library() as library:
        (row,) = rows_of(tmp_path / "table.json", library, tmp_path)
        ada, request = row.order.subject, row.order.request
        assert isinstance(ada, LibraryPerson)
        both = Together((ada, Photos((PhotoChoice(tmp_path / "other.png"),))))
        placed = tuple(Placed(place=place) for place in side_by_side(2))
        inked = request.preset.model_copy(update={"loras": (LoraUse(name="ink", strength=1.5),)})

        def to(folder: Path) -> list[Planned]:
            orders = {
                "plain": row.order,
                "together": replace(row.order, subject=both, request=request.model_copy(update={"people": placed})),
                "inked": replace(row.order, request=request.model_copy(update={"preset": inked})),
            }
            keeps = {name: Keep(folder=folder, names=(name,)) for name in orders}
            return [replace(row, order=replace(order, keep=keeps[name])) for name, order in orders.items()]

        crew = Cluster([worker], tmp_path / "far", library, lambda: False, pytest.fail)
        far = to(tmp_path / "far")
        # The checkpoint is there before anybody asks for the LoRA.
        crew.run(far[:2], ended.append, CancelToken())
        ink(Store())
        crew.run(far[2:], ended.append, CancelToken())
        worker.end()
        studio = Studio(ResidentEngine("cpu"), lambda: library, lambda: False)
        Here(studio, tmp_path / "near", lambda _row, _event: None).run(
            to(tmp_path / "near"), ended.append, CancelToken()
        )
    assert [one.error for one in ended] == [None] * 6
    made = {path.stem: pixels_of(path) for path in (tmp_path / "near").glob("*.png")}
    assert sorted(made) == ["inked", "plain", "together"]
    for name, pixels in made.items():
        assert np.array_equal(pixels_of(tmp_path / "far" / f"{name}.png"), pixels), name
    assert not np.array_equal(made["plain"], made["inked"])
    assert not np.array_equal(made["plain"], made["together"])


def test_a_node_keeps_no_photo_and_ends_before_it_begins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the actor sets is taken back.
    monkeypatch.setenv("FASTFACE_HOME", str(home))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with ExitStack() as stack:
        actor = Actor("cpu")
        stack.callback(actor.ask, "close")
        own = Path(os.environ["FASTFACE_HOME"])
        assert own != home
        actor.ask("load_faces", starter()).get()
        photo = SentPhoto("ada.jpg", EXAMPLE.read_bytes(), None)
        *_, answer = actor.work(1, "identify", [photo])
        assert isinstance(answer, Answer)
        identity = answer.get()
        assert isinstance(identity, Identity)
        assert [one.path for one in identity.photos] == [Path("0")]
        *_, broken = actor.work(2, "identify", [SentPhoto("bo.jpg", b"no photo", None)])
        assert isinstance(broken, Answer)
        with pytest.raises(PhotoError, match=r"bo\.jpg"):
            broken.get()
        actor.stop(3)
        *_, early = actor.work(3, "identify", [photo])
        assert isinstance(early, Answer)
        assert early.stopped
        assert [path for path in own.rglob("*") if path.suffix == ".jpg"] == []
    assert not own.exists()


@pytest.mark.parametrize("name", ["FastFace", "Python", "PyTorch", "the system"])
def test_a_node_of_another_version_is_refused(name: str) -> None:
    there = tuple((one, "9.9" if one == name else version) for one, version in versions())
    check_versions(About(versions(), "node-1", "shelf", 1))
    with pytest.raises(NodeUnfitError, match=rf"node-1 has {name} 9\.9"):
        check_versions(About(there, "node-1", "shelf", 1))


@pytest.mark.parametrize("words", [["--ray", "auto"], ["--ray", "local"]])
def test_without_ray_it_says_what_to_install(
    fastface: Run, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    before = os.environ.get("RAY_AUTH_TOKEN")  # Ray keeps that of its own first cluster
    said = fastface("batch", table, *words, "--out", tmp_path / "out")
    assert said.code == 1
    assert "Ray is not installed" in said.err
    assert "pip install fastface-desktop[cluster]" in said.err
    assert os.environ.get("RAY_AUTH_TOKEN") == before


def test_what_a_cluster_does_not_take(fastface: Run, table: Path, tmp_path: Path) -> None:
    said = fastface("batch", table, "--ray", "local", "--device", "cuda:1", "--out", tmp_path / "out")
    assert (said.code, "A cluster takes its own GPUs." in said.err) == (1, True)
    with pytest.raises(SettingsError, match="ray://"), connected("ray://there:10001"):
        pass

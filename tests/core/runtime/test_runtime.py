"""The GPU's runtime: what fits, fetching, unpacking, trying, mending; with made-up wheels from a local hub."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.runtime_kills import check_clean
from fastface_core import overlay
from fastface_core.errors import DeviceError, FastFaceError, ModelError, NetworkError, StorageError
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.download import DownloadProgress
from fastface_core.overlay import Computed, Record
from fastface_core.progress import Cancelled, CancelToken, Notice
from fastface_core.runtime import trial
from fastface_core.runtime.folder import RuntimeFolder, use_folder
from fastface_core.runtime.install import Installer, of_chosen
from fastface_core.runtime.sources import FromNetwork
from tests.core.downloads import online as online
from tests.core.tiny_lanes import CUBLAS, LIBRARY, Place
from tests.core.tiny_lanes import place as place
from tests.hub_faults import Cut, Flip, Page, Stall, Status
from tests.small_disks import mounted, room

pytestmark = pytest.mark.usefixtures("online")

ROOT = Path(__file__).parents[3]
LINUX = "linux-x86_64"


def torch_wheel(installer: Installer) -> str:
    return installer.build.wheels[0].name


# ---- Installing


def test_it_is_fetched_unpacked_tried_and_used(place: Place) -> None:
    installer = place.installer()
    assert installer.bytes_missing() == installer.build.size
    computed = installer.install(place.events.append)
    assert (computed.device, computed.tflops) == ("Made-up GPU", 100.0)
    state = overlay.look(place.root)
    assert state is not None
    assert state.problem == ""
    assert state.folder == installer.place
    names = {path.relative_to(installer.place).as_posix() for path in installer.place.rglob("*") if path.is_file()}
    assert {LIBRARY, CUBLAS, "nvidia/cublas/lib/libcublasLt.so.13", "torch/__init__.py"} < names
    assert not any("include" in name or "scripts" in name for name in names)
    check_clean(place.root, installer.name)
    assert installer.verify() == ()
    progress = [event for event in place.events if isinstance(event, DownloadProgress)]
    assert progress[-1].done == progress[-1].total == installer.build.size
    assert installer.bytes_missing() == 0


def test_a_second_time_fetches_nothing(place: Place) -> None:
    place.installer().install()
    before = len(place.hub.asked)
    place.installer().install()
    assert len(place.hub.asked) == before


def test_no_token_goes_along(place: Place) -> None:
    installer = place.installer(source=FromNetwork(Network(endpoint=place.hub.endpoint, token="hf_secret")))
    installer.install()
    assert all(asked.token is None for asked in place.hub.asked)


def test_a_cut_download_goes_on(place: Place) -> None:
    installer = place.installer()
    place.hub.misbehave(Cut(100_000, hard=True), torch_wheel(installer))
    installer.install()
    first, second = place.hub.contents(torch_wheel(installer))[-2:]
    assert first.first == 0 or second.first > 0
    assert overlay.look(place.root) is not None


def test_what_arrived_damaged_is_fetched_once_more(place: Place) -> None:
    installer = place.installer()
    place.hub.misbehave(Flip(5000), torch_wheel(installer))
    installer.install(place.events.append)
    assert any("arrived damaged" in event.text for event in place.events if isinstance(event, Notice))
    assert installer.verify() == ()


def test_damaged_twice_is_said_and_nothing_is_used(place: Place) -> None:
    installer = place.installer()
    place.hub.misbehave(Flip(5000), torch_wheel(installer), times=None)
    with pytest.raises(ModelError, match=r"torch-.* of the GPU's runtime arrived damaged twice"):
        installer.install()
    assert overlay.look(place.root) is None


@pytest.mark.parametrize(("fault", "says"), [(Status(404), "does not have"), (Page(), "is not understood")])
def test_a_server_that_has_something_else(place: Place, fault: Status | Page, says: str) -> None:
    installer = place.installer()
    place.hub.misbehave(fault, torch_wheel(installer), times=None)
    with pytest.raises(NetworkError, match=says):
        installer.install()


def test_cancel_while_nothing_comes(place: Place) -> None:
    installer = place.installer()
    place.hub.misbehave(Stall(50_000), torch_wheel(installer), times=None)
    cancel = CancelToken()

    def look(event: object) -> None:
        if isinstance(event, DownloadProgress) and event.done >= 50_000:
            cancel.cancel()

    with pytest.raises(Cancelled):
        installer.install(look, cancel)
    place.hub.release()
    place.hub.behave()
    assert installer.bytes_missing() == installer.build.size - 50_000
    installer.install()


def test_a_mirror_is_asked_by_names(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    installer = place.installer()
    wanted = tuple(one.model_copy(update={"url": "http://127.0.0.1:1/gone"}) for one in installer.build.wheels)
    moved = replace(installer, build=installer.build.model_copy(update={"wheels": wanted}))
    monkeypatch.setenv("FASTFACE_RUNTIME_MIRROR", f"{place.hub.endpoint}/lanes/tiny0/resolve/main/")
    moved.install()
    assert overlay.look(place.root) is not None


def test_a_full_disk_is_said_and_went_on_from(place: Place, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", 4 << 20) as disk:
        installer = replace(place.installer(), folder=RuntimeFolder(disk / "runtime"))
        with room(disk, 200_000), pytest.raises(StorageError, match="too little space for the GPU's runtime"):
            installer.install()
        # Other programs fill it while it works.
        with room(disk, 600_000), pytest.raises(StorageError, match="is full"):
            replace(installer, folder=_Optimist(disk / "runtime")).install()
        installer.install()
        assert installer.verify() == ()


class _Optimist(RuntimeFolder):
    """As if the space had been there when it was looked for."""

    def check_space(self, wanted: int) -> None:
        pass


def test_two_at_once(place: Place) -> None:
    installer = place.installer()
    with RuntimeFolder(place.root).lock(), pytest.raises(StorageError, match="Another FastFace is changing"):
        installer.install()


# ---- What does not compute


def _answering(code: str) -> trial.Trial:
    def run(folder: Path, record: Record, cancel: CancelToken) -> Computed:
        return trial.answer([sys.executable, "-I", "-c", code, str(folder)], folder, record, cancel, patience=20)

    return run


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "its trial ends with -11"),
        ("import sys; sys.exit(3)", "its trial ends with 3"),
        ("print('hello')", "its trial says nothing"),
        ('print(\'{"error": "torch 2 sees no GPU that it can use."}\')', "sees no GPU"),
        ('print(\'{"device": "GPU", "torch": "1.0", "folder": "/"}\')', "torch 1.0 was taken instead"),
    ],
)
def test_a_runtime_that_does_not_work_is_not_used(place: Place, code: str, says: str) -> None:
    old = place.installer(1)
    old.install()
    new = place.installer(2)
    if sys.platform == "win32" and "signal" in code:
        pytest.skip("no signals")
    with pytest.raises(DeviceError, match=says) as raised:
        replace(new, trial=_answering(code)).install()
    assert raised.value.hint
    state = overlay.look(place.root)
    assert state is not None
    assert state.folder == old.place
    assert not state.problem
    # It was unpacked: once the driver is new, nothing has to be fetched again.
    assert new.bytes_missing() == 0
    new.install()
    assert RuntimeFolder(place.root).names() == (new.name,)


def test_a_trial_that_hangs_is_ended(place: Place) -> None:
    installer = place.installer()

    def hang(folder: Path, record: Record, cancel: CancelToken) -> Computed:
        command = [sys.executable, "-I", "-c", "import threading; threading.Event().wait()"]
        return trial.answer(command, folder, record, cancel, patience=0.2)

    with pytest.raises(DeviceError, match="has not computed anything"):
        replace(installer, trial=hang).install()


def test_the_real_trial_refuses_what_is_no_torch(place: Place) -> None:
    """The made-up torch cannot compute, and the program's own child says so."""
    with pytest.raises(DeviceError, match="runtime"):
        replace(place.installer(), trial=trial.run).install()
    assert overlay.look(place.root) is None


def test_the_kernel_computes_on_the_cpu() -> None:
    import torch

    from fastface_core.engine import kernel

    found = kernel.compute("cpu")
    assert (found.device, found.torch, found.tflops) == ("CPU", torch.__version__, 0.0)
    assert Path(found.folder) == Path(torch.__file__).parents[1]
    if not torch.cuda.is_available():
        with pytest.raises(DeviceError, match="sees no GPU"):
            kernel.compute("cuda")


# ---- Replacing, using, removing


def test_an_older_one_goes_when_the_new_one_works_and_nobody_needs_it(place: Place) -> None:
    old, new = place.installer(1), place.installer(2)
    old.install()
    code = "import sys; from fastface_core import overlay; from pathlib import Path; overlay.use(Path(sys.argv[1]));"
    command = [sys.executable, "-c", code + "print('used', flush=True); sys.stdin.read()", str(old.place)]
    user = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert user.stdout is not None
    assert user.stdout.readline() == "used\n"
    new.install()
    state = overlay.look(place.root)
    assert state is not None
    assert state.folder == new.place
    assert old.place.exists() == (sys.platform != "win32")
    user.communicate("")
    new.install()
    assert RuntimeFolder(place.root).names() == (new.name,)


def test_one_of_another_version_is_left_aside(place: Place) -> None:
    installer = place.installer()
    installer.install()
    record = overlay.read_record(installer.place)
    assert record is not None
    (installer.place / overlay.RECORD).write_text(record.model_copy(update={"torch": "1.0.0"}).model_dump_json())
    state = overlay.look(place.root)
    assert state is not None
    assert "another version of FastFace, with torch 1.0.0" in state.problem
    assert installer.place.exists()


USE = """
import sys
from fastface_core import overlay
overlay.put_into_effect()
import importlib.util
print(importlib.util.find_spec("torch").origin)
"""


def _torch_of(root: Path, **variables: str) -> tuple[str, str]:
    """Which torch a program would import, and what it says on stderr."""
    environment = os.environ | {"FASTFACE_RUNTIME": str(root)} | variables
    done = subprocess.run(
        [sys.executable, "-c", USE], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.strip(), done.stderr


def test_it_comes_before_the_programs_own_torch(place: Place) -> None:
    installer = place.installer()
    installer.install()
    assert _torch_of(place.root) == (str(installer.place / "torch" / "__init__.py"), "")
    torch, said = _torch_of(place.root, FASTFACE_NO_RUNTIME="1")
    assert not torch.startswith(str(place.root))
    assert said == ""
    (installer.place / LIBRARY).write_bytes(b"cut")
    torch, said = _torch_of(place.root)
    assert not torch.startswith(str(place.root))
    assert said.startswith(f"A file of the GPU's runtime was changed: {LIBRARY}. The program computes without it.")


def test_damage_is_seen_at_the_start_and_only_that_is_fetched(place: Place) -> None:
    installer = place.installer()
    installer.install()
    (installer.place / CUBLAS).write_bytes(b"cut")
    state = overlay.look(place.root)
    assert state is not None
    assert state.problem == f"A file of the GPU's runtime was changed: {CUBLAS}."
    before = len(place.hub.asked)
    assert installer.repair() == (CUBLAS,)
    assert {asked.name for asked in place.hub.asked[before:]} == {installer.build.wheels[1].name}
    state = overlay.look(place.root)
    assert state is not None
    assert not state.problem
    check_clean(place.root, installer.name)


def test_small_damage_is_found_by_verify(place: Place) -> None:
    installer = place.installer()
    installer.install()
    small = "nvidia/cublas/lib/libcublasLt.so.13"
    content = bytearray((installer.place / small).read_bytes())
    content[10] ^= 1
    (installer.place / small).write_bytes(content)
    (installer.place / "torch/version.py").unlink()
    assert set(installer.verify()) == {small, "torch/version.py"}
    assert set(installer.repair()) == {small, "torch/version.py"}
    assert installer.verify() == ()


def test_without_its_list_it_is_installed_again(place: Place) -> None:
    installer = place.installer()
    installer.install()
    (installer.place / "fastface-files.json").unlink()
    (installer.place / overlay.RECORD).unlink()
    state = overlay.look(place.root)
    assert state is not None
    assert state.problem == "The GPU's runtime is gone or damaged."
    assert installer.repair() == ()
    assert installer.verify() == ()


def test_remove_leaves_nothing(place: Place) -> None:
    installer = place.installer()
    installer.install()
    folder = RuntimeFolder(place.root)
    with folder.lock():
        assert folder.remove_all()
    assert overlay.look(place.root) is None
    assert {path.name for path in place.root.iterdir()} <= {"lock"}


def test_the_folder_can_be_another_one(tmp_path: Path) -> None:
    from fastface_core import paths

    use_folder(tmp_path / "elsewhere")
    assert paths.runtime_folder() == tmp_path / "elsewhere"


def test_what_is_in_use_is_found_by_its_hash(place: Place) -> None:
    installer = place.installer()
    folder = RuntimeFolder(place.root)
    with pytest.raises(FastFaceError, match="No GPU runtime is installed"):
        of_chosen(installer.lanes, folder, installer.source)
    installer.install()
    assert of_chosen(installer.lanes, folder, installer.source).name == installer.name
    with pytest.raises(FastFaceError, match="another version of FastFace"):
        of_chosen(place.installer(5).lanes, folder, installer.source)


# ---- Kills


@pytest.mark.skipif(sys.platform == "win32", reason="kills in a fork")
def test_killed_installations_lose_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.runtime_kills", "--count", "4", "--seed", "3"]
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing lost" in done.stdout
    assert "    4 went on to the end" in done.stdout


def test_threads_end_with_the_download(place: Place) -> None:
    place.installer().install()
    assert not [thread for thread in threading.enumerate() if thread.name == "fetch" and thread.is_alive()]

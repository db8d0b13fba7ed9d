"""dev.py: what it installs, when it installs again, and that a start costs next to nothing."""

import ast
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CPU = ["torch==2.13.0+cpu", "--extra-index-url", "https://download.pytorch.org/whl/cpu"]
CU126 = ["torch==2.13.0+cu126", "--extra-index-url", "https://download.pytorch.org/whl/cu126"]
CU130 = ["torch==2.13.0+cu130", "--extra-index-url", "https://download.pytorch.org/whl/cu130"]
PLAIN = ["torch==2.13.0"]

posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-in for a program is a script with a first line")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"dev_{id(path)}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("FASTFACE_TORCH", raising=False)
    return load(ROOT / "dev.py")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which the set-up has just ended, with a small program in the place of `fastface`."""
    monkeypatch.delenv("FASTFACE_TORCH", raising=False)
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("dev.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    dev = load(folder / "dev.py")
    dev.VENV_PYTHON.parent.mkdir(parents=True)
    dev.VENV_PYTHON.symlink_to(sys.executable) if os.name != "nt" else shutil.copy(sys.executable, dev.VENV_PYTHON)
    program = dev.VENV_PYTHON.with_name("fastface")
    program.write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\nsys.exit(7)\n")
    program.chmod(0o755)
    dev.write_state({"fingerprint": dev.fingerprint(), "torch": "auto", "extras": dev.EVERYTHING})
    return folder


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "dev.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=60)


# ---- Which PyTorch


@pytest.mark.parametrize(
    ("system", "machine", "configured", "gpu", "arguments"),
    [
        ("Linux", "x86_64", "", None, CPU),
        ("Linux", "aarch64", "", None, CPU),
        ("Windows", "AMD64", "", None, CPU),
        ("Darwin", "arm64", "", None, PLAIN),
        ("Linux", "x86_64", "", (580, 9.0), CU130),
        ("Windows", "AMD64", "", (591, 12.0), CU130),
        ("Linux", "x86_64", "", (580, 7.5), CU130),
        ("Linux", "x86_64", "", (580, None), CU130),
        ("Linux", "x86_64", "", (580, 6.1), CU126),  # Pascal: CUDA 13 no longer knows it
        ("Linux", "x86_64", "", (580, 7.0), CU126),  # Volta likewise
        ("Linux", "x86_64", "", (579, 8.6), CU126),
        ("Windows", "AMD64", "", (528, None), CU126),
        ("Linux", "x86_64", "", (527, 8.6), CPU),
        ("Linux", "x86_64", "", (570, 12.0), CPU),  # Blackwell: CUDA 12.6 does not know it yet
        # What the user told pip comes before what the machine has.
        ("Linux", "x86_64", "2.13.0+cpu", (580, 9.0), PLAIN),
        ("Linux", "x86_64", "2.13.0+cpu", None, PLAIN),
    ],
)
def test_torch_fits_the_machine(
    dev: ModuleType,
    system: str,
    machine: str,
    configured: str,
    gpu: tuple[int, float | None] | None,
    arguments: list[str],
) -> None:
    choice = dev.choose_torch(system, machine, "auto", configured, dev.Gpu(*gpu) if gpu else None)
    assert choice.arguments == arguments
    assert "because" in choice.why or system == "Darwin"


@pytest.mark.parametrize(
    ("wish", "arguments"),
    [
        ("cpu", CPU),
        ("cu130", CU130),
        ("torch==2.13.1", ["torch==2.13.1"]),
        ("./torch-2.13.0+mine.whl", ["./torch-2.13.0+mine.whl"]),
        ("https://example.org/torch-2.13.0+mine.whl", ["https://example.org/torch-2.13.0+mine.whl"]),
        ("https://example.org/simple", [*PLAIN, "--no-deps", "--index-url", "https://example.org/simple"]),
    ],
)
def test_the_user_can_choose_torch(dev: ModuleType, wish: str, arguments: list[str]) -> None:
    assert dev.choose_torch("Linux", "x86_64", wish, "2.13.0+cpu", dev.Gpu(580, 9.0)).arguments == arguments


@pytest.mark.parametrize("wish", ["gpu", "cuda", "torchvision", "http://example.org/simple"])
def test_a_wish_that_names_no_torch_is_one_sentence_and_a_next_step(dev: ModuleType, wish: str) -> None:
    with pytest.raises(dev.Failure, match=f"FASTFACE_TORCH is '{wish}'.*Use auto, cpu, cu126"):
        dev.choose_torch("Linux", "x86_64", wish, "", None)


def test_intel_macs_are_told(dev: ModuleType) -> None:
    with pytest.raises(dev.Failure, match="Apple silicon"):
        dev.choose_torch("Darwin", "x86_64", "auto", "", None)


@pytest.mark.parametrize(
    ("answer", "gpu"),
    [
        ("580.65.06, 9.0", (580, 9.0)),
        ("570.124, 6.1\n570.124, 8.9\n", (570, 8.9)),
        ("418.226.00", (418, None)),
        ("", None),
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", None),
    ],
)
def test_answers_of_nvidia_smi(dev: ModuleType, answer: str, gpu: tuple[int, float | None] | None) -> None:
    assert dev.parse_gpus(answer) == (dev.Gpu(*gpu) if gpu else None)


# ---- When it installs again


def test_a_finished_set_up_is_ready(checkout: Path) -> None:
    assert load(checkout / "dev.py").is_ready()


@pytest.mark.parametrize(
    ("file", "old", "new", "ready"),
    [
        ("pyproject.toml", '"rich>=', '"richer>=', False),
        ("pyproject.toml", 'fastface = "', 'fastface2 = "', False),
        ("constraints.txt", "rich==", "rich==1", False),
        ("dev.py", 'TORCH = "', 'TORCH = "1', False),
        ("pyproject.toml", "line-length = 120", "line-length = 100", True),
        ("pyproject.toml", '    "fastface_core",\n', '    "fastface_core",\n    "fastface_core.more",\n', True),
    ],
)
def test_only_what_the_installation_depends_on_asks_for_another(
    checkout: Path, file: str, old: str, new: str, ready: bool
) -> None:
    text = (checkout / file).read_text(encoding="utf-8")
    assert old in text
    (checkout / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert load(checkout / "dev.py").is_ready() is ready


def test_a_checkout_that_was_moved_or_lost_its_python_is_set_up_again(checkout: Path, tmp_path: Path) -> None:
    moved = checkout.rename(tmp_path / "elsewhere")
    assert not load(moved / "dev.py").is_ready()
    checkout = moved.rename(checkout)
    dev = load(checkout / "dev.py")
    assert dev.is_ready()
    dev.VENV_PYTHON.unlink()
    assert not dev.is_ready()


def test_the_choice_of_torch_is_remembered(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dev = load(checkout / "dev.py")
    monkeypatch.setenv("FASTFACE_TORCH", "cpu")
    assert not dev.is_ready()
    dev.write_state({"fingerprint": dev.fingerprint(), "torch": dev.wished_build(), "extras": dev.EVERYTHING})
    assert dev.is_ready()
    monkeypatch.delenv("FASTFACE_TORCH")
    assert dev.is_ready()
    assert dev.wished_build() == "cpu"
    monkeypatch.setenv("FASTFACE_TORCH", "auto")
    assert not dev.is_ready()


def test_who_only_runs_the_program_needs_no_tests_and_no_tools(checkout: Path) -> None:
    dev = load(checkout / "dev.py")
    assert dev.is_ready(dev.THE_PROGRAM)  # all of it is there
    dev.write_state({"fingerprint": dev.fingerprint(), "torch": "auto", "extras": dev.THE_PROGRAM})
    assert dev.is_ready(dev.THE_PROGRAM)
    assert not dev.is_ready()
    assert start(checkout, "run", "--version").returncode == 7  # the program, not a set-up
    known = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(dev.THE_PROGRAM.split(",")) < set(dev.EVERYTHING.split(",")) <= set(known)


@pytest.mark.parametrize("text", ["", '{"fingerprint": "'])
def test_a_state_that_cannot_be_read_is_none(checkout: Path, text: str) -> None:
    dev = load(checkout / "dev.py")
    dev.STATE.write_text(text)
    assert not dev.is_ready()


def test_packages_left_in_pieces_are_forgotten(checkout: Path) -> None:
    dev = load(checkout / "dev.py")
    folder = dev.VENV / ("Lib/site-packages" if os.name == "nt" else "lib/python3.11/site-packages")
    for name in ("whole", "cut", "lost", "early", "bare"):
        info = folder / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / f"{name}.py").write_text("x = 1\n", newline="\n")
        (info / "INSTALLER").write_text("pip\n", newline="\n")
        rows = [f"{name}.py,sha256=x,6", f"{name}.pyc,,", f"__pycache__/{name}.pyc,sha256=x,99"]
        installer = f"{info.name}/INSTALLER,sha256=x,4"
        (info / "RECORD").write_text("\n".join([*rows, installer] if name != "early" else rows) + "\n")
    (folder / "cut.py").write_text("x")
    (folder / "lost.py").unlink()
    (folder / "bare-1.0.dist-info" / "RECORD").unlink()
    (folder / "~orch").mkdir()
    dev.forget_damaged_packages()
    assert [path.name for path in folder.iterdir() if path.is_dir()] == ["whole-1.0.dist-info"]


# ---- A set-up that fails, or runs twice


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\n"
            "ERROR: No matching distribution found for torch==2.13.0+cpu",
            "torch==2.13.0\\+cpu could not be fetched.* Check the network",
        ),
        ("ERROR: No matching distribution found for torch==2.13.0+cu130", "is not to be had.*FASTFACE_TORCH"),
        (
            "ERROR: Cannot install torch==2.13.0+cpu because these package versions have conflicting dependencies.",
            "^torch==2.13.0\\+cpu is not to be had.*FASTFACE_TORCH",
        ),
        ("ERROR: No matching distribution found for rich<16,>=15", "^rich<16,>=15 is not to be had.*Try Python 3.11"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied", "Check who owns"),
        ("2026-01-01T00:00:00,000 ERROR: something new", "^ERROR: something new\npip could not install everything"),
    ],
)
def test_known_failures_of_pip_are_a_sentence_and_a_next_step(dev: ModuleType, log: str, sentence: str) -> None:
    assert re.search(sentence, str(dev.explain(log)))


@pytest.fixture
def holder(checkout: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is setting up the checkout."""
    code = "import dev, time\nwith dev.only_one():\n    print('locked', flush=True)\n    time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=checkout, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_set_up_waits_for_the_first(
    checkout: Path, holder: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    dev = load(checkout / "dev.py")
    with dev.LOCK.open("a") as file:
        assert not dev.try_lock(file)
    holder.kill()
    # The first one is gone and left everything ready: nothing is installed again.
    dev.set_up()
    assert capsys.readouterr().out == ""
    with dev.LOCK.open("a") as file:
        assert dev.try_lock(file)


@posix_only
def test_a_pip_that_outlives_its_set_up_keeps_the_lock(checkout: Path) -> None:
    note = checkout / "pid"
    pip = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    code = f"import dev, sys\nwith dev.only_one():\n    dev.call(sys.executable, '-c', {pip!r})"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=checkout)
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    dev = load(checkout / "dev.py")
    with dev.LOCK.open("a") as file:
        assert not dev.try_lock(file)
        os.kill(int(note.read_text()), signal.SIGKILL)
        while not dev.try_lock(file):
            assert time.monotonic() < deadline
            time.sleep(0.02)


# ---- Starting


@posix_only
def test_a_start_passes_everything_through_and_says_nothing(checkout: Path) -> None:
    done = start(checkout, "run", "generate", "--prompt", "two words", "--help")
    assert json.loads(done.stdout) == ["generate", "--prompt", "two words", "--help"]
    assert done.returncode == 7
    assert done.stderr == ""


@posix_only
def test_run_alone_makes_a_picture_of_the_example(checkout: Path) -> None:
    words = json.loads(start(checkout, "run").stdout)
    assert words[0] == "generate"
    photo = Path(words[words.index("--photo") + 1])
    assert photo == checkout / "examples" / "portrait.jpg"
    assert words[words.index("--prompt") + 1]


def test_the_example_photo_ships(dev: ModuleType) -> None:
    assert Path(dev.PHOTO).is_file()


@posix_only
def test_a_second_start_costs_next_to_nothing(checkout: Path) -> None:
    times = []
    for _ in range(5):
        started = time.monotonic()
        start(checkout, "run", "--version")
        times.append(time.monotonic() - started)
    assert min(times) < 0.5


def test_help_and_wrong_words(checkout: Path) -> None:
    assert start(checkout, "--help").stdout.startswith("usage: python3 dev.py COMMAND")
    assert start(checkout).stdout.startswith("usage:")
    wrong = start(checkout, "tset")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "--help" in wrong.stderr


@pytest.mark.parametrize(
    "words", [("package",), ("package", "box"), ("package", "bundle", "more"), ("setup", "more"), ("fix", "more")]
)
def test_wrong_words_after_a_command_start_nothing(checkout: Path, words: tuple[str, ...]) -> None:
    wrong = start(checkout, *words)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert f"does not know {' '.join(words)!r}" in wrong.stderr


@posix_only
def test_fix_runs_every_fix_and_tells_of_one_that_failed(checkout: Path) -> None:
    tools = checkout / "tools"
    tools.mkdir()
    # Format and lint are not installed in this checkout, and its translations cannot be brought up to date.
    (tools / "translations.py").write_text("print('translated'); raise SystemExit(3)\n")
    done = start(checkout, "fix")
    assert (done.returncode, done.stdout) == (3, "translated\n")


@posix_only
def test_a_package_is_tried_only_when_it_was_made(checkout: Path) -> None:
    scripts = checkout / "packaging"
    scripts.mkdir()
    (scripts / "smoke.py").write_text("print('tried')\n")
    (scripts / "build.py").write_text("print('made', flush=True)\n")
    done = start(checkout, "package", "bundle")
    assert (done.stdout, done.returncode) == ("made\ntried\n", 0)
    (scripts / "build.py").write_text("import sys\nsys.exit(3)\n")
    done = start(checkout, "package", "bundle")
    assert (done.stdout, done.returncode) == ("", 3)


# ---- Other Pythons


def test_old_pythons_can_read_the_file() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    # Python 2 stops at the first annotated assignment and shows it: it has to be the line that says what to do.
    annotated = next(node for node in tree.body if isinstance(node, ast.AnnAssign | ast.FunctionDef | ast.ClassDef))
    assert isinstance(annotated, ast.AnnAssign)
    assert "needs Python 3.11, 3.12 or 3.13" in ast.unparse(annotated)


def as_python(version: tuple[int, int], *arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Runs dev.py in a Python that takes itself for another version, on a machine with only `path` to look into."""
    code = f"import runpy, sys; sys.version_info = {(*version, 0)!r}; sys.argv = {['dev.py', *arguments]!r}; "
    code += f"runpy.run_path({str(ROOT / 'dev.py')!r}, run_name='__main__')"
    environment = {**os.environ, "PATH": str(path), "PYENV_ROOT": str(path)}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_an_unfit_python_says_so_in_one_line(version: tuple[int, int], tmp_path: Path) -> None:
    done = as_python(version, "--help", path=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("FastFace needs Python 3.11, 3.12 or 3.13")


@posix_only
@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_an_unfit_python_goes_on_as_one_that_fits(version: tuple[int, int], tmp_path: Path) -> None:
    name = "python{}.{}".format(*sys.version_info[:2])
    (tmp_path / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / name).chmod(0o755)
    done = as_python(version, "--help", path=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: python3 dev.py COMMAND")


def old_pythons() -> list[str]:
    pyenv = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
    found: list[str] = []
    for version in ("3.6", "3.7", "3.8", "3.9", "3.10"):
        commands = [shutil.which(f"python{version}"), *map(str, pyenv.glob(f"{version}.*/bin/python"))]
        for command in filter(None, commands):
            if subprocess.run([command, "-c", ""], capture_output=True).returncode == 0:
                found.append(command)
                break
    return found


def test_real_old_pythons_say_so_in_one_line(tmp_path: Path) -> None:
    pythons = old_pythons()
    if not pythons:
        pytest.skip("this machine has no older Python")
    for python in pythons:
        environment = {"PATH": "/nowhere", "PYENV_ROOT": str(tmp_path), "HOME": str(tmp_path)}
        done = subprocess.run([python, str(ROOT / "dev.py"), "run"], capture_output=True, text=True, env=environment)
        assert done.returncode == 1, python
        assert done.stderr.startswith("FastFace needs Python 3.11, 3.12 or 3.13"), python
        assert done.stderr.count("\n") == 1, python


# ---- What is written elsewhere about dev.py


def test_documented_commands_exist(dev: ModuleType) -> None:
    known = set(re.findall(r"^  (\w+)", dev.USAGE, re.MULTILINE))
    assert known == {"run", "test", "fix", "package", "setup"}
    for name in ("README.md", "docs/development.md"):
        named = set(re.findall(r"python3? dev\.py (\w+)", (ROOT / name).read_text(encoding="utf-8")))
        assert named, name
        assert named <= known, name


def test_debian_packages_are_the_same_everywhere(dev: ModuleType) -> None:
    packages = re.findall(r"=(\S+)", dev.QT_LIBRARIES)
    assert " ".join(packages) in (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    development = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    assert " ".join(packages) in development
    assert " ".join(re.findall(r"=(\S+)", dev.X_LIBRARIES)) in development

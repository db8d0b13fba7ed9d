#!/usr/bin/env python3
"""One command for people and for CI: sets FastFace up beside this file, then runs or tests it.

Knows which Python, which build of PyTorch and which system libraries FastFace needs. It uses the standard library
alone, and syntax that Python 3.6 can read, so that an old Python can find a newer one or say what is missing.
"""

import csv
import ctypes
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Iterator, NamedTuple, NoReturn, Sequence

# Python 2 stops at this line and shows it, which says what to do.
NEEDED: str = "FastFace needs Python 3.11, 3.12 or 3.13: install one of them and start again"
SUPPORTED = ((3, 11), (3, 12), (3, 13))

USAGE = """\
usage: python3 dev.py COMMAND

  run               make a picture from the example photo, and say where it lies
  run ARGUMENTS     the command line, for example: run generate --photo me.jpg --prompt "a person at the sea"
  run app           open the window
  test              format, lint, types, layers and tests, as CI does
  test ARGUMENTS    pytest alone, with these arguments
  fix               format, mend what lint can mend, bring translations up to date
  package bundle    make the program as a folder that needs no Python, dist/fastface, and try it: about 10 minutes
  package KIND      make an installer from that, and try it: deb, run, nsis or appimage
  setup             install or repair; the other commands do so themselves when it is needed

The first start installs everything into .venv beside this file: about 3 minutes and 2.5 GB, more with an NVIDIA GPU.
FASTFACE_TORCH chooses the build of PyTorch: cpu, cu126, cu130, a pip requirement, or the URL of a wheel or an index.
The choice is remembered; auto goes back to the build that fits the machine.
"""

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STATE = VENV / "fastface-setup.json"
LOG = VENV / "fastface-setup.log"
LOCK = ROOT / ".venv.lock"

TORCH = "2.13.0"
TORCH_INDEX = "https://download.pytorch.org/whl/"
PHOTO = str(ROOT / "examples" / "portrait.jpg")
EXAMPLE = ("generate", "--photo", PHOTO, "--prompt", "portrait of a person in a forest, watercolor")
CHECKS = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "lint": ("-m", "ruff", "check", "."),
    "types": ("-m", "basedpyright"),
    "layers": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-logo"),
}
FIXES = (
    ("-m", "ruff", "check", "--fix", "--exit-zero", "--quiet", "."),
    ("-m", "ruff", "format", "."),
    ("tools/translations.py",),
)
# Who only runs the program needs neither tests nor tools, which do not come for every system.
THE_PROGRAM = "desktop,credentials"
EVERYTHING = "desktop,credentials,test,dev"
# All tests, two files of them at a time: most of their time they wait, for the engine or another process.
# What takes long has a short form among them, and runs with `test -m slow`.
# It ends early where something that all tests need is broken, since each waits in vain for the window; and after a
# crash, since the tests of a process that began again are waited for without an end.
SIDE_BY_SIDE = ("-n2", "--dist=loadfile", "-m", "not slow", "--maxfail=30", "--max-worker-restart=0")
# What can be made, and the scripts that make it and try it.
PACKAGES = {
    "bundle": ("build.py", "smoke.py"),
    "deb": ("deb.py", "try_package.py deb"),
    "run": ("run.py", "try_package.py run"),
    "nsis": ("nsis.py", "try_package.py nsis"),
    "appimage": ("appimage.py", "try_package.py appimage"),
}

# Each library that Qt loads, and its Debian package; the second line is for a window on an X server.
QT_LIBRARIES = """
libEGL.so.1=libegl1 libGL.so.1=libgl1 libglib-2.0.so.0=libglib2.0-0 libfontconfig.so.1=libfontconfig1
libdbus-1.so.3=libdbus-1-3 libxkbcommon.so.0=libxkbcommon0"""
X_LIBRARIES = """
libxkbcommon-x11.so.0=libxkbcommon-x11-0 libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4
libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-shape.so.0=libxcb-shape0"""


def say(text: str) -> None:
    """Speaks on stderr: stdout belongs to the program that is run."""
    print(text, file=sys.stderr, flush=True)


def output_of(*command: str) -> str:
    """What a command prints; empty when it cannot be run or fails."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def become(command: Sequence[str]) -> NoReturn:
    """Hands this process over to the command: its output, signals and exit status are ours."""
    if os.name != "nt":
        os.execv(command[0], list(command))
    process = subprocess.Popen(command)
    while True:
        # Ctrl-C reaches the program too, and it is the one to decide.
        with suppress(KeyboardInterrupt):
            sys.exit(process.wait())


# ---- Which Python


def other_python() -> str:
    """The path of a Python on this machine that FastFace runs on, or an empty string."""
    pyenv = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
    for version in ("%d.%d" % pair for pair in SUPPORTED):
        installed = sorted(pyenv.glob(version + ".*/bin/python"))
        for command in (["python" + version], ["py", "-" + version], *([str(path)] for path in installed)):
            # It is asked for its version, because what is called python3.12 may be a shim for nothing.
            answer = output_of(*command, "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)")
            if answer.startswith(version + " "):
                return answer.split(" ", 1)[1]
    return ""


if sys.version_info[:2] not in SUPPORTED:
    fitting = other_python()
    if not fitting:
        say(f"{NEEDED}. This is %d.%d." % sys.version_info[:2])
        sys.exit(1)
    become([fitting, str(Path(__file__).resolve()), *sys.argv[1:]])

# ---- From here on, annotations may be modern.


class Failure(Exception):
    """A known problem: one sentence, and the next step."""


# ---- Which PyTorch


class Gpu(NamedTuple):
    driver: int
    capability: float | None


class TorchChoice(NamedTuple):
    """What pip is asked for, first and alone, and why, in the user's words."""

    arguments: list[str]
    why: str


def choose_torch(system: str, machine: str, wish: str, configured: str, gpu: Gpu | None) -> TorchChoice:
    """The build for a machine.

    Args:
        wish: what FASTFACE_TORCH says.
        configured: the local build, such as 2.13.0+cpu, that pip finds with the user's own configuration, or nothing.
    """
    if wish != "auto":
        return wished_torch(wish)
    if configured:
        return TorchChoice([f"torch=={TORCH}"], f"{configured}, because pip is configured with it")
    if system == "Darwin":
        if machine != "arm64":
            raise Failure("PyTorch is no longer made for Macs with an Intel processor. Use a Mac with Apple silicon.")
        return TorchChoice([f"torch=={TORCH}"], "the build for Apple silicon")
    if gpu is None:
        return indexed_torch("cpu", "no NVIDIA GPU was found")
    if gpu.driver < 528:
        return indexed_torch("cpu", f"NVIDIA driver {gpu.driver} is too old, 528 or newer is needed")
    # CUDA 13 needs driver 580 and no longer knows GPUs before Turing (7.5); CUDA 12.6 does not know Blackwell (10).
    if gpu.driver >= 580 and (gpu.capability is None or gpu.capability >= 7.5):
        return indexed_torch("cu130", "it fits the GPU and its driver")
    if gpu.capability is not None and gpu.capability >= 10:
        return indexed_torch("cpu", f"this GPU needs NVIDIA driver 580 or newer, and {gpu.driver} is installed")
    return indexed_torch("cu126", "it fits the GPU and its driver")


def indexed_torch(build: str, why: str) -> TorchChoice:
    # Only this index has the exact local version; what torch depends on comes from the usual one.
    arguments = [f"torch=={TORCH}+{build}", "--extra-index-url", TORCH_INDEX + build]
    return TorchChoice(arguments, f"{TORCH}+{build}, because {why}")


def wished_torch(wish: str) -> TorchChoice:
    why = "FASTFACE_TORCH asks for it"
    if re.fullmatch(r"cpu|xpu|cu\d+|rocm[\d.]+", wish):
        return indexed_torch(wish, why)
    if wish.startswith("https://") and not wish.endswith(".whl"):
        # Its dependencies follow in the second step, from the usual index.
        return TorchChoice([f"torch=={TORCH}", "--no-deps", "--index-url", wish], f"from {wish}, because {why}")
    if wish.endswith(".whl") or re.match(r"torch *[=<>~!@]", wish):
        return TorchChoice([wish], f"{wish}, because {why}")
    raise Failure(
        f"FASTFACE_TORCH is {wish!r}, which names no build of PyTorch. Use auto, cpu, cu126, cu130, "
        f"a pip requirement such as torch=={TORCH}, or the https URL of a wheel or an index."
    )


def find_gpu() -> Gpu | None:
    smi = shutil.which("nvidia-smi") or r"C:\Windows\System32\nvidia-smi.exe"
    # A driver that is too old to know compute_cap fails; its version alone decides then.
    queries = (f"--query-gpu={fields}" for fields in ("driver_version,compute_cap", "driver_version"))
    return next(filter(None, (parse_gpus(output_of(smi, query, "--format=csv,noheader")) for query in queries)), None)


def parse_gpus(answer: str) -> Gpu | None:
    """The most capable GPU of an answer with lines like `580.65.06, 9.0`."""
    lines = re.findall(r"^(\d+)[\d.]*(?:, *(\d+\.\d+))?", answer, re.MULTILINE)
    gpus = [Gpu(int(driver), float(capability) if capability else None) for driver, capability in lines]
    return max(gpus, key=lambda gpu: gpu.capability or 0, default=None)


def configured_torch() -> str:
    """The local build (a version with a plus) that pip's own configuration leads to; PyPI has none."""
    query = ("-m", "pip", "index", "versions", "torch", "--retries", "1")
    found = re.search(rf"\b{re.escape(TORCH)}\+\w+", output_of(str(VENV_PYTHON), *query))
    return found.group() if found else ""


# ---- What is installed


def fingerprint() -> str:
    """Everything that an installation depends on; when it changes, the next start installs again."""
    import tomllib

    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = ("dependencies", "optional-dependencies", "scripts", "gui-scripts", "entry-points")
    parts = [
        [document["project"].get(key) for key in project],
        document["tool"]["setuptools"]["package-dir"],
        (ROOT / "constraints.txt").read_text(encoding="utf-8"),
        [TORCH, TORCH_INDEX, str(ROOT), os.path.realpath(VENV_PYTHON)],
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def read_state() -> dict[str, str]:
    try:
        return json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_state(state: dict[str, str]) -> None:
    """All or nothing: half a file must not pass for a finished installation."""
    half = STATE.with_suffix(".part")
    half.write_text(json.dumps(state), encoding="utf-8")
    half.replace(STATE)


def wished_build() -> str:
    return os.environ.get("FASTFACE_TORCH") or read_state().get("torch", "auto")


def is_ready(extras: str = EVERYTHING) -> bool:
    """Whether what a command needs is installed: `extras` names the parts of pyproject.toml."""
    state = read_state()
    there = state.pop("extras", "").split(",")
    wanted = {"fingerprint": fingerprint(), "torch": wished_build()}
    return VENV_PYTHON.exists() and state == wanted and set(extras.split(",")) <= set(there)


def is_whole(dist_info: Path) -> bool:
    """Whether every file of an installed package is there; pip writes RECORD, with INSTALLER in it, last."""
    try:
        rows = list(csv.reader((dist_info / "RECORD").read_text(encoding="utf-8").splitlines()))
        # Bytecode is made again by pip, and then no longer what the wheel recorded.
        sizes = {dist_info.parent / name: int(size) for name, _, size in rows if size and not name.endswith(".pyc")}
        return any(path.name == "INSTALLER" for path in sizes) and all(
            path.stat().st_size == size for path, size in sizes.items()
        )
    except (OSError, ValueError):
        return False


def forget_damaged_packages() -> None:
    """Lets pip install again what a set-up that was killed left in pieces."""
    for site_packages in (*VENV.glob("lib/python*/site-packages"), VENV / "Lib" / "site-packages"):
        for folder in (*site_packages.glob("~*"), *site_packages.glob("*.dist-info")):
            if folder.name.startswith("~") or not is_whole(folder):
                shutil.rmtree(folder)


# ---- Installing


def call(*command: str, cwd: Path | None = None) -> int:
    """Runs a command with its output on stderr, if there is somebody to read it. It keeps the lock while it lives."""
    output = sys.stderr if sys.stderr.isatty() else subprocess.DEVNULL
    return subprocess.call(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, close_fds=os.name == "nt", cwd=cwd
    )


def pip_install(*arguments: str) -> None:
    options = ("--disable-pip-version-check", "--no-input", "--log", str(LOG), "-c", str(ROOT / "constraints.txt"))
    LOG.unlink(missing_ok=True)
    if call(str(VENV_PYTHON), "-m", "pip", "install", *options, *arguments, cwd=ROOT) != 0:
        raise explain(LOG.read_text(encoding="utf-8", errors="replace") if LOG.exists() else "")


def explain(log: str) -> Failure:
    """What pip's log says, in a sentence and a next step."""
    missing = re.search(r"(?:No matching distribution found for|ERROR: Cannot install) (\S+)", log)
    what = missing.group(1) if missing else "A package"
    if re.search(r"No space left on device|Errno 28\b|WinError 112\b", log):
        return Failure("The disk is full. Free some space and start again; what is installed already is kept.")
    if re.search(r"Retrying \(Retry|NewConnectionError|ReadTimeout|Max retries exceeded|ProxyError", log):
        return Failure(f"{what} could not be fetched, for want of an answer. Check the network and start again.")
    if missing:
        step = "Choose another with FASTFACE_TORCH" if what.startswith("torch") else "Try Python 3.11"
        return Failure(f"{what} is not to be had for this Python and system. {step}.")
    if re.search(r"Permission denied|WinError 5\b", log):
        return Failure(f"A file could not be written. Check who owns {VENV}, and start again.")
    tail = "\n".join(line.partition(" ")[2] for line in log.splitlines()[-15:])
    return Failure(f"{tail}\npip could not install everything. The whole story is in {LOG}.")


@contextmanager
def only_one() -> Iterator[None]:
    """One set-up at a time in this folder; a second one waits."""
    with LOCK.open("a") as file:
        # pip inherits the lock: it may outlive a dev.py that was killed, and nobody else may install meanwhile.
        os.set_inheritable(file.fileno(), True)
        if not try_lock(file):
            say("Another set-up is running in this folder; waiting for it.")
            while not try_lock(file):
                time.sleep(0.3)
        yield


def try_lock(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def install_packages(packages: Sequence[str]) -> str:
    """Installs Debian packages where that is allowed; otherwise returns what the user can do."""
    if not shutil.which("apt-get"):
        return "Install them with the system's package manager"
    if os.name == "posix" and os.geteuid() == 0:
        say(f"Installing Debian packages: {' '.join(packages)}")
        os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
        call("apt-get", "update")
        if call("apt-get", "install", "-y", "--no-install-recommends", *packages) == 0:
            return ""
    return f"Install them with: sudo apt-get install {' '.join(packages)}"


def install_libraries() -> None:
    """What Qt needs of a Linux system. The command line works without."""
    wanted = QT_LIBRARIES + (X_LIBRARIES if os.environ.get("DISPLAY") else "")
    missing: dict[str, str] = {}
    for library, package in (pair.split("=") for pair in wanted.split() if sys.platform.startswith("linux")):
        try:
            ctypes.CDLL(library)
        except OSError:
            missing[library] = package
    advice = install_packages(list(missing.values())) if missing else ""
    if advice:
        say(f"The window will not open: {', '.join(missing)} are missing. {advice}. Going on without them.")


def make_venv() -> None:
    version = output_of(str(VENV_PYTHON), "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])")
    pip_is_whole = any(is_whole(path) for path in VENV.glob("[Ll]ib/**/site-packages/pip-*.dist-info"))
    if pip_is_whole and version in ["%d.%d" % pair for pair in SUPPORTED]:
        return
    if importlib.util.find_spec("ensurepip") is None:
        advice = install_packages(["python{}.{}-venv".format(*sys.version_info[:2])])
        if advice:
            raise Failure(f"This Python has no venv module. {advice}, and start again.")
    if call(sys.executable, "-m", "venv", "--clear", str(VENV)) != 0:
        raise Failure(f"{VENV} could not be made. Check that the folder may be written and has space, and start again.")


def set_up(extras: str = EVERYTHING, *, again: bool = False) -> None:
    """Installs what is missing. It may be interrupted at any time: the next start goes on where it was."""
    with only_one():
        if is_ready(extras) and not again:
            return
        if read_state().get("extras", "") == EVERYTHING:
            extras = EVERYTHING  # what was there stays
        started = time.monotonic()
        say(f"Setting up FastFace in {VENV}, which takes about 3 minutes the first time")
        install_libraries()
        make_venv()
        forget_damaged_packages()
        build = wished_build()
        configured = configured_torch() if build == "auto" else ""
        torch = choose_torch(platform.system(), platform.machine(), build, configured, find_gpu())
        first, needed, free = not STATE.exists(), 12 if "+cu" in torch.why else 4, shutil.disk_usage(VENV).free / 1e9
        if first and free < needed:
            raise Failure(f"{free:.1f} GB are free here, {needed} are needed. Free some space and start again.")
        write_state({"torch": build, "extras": read_state().get("extras", "")})
        say(f"Installing PyTorch {torch.why}")
        pip_install(*torch.arguments)
        say("Installing everything else")
        pip_install("-e", f".[{extras}]")
        write_state({"fingerprint": fingerprint(), "torch": build, "extras": extras})
        say(f"Ready after {time.monotonic() - started:.0f} s")


# ---- The commands


def run(arguments: Sequence[str]) -> NoReturn:
    become([str(VENV_PYTHON.with_name("fastface.exe" if os.name == "nt" else "fastface")), *(arguments or EXAMPLE)])


def test(arguments: Sequence[str]) -> NoReturn:
    """All checks, pytest last, so that its closing line closes the output."""
    os.chdir(ROOT)
    failed: list[str] = []
    for name, check in {} if arguments else CHECKS.items():
        say(f"== {name}")
        started = time.monotonic()
        if subprocess.call([str(VENV_PYTHON), *check]) != 0:
            failed.append(name)
        say(f"== {name}: {'failed' if name in failed else 'passed'} in {time.monotonic() - started:.1f} s\n")
    say(f"== tests{', after these failed: ' + ', '.join(failed) if failed else ''}")
    tests = subprocess.call([str(VENV_PYTHON), "-m", "pytest", *(arguments or SIDE_BY_SIDE)])
    sys.exit(tests or bool(failed))


def fix() -> NoReturn:
    os.chdir(ROOT)
    sys.exit(max(subprocess.call([str(VENV_PYTHON), *command]) for command in FIXES))


def package(name: str) -> NoReturn:
    for script in PACKAGES[name]:
        name, *words = script.split()
        status = subprocess.call([str(VENV_PYTHON), str(ROOT / "packaging" / name), *words])
        if status != 0:
            sys.exit(status)
    sys.exit(0)


def main(arguments: Sequence[str]) -> int:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    if command in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    takes = {
        "run": True,
        "test": True,
        "fix": not rest,
        "setup": not rest,
        "package": len(rest) == 1 and rest[0] in PACKAGES,
    }
    if not takes.get(command):
        say(f"dev.py does not know {' '.join(arguments)!r}. See: python3 dev.py --help")
        return 2
    try:
        extras = THE_PROGRAM if command == "run" else EVERYTHING
        if command == "setup" or not is_ready(extras):
            set_up(extras, again=command == "setup")
        if command == "run":
            run(rest)
        if command == "test":
            test(rest)
        if command == "fix":
            fix()
        if command == "package":
            package(rest[0])
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("Stopped. The next start goes on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

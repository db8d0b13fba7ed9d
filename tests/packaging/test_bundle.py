"""The bundle's lists: what stays out is not missed, what goes in is there. The bundle itself is tried by smoke.py."""

import ast
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from fastface_core.engine import diagnosis

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"


@pytest.fixture(scope="module")
def contents() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PACKAGING)
        yield importlib.import_module("contents")


# ---- What stays out


def imported_names() -> set[str]:
    """Everything that our code imports, at the top or on the way."""
    found: set[str] = set()
    for package in ("fastface_core", "fastface_desktop"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                    found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_our_code_imports_nothing_that_is_left_out(contents: ModuleType) -> None:
    imported = imported_names()
    assert {"PySide6.QtWidgets", "torch", "transformers"} <= imported
    missed = {name for name in imported for out in contents.EXCLUDED if name == out or name.startswith(f"{out}.")}
    # Signing, work on several computers and compiled kernels are offered only where their packages are found.
    assert missed == {"c2pa", "ray", "triton", "triton.language"}


WITHOUT = """
import sys
excluded = set({excluded!r})
class Bundled:
    # Finds what another finder finds, as if the excluded modules were not installed.
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        return None if name in excluded else self.finder.find_spec(name, path, target)
sys.meta_path[:] = [Bundled(finder) for finder in sys.meta_path]
sys.argv = {words!r}
from {module} import main
sys.exit(main())
"""


def run_without_excluded(contents: ModuleType, module: str, *words: str) -> subprocess.CompletedProcess[str]:
    code = WITHOUT.format(excluded=contents.EXCLUDED, words=list(words), module=module)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_a_picture_is_made_without_what_is_left_out(contents: ModuleType, tmp_path: Path) -> None:
    photo = str(ROOT / "examples" / "portrait.jpg")
    words = ("fastface", "generate", "--photo", photo, "--prompt", "a person", "--out", str(tmp_path / "out"))
    done = run_without_excluded(contents, "fastface_core.cli", *words)
    assert done.returncode == 0, done.stderr
    assert [str(path) for path in (tmp_path / "out").iterdir()] == done.stdout.splitlines()


def test_the_window_opens_without_what_is_left_out(contents: ModuleType) -> None:
    done = run_without_excluded(contents, "fastface_desktop.__main__", "fastface-desktop", "--exit-after-show")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/torch_shm_manager",
        "torch/testing/_internal/common_utils.py",
        "torch/lib/libtorch_cpu.so",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platforms/libqminimal_unlike.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/Qt/plugins/platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/plugins/sqldrivers/qsqlite.dll",
        "PySide6/Qt/translations/qtbase_de.qm",
        "insightface/data/objects/meanshape_68.pkl",
        "libgssapi_krb5.so.2",
        "numpy/f2py/__init__.pyi",
        "resources/translations/fastface_de.qm",
        "resources/starter/pack.json",
        "torch-2.13.0.dist-info/METADATA",
        "torch-2.13.0.dist-info/RECORD",
    ],
)
def test_what_is_needed_is_kept(contents: ModuleType, place: str) -> None:
    assert contents.kept(place)


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/protoc",
        "torch\\include\\torch\\torch.h",
        "torch/test/test_ops",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/platforms/libqminimal.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlpsql.so",
        "PySide6/Qt/translations/qtbase_fr.qm",
        "PySide6/Qt/plugins/wayland-graphics-integration-server/libqt-wayland-compositor-shm-emulation-server.so",
        "torch-2.13.0.dist-info/licenses/third_party/gloo/LICENSE",
        "cv2/qt/plugins/platforms/libqxcb.so",
        "insightface/data/images/t1.jpg",
        "libcudart.so.12",
        "nvidia/cuda_runtime/lib/libcudart.so.12",
        "libstdc++.so.6",
        "libgcc_s.so.1",
        "skimage/io/tests/test_io.py",
        "fastface_desktop-0.1.0.dist-info/direct_url.json",
        "resources/presets/__pycache__/x.pyc",
    ],
)
def test_what_nobody_reads_is_dropped(contents: ModuleType, place: str) -> None:
    assert not contents.kept(place)


def test_every_file_of_the_program_is_kept(contents: ModuleType) -> None:
    files = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    assert len(files) > 20
    assert [path for path in files if not contents.kept(path.relative_to(ROOT).as_posix())] == []


def test_libraries_that_only_others_need_go_with_them(contents: ModuleType) -> None:
    linked = {
        "PySide6/Qt/plugins/platforms/libqxcb.so": {"libX11.so.6", "libc.so.6"},
        "libX11.so.6": {"libXau.so.6"},
        "libXau.so.6": set[str](),
        "libgtk-3.so.0": {"libpango-1.0.so.0", "libX11.so.6"},
        "libpango-1.0.so.0": {"libgtk-3.so.0"},
        "numpy/_core/_multiarray.so": set[str](),
    }
    optional = [place for place in linked if contents.is_optional(place, owned="/" in place)]
    assert optional == ["libX11.so.6", "libXau.so.6", "libgtk-3.so.0", "libpango-1.0.so.0"]
    assert linked.keys() - contents.needed(linked, optional) == {"libgtk-3.so.0", "libpango-1.0.so.0"}


@pytest.mark.parametrize(
    ("place", "owned", "optional"),
    [
        ("PySide6/Qt/lib/libQt6EglFSDeviceIntegration.so.6", True, True),
        ("opencv_python.libs/libQt5XcbQpa-bb93e554.so.5.15.19", True, True),
        ("torch/lib/libtorch_global_deps.so", True, False),
        ("onnxruntime/capi/libonnxruntime_providers_shared.so", True, False),
        ("libpython3.11.so.1.0", False, False),
        # Qt looks for it when a connection is made.
        ("libssl.so.3", False, False),
        ("libatk-1.0.so.0", False, True),
        ("python3.11/lib-dynload/_ssl.so", False, False),
    ],
)
def test_which_libraries_are_there_only_for_others(
    contents: ModuleType, place: str, owned: bool, optional: bool
) -> None:
    assert contents.is_optional(place, owned) is optional


def test_links_are_followed_within_the_bundle(contents: ModuleType) -> None:
    assert contents.target("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6") == "PySide6/Qt/lib/libQt6Core.so.6"
    assert contents.target("a/b/lib.so", "../lib.so.1") == "a/lib.so.1"


# ---- What goes in


def test_what_else_is_installed_stays_out(contents: ModuleType) -> None:
    """Another environment makes no other bundle: other tools' libraries are taken by those that look for them."""
    required = contents.required()
    # Directly, through others, and through the window's own list.
    assert {"torch", "numpy", "markdown-it-py", "scikit-image", "pyside6-essentials"} <= required
    assert not required & {"pytest", "hypothesis", "ruff", "pyinstaller"}
    assert {"pytest", "_pytest", "ruff", "xdist"} <= set(contents.EXCLUDED)
    assert not {"torch", "yaml", "PIL", "cv2", "shiboken6"} & set(contents.EXCLUDED)


def test_versions_that_are_asked_for_go_in(contents: ModuleType) -> None:
    for name in contents.METADATA:
        assert metadata.version(name)
    assert {contents.plain(name) for name in diagnosis.LIBRARIES} <= {
        contents.plain(name) for name in contents.METADATA
    }


def test_metadata_goes_in_only_with_its_package(contents: ModuleType) -> None:
    inside = {"PyYAML", "importlib_metadata", "fastface-desktop"}
    assert not contents.stray_metadata("pyyaml-6.0.3.dist-info/METADATA", inside)
    assert not contents.stray_metadata("importlib_metadata-10.2.0.dist-info/RECORD", inside)
    assert not contents.stray_metadata("fastface_desktop-0.1.0.dist-info\\entry_points.txt", inside)
    assert contents.stray_metadata("pytest-9.2.0.dist-info/METADATA", inside)
    assert not contents.stray_metadata("torch/version.py", inside)


def test_files_lead_to_their_distributions(contents: ModuleType) -> None:
    import numpy
    import yaml

    owner = contents.owners()
    sources = [numpy.__file__, yaml.__file__, str(Path(__file__))]
    assert contents.distributions(sources, owner) == {"numpy", "PyYAML"}
    only_metadata = [path for path, name in owner.items() if name == "rich" and ".dist-info" in path]
    assert only_metadata
    assert contents.distributions(only_metadata, owner) == set()


class Recipe:
    """PyInstaller's part while the recipe is read: takes what it is given, and analyses nothing."""

    def __init__(self) -> None:
        self.programs: list[str] = []
        self.given: dict[str, Any] = {}

    def analyse(self, scripts: list[str], **given: Any) -> SimpleNamespace:
        self.given = {"scripts": scripts, **given}
        files: list[tuple[str, str, str]] = []
        for source, folder in given["datas"]:
            path = Path(source)
            for file in [path] if path.is_file() else (one for one in path.rglob("*") if one.is_file()):
                place = folder if path.is_dir() else os.path.normpath(folder)
                inner = file.relative_to(path).as_posix() if path.is_dir() else file.name
                files.append((f"{place}/{inner}", str(file), "DATA"))
        numpy = next(path for path, name in self.owner().items() if name == "numpy" and path.endswith("/version.py"))
        pure = [("numpy.version", numpy, "PYMODULE")]
        return SimpleNamespace(pure=pure, binaries=[], datas=files, scripts=[("start", scripts[0], "PYSOURCE")])

    def owner(self) -> dict[str, str]:
        return importlib.import_module("contents").owners()

    def program(self, *parts: Any, name: str, **_: Any) -> str:
        self.programs.append(name)
        self.given["options"] = [part for part in parts if part == [("u", None, "OPTION")]]
        return name

    def collect(self, *parts: Any, **_: Any) -> None:
        self.given["collected"] = parts


def test_the_recipe_takes_resources_modules_and_entry_points(contents: ModuleType, tmp_path: Path) -> None:
    recipe = Recipe()
    work = tmp_path / "work"
    work.mkdir()
    names = {
        "SPECPATH": str(PACKAGING),
        "workpath": str(work),
        "Analysis": recipe.analyse,
        "PYZ": list,
        "EXE": recipe.program,
        "COLLECT": recipe.collect,
    }
    before = Path.cwd()
    try:
        exec(compile((PACKAGING / "fastface.spec").read_text(encoding="utf-8"), "fastface.spec", "exec"), names)
    finally:
        os.chdir(before)
    assert recipe.programs == (["fastface", "fastface-desktop"] if os.name == "nt" else ["fastface"])
    assert recipe.given["options"], "what is written into a pipe has to arrive at once"
    assert Path(recipe.given["scripts"][0]) == PACKAGING / "start.py"

    assert {"fastface_core", "fastface_core.engine.engine", "fastface_desktop.__main__"} <= set(contents.own_modules())
    assert set(contents.own_modules()) <= set(recipe.given["hiddenimports"])

    _, binaries, datas = recipe.given["collected"]
    assert binaries == []
    files = {place: Path(source) for place, source, _ in datas}
    resources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert {place for place in resources if "__pycache__" not in place} <= files.keys()
    assert {"resources/face/detector.onnx", "resources/face/mesh.onnx"} <= files.keys()
    entry_points = next(
        source for place, source in files.items() if place.endswith("/entry_points.txt") and "fastface" in place
    )
    assert "[fastface.app]\ndesktop = fastface_desktop.__main__:main" in entry_points.read_text(encoding="utf-8")
    assert not [place for place in files if place.endswith("direct_url.json")]
    # Of these alone the stand-in for an analysis found files.
    infos = {place.partition("-")[0] for place in files if ".dist-info/" in place}
    assert infos == {"numpy", "insightface", "fastface_desktop"}


# ---- Where it starts


def start(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.argv = {[name, *words]!r}; "
    code += f"exec(open({str(PACKAGING / 'start.py')!r}, encoding='utf-8').read())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


def test_the_name_decides_which_program_it_is() -> None:
    assert start("/opt/Fast Face/fastface", "--version").stdout.startswith("FastFace 0.")
    assert start("/usr/bin/fastface-desktop", "--version").stdout.startswith("FastFace Desktop 0.")
    assert start("fastface-desktop.exe", "--version").stdout.startswith("FastFace Desktop 0.")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such variables")
@pytest.mark.parametrize(
    ("environment", "letters"), [({}, "C.UTF-8"), ({"LC_ALL": "C"}, ""), ({"LC_CTYPE": "C.UTF-8"}, "C.UTF-8")]
)
def test_an_empty_locale_knows_all_letters(environment: dict[str, str], letters: str) -> None:
    code = f"import os, runpy; runpy.run_path({str(PACKAGING / 'start.py')!r})['know_all_letters'](); "
    code += "print(os.environ.get('LC_CTYPE', ''))"
    # Python does the same by itself, but not inside a bundle.
    everything = {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", **environment}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=everything, timeout=60)
    assert done.stdout.strip() == letters, done.stderr


# ---- Whether two are the same


def test_two_bundles_are_compared_by_bytes_permissions_and_links(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "same").write_bytes(b"same")
        (tmp_path / name / "bytes").write_bytes(b"1")
        (tmp_path / name / "mode").write_bytes(b"m")
        (tmp_path / name / "link").symlink_to("bytes")

    def compare() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(PACKAGING / "same.py"), str(tmp_path / "one"), str(tmp_path / "two")]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert compare().stdout == "4 of 4 files are the same in both.\n"
    assert compare().returncode == 0
    two = tmp_path / "two"
    (two / "bytes").write_bytes(b"2")
    (two / "mode").chmod(0o600)
    (two / "link").unlink()
    (two / "link").symlink_to("mode")
    (two / "new").touch()
    found = compare()
    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        "differs: bytes",
        "differs: link",
        "differs: mode",
        f"only in {two}: new",
        "1 of 5 files are the same in both.",
    ]

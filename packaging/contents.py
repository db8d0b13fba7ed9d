"""What goes into the bundle and what stays out: plain lists for the recipe `fastface.spec`, and for its tests."""

import csv
import importlib.util
import os
import posixpath
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
NAME = "fastface"
"""The folder of the bundle, and its command line."""

WINDOW = "fastface-desktop"
"""The program in the bundle that opens the window."""

OWN_PACKAGES = ("fastface_core", "fastface_desktop")

METADATA = (
    "accelerate",
    "diffusers",
    "filelock",
    "huggingface_hub",
    "importlib_metadata",
    "insightface",
    "numpy",
    "onnxruntime",
    "packaging",
    "peft",
    "pillow",
    "PyYAML",
    "regex",
    "requests",
    "safetensors",
    "tokenizers",
    "torch",
    "tqdm",
    "transformers",
)
"""Whose versions are asked for at run time. Where one is missing, diffusers fails or gives classes that do nothing."""

QT_MODULES_LEFT_OUT = (
    "Qt3DAnimation",
    "Qt3DCore",
    "Qt3DExtras",
    "Qt3DInput",
    "Qt3DLogic",
    "Qt3DRender",
    "QtCharts",
    "QtDesigner",
    "QtHelp",
    "QtMultimedia",
    "QtMultimediaWidgets",
    "QtPdf",
    "QtPdfWidgets",
    "QtQml",
    "QtQuick",
    "QtQuickControls2",
    "QtQuickWidgets",
    "QtTest",
    "QtUiTools",
    "QtWebEngineCore",
    "QtWebEngineQuick",
    "QtWebEngineWidgets",
)


def _others(package: str, kept: Collection[str]) -> tuple[str, ...]:
    """The packages inside a folder of an installed library, but for some; nothing is imported for that."""
    top, _, inner = package.partition(".")
    spec = importlib.util.find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return ()
    folder = Path(spec.submodule_search_locations[0], *inner.split("."))
    found = (path.parent.name for path in folder.glob("*/__init__.py"))
    return tuple(f"{package}.{name}" for name in sorted(found) if name not in kept)


def required() -> set[str]:
    """The distributions that the program requires, directly or through others, by their plain names."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    to_see = [Requirement(text) for text in (*about["dependencies"], *about["optional-dependencies"]["desktop"])]
    found: dict[str, set[str]] = {}
    while to_see:
        wanted = to_see.pop()
        name, extras = plain(wanted.name), {"", *wanted.extras}
        new = extras - found.setdefault(name, set())
        found[name] |= new
        try:
            more = [Requirement(text) for text in metadata.requires(wanted.name) or ()] if new else []
        except metadata.PackageNotFoundError:  # for another system
            continue
        to_see += [one for one in more if one.marker is None or any(one.marker.evaluate({"extra": x}) for x in new)]
    return set(found)


def _not_required() -> tuple[str, ...]:
    """Modules of installed distributions that the program does not require: another environment makes no other bundle.

    Libraries look for many others, and take what they find.
    """
    needed = required() | {"fastface-desktop"}
    owners_of = metadata.packages_distributions()
    return tuple(sorted(module for module, owners in owners_of.items() if not needed & set(map(plain, owners))))


def plain(name: str) -> str:
    """Names of distributions as they are compared (PyPA, name normalisation)."""
    return re.sub(r"[-_.]+", "-", name).lower()


EXCLUDED = (
    *_not_required(),
    # Architectures and pipelines of others: hundreds, of which a few are imported on the way to a picture.
    *_others(
        "transformers.models",
        ("auto", "bloom", "clip", "dinov2_with_registers", "encoder_decoder", "siglip", "vit", "vit_mae"),
    ),
    *_others("diffusers.pipelines", ("stable_diffusion", "stable_diffusion_xl")),
    # insightface aligns faces with it, and needs nothing else.
    *_others("skimage", ("_shared", "_vendored", "measure", "transform", "util")),
    "scipy.cluster",
    "scipy.datasets",
    "scipy.fftpack",
    "scipy.io",
    "scipy.odr",
    "scipy.signal",
    # Other libraries look for these and do without.
    "IPython",
    "PyQt5",
    "PyQt6",
    "PySide2",
    # 53 MB of machine code, which comes without the texts of its parts' licences. Signing wants an installation by pip.
    "c2pa",
    "imageio",
    "jax",
    "matplotlib",
    "onnx.backend.test",
    "pandas",
    # A cluster wants an installation by pip on each of its computers.
    "ray",
    "sklearn",
    "tensorboard",
    "tensorflow",
    "tifffile",
    "tkinter",
    "torch.utils.tensorboard",
    "torchaudio",
    "torchvision",
    "triton",
    # Another way to fetch from the hub than ours.
    "hf_xet",
    # Tools of development.
    "PyInstaller",
    "_pytest",
    "hypothesis",
    "pip",
    "py",
    "pytest",
    "pytestqt",
    "setuptools",
    # Their libraries are under the GPL.
    "_gdbm",
    "readline",
    *(f"PySide6.{name}" for name in QT_MODULES_LEFT_OUT),
)
"""Modules that are never imported on the way to a window or a picture."""

_DROPPED = tuple(
    re.compile(pattern)
    for pattern in (
        r"torch/(include|test)/",
        # What torch's own tests link against.
        r"torch/lib/lib(torchbind_test|jitbackend_test|backend_with_compiler|aoti_custom_ops)\.so$",
        # The manager of shared memory is started by torch itself.
        r"torch/bin/(?!torch_shm_manager$)",
        r"PySide6/Qt/plugins/(designer|egldeviceintegrations|generic|qmllint|qmltooling|vectorimageformats)/",
        # For programs that are a screen, with names too long for Windows.
        r"PySide6/Qt/plugins/wayland-graphics-integration-server/",
        r"PySide6/Qt/plugins/platforms/libq(eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc)\.so$",
        r"PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin\.so$",
        r"PySide6/Qt/plugins/platformthemes/libqgtk3\.so$",
        # Its decoder of PDF needs a module that is left out.
        r"PySide6/Qt/plugins/imageformats/(libqpdf\.so|qpdf\.dll)$",
        r"PySide6/Qt/plugins/sqldrivers/(?!(lib)?qsqlite\.)",
        # English and German are what the program speaks.
        r"PySide6/Qt/translations/(?!qt(base)?_(de|en)\.qm$)",
        r"(.*/)?libcudart[.\d]*\.so[.\d]*$",
        # A driver of the system may need newer ones than those of the machine that built the bundle.
        r"(libstdc\+\+|libgcc_s)\.so[.\d]*$",
        # The windows of these libraries, and their sample photos.
        r"cv2/qt/",
        r"insightface/(app/privateframe|data/images|gui)/",
        r"(numpy|scipy|skimage|sympy|networkx|mpmath)/(.*/)?tests/",
        r"(.*/)?__pycache__/",
        # Their texts stand in THIRD_PARTY_LICENSES.txt, without torch's paths of 200 letters, which Windows refuses.
        r"[^/]+\.dist-info/(licen[cs]es|license_files)/",
        # Where and by whom a package was installed.
        r"[^/]+\.dist-info/(direct_url\.json|INSTALLER|REQUESTED)$",
    )
)
"""Files, by their places in the bundle, that nothing here reads."""

STRIPPED = ("libpython*.so*", "torch/lib/*.so")
"""Libraries with tables for debuggers, a quarter of torch's size, by patterns of their places."""

LONGEST_PATH = 110
"""Letters of the longest path in the bundle: with a user's folder before it, Windows allows 260."""

LARGEST = 1_100_000_000
"""Bytes that the bundle may have with torch for the CPU."""


def kept(place: str) -> bool:
    """Whether a file belongs into the bundle.

    Args:
        place: its path below the bundle's inner folder, with either kind of slash.
    """
    path = place.replace("\\", "/")
    return not any(pattern.match(path) for pattern in _DROPPED)


def own_modules() -> list[str]:
    """The names of all modules of the program."""
    files = (path for package in OWN_PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files)


def needed(binaries: Mapping[str, Collection[str]], optional: Collection[str]) -> set[str]:
    """The binaries that are not optional, and the optional ones that they need, directly or through others.

    Args:
        binaries: each binary's place in the bundle, and the file names of the libraries it is linked with.
        optional: the places of those that are there only for others; a plugin that was left out leaves some behind.
    """
    named: dict[str, set[str]] = {}
    for place in optional:
        named.setdefault(place.rpartition("/")[2], set()).add(place)
    found = binaries.keys() - set(optional)
    to_see = list(found)
    while to_see:
        for library in binaries[to_see.pop()]:
            new = named.get(library, set()) - found
            found |= new
            to_see += new
    return found


def is_optional(place: str, owned: bool) -> bool:
    """Whether a binary is there only because others are linked with it.

    Args:
        owned: whether it belongs to an installed distribution, and not to the system.
    """
    if owned:
        return place.startswith(("PySide6/Qt/lib/", "opencv_python.libs/"))
    # Python itself starts from its library, and Qt looks for OpenSSL at run time.
    return "/" not in place and not place.startswith(("libpython", "libssl", "libcrypto"))


def target(place: str, link: str) -> str:
    """Where a link at a place in the bundle leads to, as a place in the bundle."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), link))


def owners() -> dict[str, str]:
    """The distribution that each installed file belongs to, by the file's absolute path, links not followed."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        # A hundred thousand lines: `distribution.files` would make objects of each.
        base, name = str(distribution.locate_file("")), distribution.name
        for row in csv.reader((distribution.read_text("RECORD") or "").splitlines()):
            found[os.path.normpath(os.path.join(base, row[0]))] = name  # noqa: PTH118
    return found


def distributions(sources: Iterable[str], owner: dict[str, str]) -> set[str]:
    """The distributions that any of the source files belongs to; metadata alone does not count."""
    code = (source for source in sources if ".dist-info" not in source)
    return {owner[path] for path in map(os.path.normpath, code) if path in owner}


def stray_metadata(place: str, inside: Iterable[str]) -> bool:
    """Whether a file is the metadata of a distribution that is not in the bundle: what a hook found by chance."""
    match = re.match(r"(?P<name>[^/\\]+)-[^-/\\]+\.dist-info[/\\]", place)
    return match is not None and plain(match["name"]) not in {plain(name) for name in inside}

"""The licences of everything inside the bundle: whether they allow it, and their texts in one file.

Knows three kinds of sources: installed distributions, Python itself, and libraries of the Linux system that built it.
"""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePath
from typing import Literal

import contents

_HERE = Path(__file__).resolve().parent
_TEXTS = _HERE / "licences"
_APACHE = contents.ROOT / "LICENSE"
_LGPL = (_TEXTS / "LGPL-3.0.txt", _TEXTS / "GPL-3.0.txt")

STATED_ELSEWHERE = {"insightface": "MIT"}
"""Distributions whose metadata names no licence, and the licence that their projects name."""

TEXTS_ELSEWHERE = {
    "flatbuffers": (_APACHE,),
    "insightface": (_TEXTS / "insightface-MIT.txt",),
    "pyside6-essentials": _LGPL,
    "shiboken6": _LGPL,
    "tokenizers": (_APACHE,),
}
"""The texts for distributions that come without one."""

SYSTEM_LIBRARIES = {
    name: licence
    for licence, names in {
        "AFL-2.1 OR GPL-2.0-or-later": "libdbus",
        "Apache-2.0": "libcrypto libssl",
        "BSD-2-Clause": "liblz4",
        "BSD-3-Clause": "libbsd libmd libpcre2 libuuid",
        "BSD-3-Clause OR GPL-2.0-only": "libcap libzstd",
        "FTL OR GPL-2.0-or-later": "libfreetype",
        "HPND": "libfontconfig",
        "LGPL-2.1-or-later": "libblkid libgcrypt libgio libglib libgmodule libgobject libgpg libgthread libkeyutils"
        " libmount libsystemd",
        "MIT": "libICE libSM libX11 libXau libXdmcp libXext libbrotlicommon libbrotlidec libcom_err libexpat libffi"
        " libgssapi_krb5 libk5crypto libkrb5 libkrb5support libxcb libxkbcommon",
        "Public domain": "liblzma libselinux libsqlite3",
        "Zlib": "libz",
        "bzip2-1.0.6": "libbz2",
        "libpng-2.0": "libpng16",
    }.items()
    for name in names.split()
}
"""Libraries of the Linux system that may be in the bundle, by what comes before the first "-" or "." of their files'
names, and the licences of these libraries (their source packages hold programs under others as well)."""

_FORBIDDEN = re.compile(r"\bA?GPL|Affero|(?<!Lesser )General Public License")
_TEXT_FILE = re.compile(r"(licen[cs]e|copying|notice|third-?party)", re.IGNORECASE)


Kind = Literal["pypi", "system", "tool"]


class LicenceError(Exception):
    """Something in the bundle may not be passed on, or its licence is not known; one line for each."""


@dataclass(frozen=True)
class Part:
    """One piece of other people's work.

    Attributes:
        name: with its version.
        licence: as it is stated, in a few words.
        texts: files that have to travel with it.
        kind: where it comes from: the index of Python packages, the Linux system, or the tools that build.
    """

    name: str
    licence: str
    texts: tuple[Path, ...]
    kind: Kind = "pypi"

    @property
    def plain_name(self) -> str:
        return self.name.rpartition(" ")[0]

    @property
    def version(self) -> str:
        return self.name.rpartition(" ")[2]


def stated(distribution: metadata.Distribution) -> str:
    """The licence that a distribution's metadata names, in one line; empty where it names none."""
    about = distribution.metadata
    classifiers = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or [] if "License ::" in line]
    # The field "License" sometimes holds the whole text, whose other licences are those of its notices.
    fields = [*(about.get_all("License-Expression") or []), *(about.get_all("License") or []), ""]
    first = fields[0].split("\n", 1)[0]
    says = first not in ("", "UNKNOWN", "Files: *") and not first.startswith("Copyright")
    named = first if says else " AND ".join(classifiers)
    return named or STATED_ELSEWHERE.get(contents.plain(distribution.name), "")


def allows(licence: str) -> bool:
    """Whether a licence goes together with Apache-2.0: neither GPL nor AGPL, and known at all.

    LGPL is fine, as such libraries are loaded dynamically and unchanged, and can be replaced in the bundle's folder.
    """
    return any(text.strip() and not _FORBIDDEN.search(text) for text in re.split(r"\bOR\b", licence))


def part(name: str) -> Part:
    """A distribution's licence and texts.

    Raises:
        LicenceError: the licence does not allow it, or no text is known.
    """
    distribution = metadata.distribution(name)
    licence = stated(distribution)
    if not allows(licence):
        raise LicenceError(f"{name}: its licence is {licence or 'not stated'}")
    files = [file for file in distribution.files or () if _is_text(file)]
    texts = [Path(str(distribution.locate_file(file))) for file in files]
    texts += TEXTS_ELSEWHERE.get(contents.plain(name), ())
    if not texts:
        raise LicenceError(f"{name}: it comes without the text of its licence, {licence}")
    return Part(f"{distribution.name} {distribution.version}", licence, tuple(texts))


def _is_text(file: PurePath) -> bool:
    in_licences = ".dist-info" in str(file) and "licenses" in file.parts
    return in_licences or (
        _TEXT_FILE.match(file.name) is not None
        and file.suffix.lower() in ("", ".txt", ".md", ".rst", ".apache", ".bsd")
    )


def _python() -> Part:
    text = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if not text.is_file():
        text = Path(f"/usr/share/doc/python{sys.version_info[0]}.{sys.version_info[1]}/copyright")
    return Part("Python {}.{}.{}".format(*sys.version_info[:3]), "PSF-2.0", (text,), "tool")


def _is_pythons(file: Path) -> bool:
    return file.name.startswith("libpython") and file.is_relative_to(Path(sys.base_prefix).resolve())


def _starter() -> Part:
    """PyInstaller's program that starts Python: GPL with an exception for everything that is built with it."""
    distribution = metadata.distribution("pyinstaller")
    texts = [Path(str(distribution.locate_file(file))) for file in distribution.files or () if _is_text(file)]
    licence = "GPL-2.0-or-later WITH Bootloader-exception, which allows any licence for the program it starts"
    return Part(f"PyInstaller's bootloader {distribution.version}", licence, tuple(texts), "tool")


def _system_part(file: Path) -> Part:
    """A library of the system.

    Raises:
        LicenceError: it is not on the list of known ones, or its text is not on this system.
    """
    licence = SYSTEM_LIBRARIES.get(re.split(r"[-.]", file.name)[0])
    if licence is None:
        raise LicenceError(f"{file}: a library of the system whose licence is not on the list in licences.py")
    # The packages' files are listed by the folders of old, which are links today.
    for path in (str(file), str(file).removeprefix("/usr"), f"/usr{file}", str(file.resolve())):
        done = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True)
        if done.returncode == 0:
            package = done.stdout.split(":", 1)[0]
            version = subprocess.run(
                ["dpkg-query", "--show", "--showformat", "${Version}", package],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            about = Path("/usr/share/doc") / package / "copyright"
            return Part(f"{package} {version}", licence, (about, *_common(about)), "system")
    raise LicenceError(f"{file}: the package that it belongs to is not known, nor the text of its licence")


def _common(about: Path) -> list[Path]:
    """The texts that a Debian copyright file refers to."""
    named = re.findall(r"/usr/share/common-licenses/([A-Za-z]+(?:-[\d.]*\d)?)", about.read_text(encoding="utf-8"))
    return [
        path for path in (Path("/usr/share/common-licenses") / name for name in sorted(set(named))) if path.is_file()
    ]


def parts(sources: Iterable[str]) -> list[Part]:
    """Everything that the source files of a bundle belong to, the program itself apart.

    Raises:
        LicenceError: all that must not be in it, a line each.
    """
    owner = contents.owners()
    own = [contents.ROOT / folder for folder in (*contents.OWN_PACKAGES, "build", "packaging", "resources")]
    python = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    names: set[str] = set()
    found = {_python(), _starter()}
    problems: set[str] = set()
    for source in filter(os.path.isabs, sources):
        path = Path(os.path.normpath(source))
        if str(path) in owner:
            names.add(owner[str(path)])
        elif not any(path.is_relative_to(folder) for folder in (*own, *python)) and not _is_pythons(path):
            try:
                found.add(_system_part(path))
            except LicenceError as error:
                problems.add(str(error))
    for name in sorted(names - {"fastface-desktop", "pyinstaller"}):
        try:
            found.add(part(name))
        except LicenceError as error:
            problems.add(str(error))
    if problems:
        raise LicenceError("\n".join(sorted(problems)))
    return sorted(found, key=lambda one: one.name.lower())


def document(found: Sequence[Part]) -> str:
    """One text with every part, its licence, and each different licence text once."""
    lines = [
        "FastFace Desktop is under the Apache License 2.0; see LICENSE beside this file.",
        "It comes with the work of others, listed here; the texts of their licences follow.",
        "Qt and PySide6 are used unchanged under the LGPL, as libraries in the folder _internal/PySide6 that may be",
        "replaced by other builds of them. Their sources are at https://download.qt.io/official_releases/.",
        "",
        *(f"{one.name}: {one.licence}" for one in found),
    ]
    users: dict[str, list[str]] = {}
    for one in found:
        for path in one.texts:
            text = path.read_text(encoding="utf-8", errors="replace").strip()
            users.setdefault(text, []).append(f"{one.name} ({path.name})")
    for text, names in users.items():
        lines += ["", "=" * 100, *sorted(set(names)), "=" * 100, text]
    return "\n".join(lines) + "\n"

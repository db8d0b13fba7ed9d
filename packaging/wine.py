"""Tries the installer for Windows and its launcher under Wine, with a stand-in for the program.

    .venv/bin/python packaging/wine.py

Needs makensis with stubs for 64 bits, as Debian's has, and wine64. The stand-in's programs are compiled by NSIS as
well: one ends well or not, the other writes down that it was started and does what the window does once it is drawn.
Installed below a folder with spaces, an umlaut and a Chinese character in its path: the first time, over an older
version, and with a version that does not start; started, changed to a new version, taken back; removed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nsis
import screen

_PATIENCE = 300
_FOLDER = Path("drive_c", "Zoë Müller 大", "Programme", "FastFace")
_TARGET = "amd64-unicode"


def program(name: str) -> str | None:
    """Where one of Wine's programs is; Debian gives them an ending."""
    return shutil.which(name) or shutil.which(f"{name}-stable")


class Wrong(Exception):
    """What did not go as it should, in a sentence."""


class Windows:
    """A prefix of Wine's, and what is installed in it."""

    def __init__(self, folder: Path, display: str) -> None:
        self.folder = folder
        self.prefix = folder / "prefix"
        self.root = self.prefix / _FOLDER
        self.environment = {
            **os.environ,
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "DISPLAY": display,
            # In which letters Wine writes names of files.
            "LC_ALL": "C.UTF-8",
            # Neither its own browser nor .NET are needed.
            "WINEDLLOVERRIDES": "mscoree=;mshtml=",
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(program("wine")), *words],
            env=self.environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
        )

    def settle(self) -> None:
        """Waits until no program of the prefix runs any more."""
        subprocess.run([str(program("wineserver")), "--wait"], env=self.environment, timeout=_PATIENCE, check=True)

    def place(self) -> str:
        """The installation's folder, as Windows calls it."""
        return "C:\\" + "\\".join(_FOLDER.parts[1:])

    def bundle(self, release: str, *, starts: bool = True, draws: bool = True) -> Path:
        """A stand-in for a bundle: the two programs, and a file whose name is not plain."""
        bundle = self.folder / f"bundle-{release}"
        if bundle.exists():
            return bundle
        (bundle / "_internal" / "Größe 大").mkdir(parents=True)
        (bundle / "_internal" / "Größe 大" / "a.txt").write_text(release, encoding="utf-8")
        for name, right in (("fastface", starts), ("fastface-desktop", draws)):
            nsis.compile_script(
                nsis.SCRIPTS / "stand-in.nsi",
                OUT=str(bundle / f"{name}.exe"),
                KIND=name.replace("-", "_"),
                RELEASE=release,
                RIGHT=str(int(right)),
                TARGET=_TARGET,
            )
        return bundle

    def install(self, release: str, *, starts: bool = True) -> int:
        """Runs the installer without a word; how it ended."""
        target = self.folder / f"setup-{release}.exe"
        nsis.make(self.bundle(release, starts=starts), target, release, "zlib", _TARGET)
        done = self.run(str(target), "/S")
        self.settle()
        return done.returncode

    def start(self) -> str:
        """Starts the window as its shortcut does; the versions that were started."""
        said = self.root / "started.txt"
        said.unlink(missing_ok=True)
        self.run(f"{self.place()}\\FastFace.exe")
        self.settle()
        return said.read_text(encoding="utf-8").split("\n")[0].strip() if said.exists() else ""

    def current(self) -> str:
        return (self.root / "current").read_text(encoding="utf-8").strip()

    def versions(self) -> set[str]:
        return {path.name for path in (self.root / "versions").iterdir()}

    def registered(self) -> bool:
        key = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\FastFace"
        return self.run("reg", "query", key).returncode == 0

    def shortcuts(self) -> list[Path]:
        return list(self.prefix.rglob("FastFace.lnk"))


def expect(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise Wrong(f"{what}: {found!r} and not {wanted!r}")


def installed(windows: Windows) -> str:
    # Where it is to lie. NSIS's own /D takes no quotes, which Wine puts around a word with spaces.
    windows.run("reg", "add", "HKCU\\Software\\FastFace", "/v", "Folder", "/d", windows.place(), "/f")
    expect(windows.install("1.0.0"), 0, "the installer ended")
    expect(windows.current(), "1.0.0", "in use")
    text = windows.root / "versions" / "1.0.0" / "_internal" / "Größe 大" / "a.txt"
    expect(text.read_text(encoding="utf-8"), "1.0.0", "a file inside")
    expect(windows.registered(), True, "among the installed programs")
    expect(len(windows.shortcuts()), 1, "shortcuts")
    expect(windows.start(), "1.0.0", "started")
    return f"below {windows.place()}, in the start menu and among the programs; the launcher starts it"


def updated(windows: Windows) -> str:
    """As the program installs an update: beside, with its name in `next`."""
    for release, draws in (("2.0.0", True), ("3.0.0", False)):
        shutil.copytree(windows.bundle(release, draws=draws), windows.root / "versions" / release)
        (windows.root / "next").write_text(f"{release}\n", encoding="utf-8")
        windows.start()
        expect(windows.current(), "2.0.0", "in use")
        expect((windows.root / "next").exists(), False, "`next` is there")
    expect((windows.root / "next.failed").read_text(encoding="utf-8").strip(), "3.0.0", "taken back")
    expect(windows.start(), "2.0.0", "started")
    return "the new version is taken once it has drawn its window, and one that does not is taken back"


def over_the_old_one(windows: Windows) -> str:
    (windows.root / "mine.txt").write_text("mine", encoding="utf-8")
    expect(windows.install("4.0.0"), 0, "the installer ended")
    expect((windows.current(), windows.versions()), ("4.0.0", {"4.0.0"}), "in use and there")
    expect(windows.install("4.0.0"), 0, "the installer ended")
    expect((windows.current(), windows.versions()), ("4.0.0", {"4.0.0"}), "in use and there")
    windows.install("5.0.0", starts=False)
    expect(windows.current(), "4.0.0", "in use")
    expect(windows.start(), "4.0.0", "started")
    return "an older one and the same one are replaced; one that does not start leaves the old one"


def removed(windows: Windows) -> str:
    windows.run(f"{windows.place()}\\uninstall.exe", "/S")
    windows.settle()
    left = {path.name for path in windows.root.iterdir()} - {"started.txt"}
    expect(left, {"mine.txt"}, "left")
    expect(windows.registered(), False, "among the installed programs")
    expect(windows.shortcuts(), [], "shortcuts")
    return "nothing is left but what somebody else put there"


def main() -> int:
    for name in ("wine", "wineserver", "makensis"):
        if program(name) is None:
            print(f"There is no {name}; on Debian: apt-get install wine64 wine nsis xvfb", file=sys.stderr)
            return 1
    with tempfile.TemporaryDirectory(prefix="fastface-wine-", ignore_cleanup_errors=True) as name:
        with screen.shown() as shown:
            windows = Windows(Path(name), shown.display)
            windows.run("wineboot", "--init")
            windows.settle()
            version = windows.run("--version").stdout.strip()
            for check in (installed, updated, over_the_old_one, removed):
                what = check.__name__.replace("_", " ")
                try:
                    print(f"ok    {what}: {check(windows)}", flush=True)
                except (Wrong, OSError, nsis.NsisError, subprocess.SubprocessError) as problem:
                    print(f"BAD   {what}: {problem}")
                    return 1
        print(f"With {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

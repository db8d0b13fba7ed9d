"""Tries the built bundle as someone would who has neither Python nor this checkout, and writes down what it measures.

    .venv/bin/python packaging/smoke.py [FOLDER] [--write]

FOLDER is the bundle, dist/fastface without it. It is copied into a folder with spaces and umlauts, made read-only, and
run with an empty environment, an empty home and, where the system allows it, no network. With `--write` the sizes and
times go into docs/packaging.md.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import contents
import inspection
import licences
import report
import screen
from away import Away, Done, in_bundle, run_source

PHOTO = contents.ROOT / "examples" / "portrait.jpg"
HEIC = contents.ROOT / "tests" / "data" / "faces" / "turned.heic"
PROMPT = "portrait of a person in a forest, watercolor"
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
SEEN = contents.ROOT / "build" / "bundle" / "window.png"
_PATIENCE = 120


class Wrong(Exception):
    """What a check found, in a sentence."""


class NotTried(Exception):
    """Why a check cannot be made on this machine."""


def expect(right: bool, what: str, done: Done | None = None) -> None:
    if not right:
        raise Wrong(f"{what}\n{done}" if done else what)


def quietly(done: Done) -> Done:
    """Ended well, without a word on stderr."""
    expect(done.code == 0, f"it ended with {done.code}", done)
    expect(done.stderr == "", "it complained", done)
    return done


# ---- What lies there


def every_resource(away: Away) -> str:
    source = contents.ROOT / "resources"
    files = [
        path.relative_to(source) for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    for file in files:
        copy = in_bundle(away, "resources", str(file))
        expect(
            copy.is_file() and copy.read_bytes() == (source / file).read_bytes(), f"resources/{file} is not the same"
        )
    return f"{len(files)} files"


def every_own_module(away: Away) -> str:
    frozen = {name for name, _ in inspection.modules(away.bundle / contents.NAME)}
    own = set(contents.own_modules())
    expect(own <= frozen, f"missing: {sorted(own - frozen)}")
    return f"{len(own)} of {len(frozen)}"


def no_paths_of_this_machine(away: Away) -> str:
    words = tuple(str(path).encode() for path in (contents.ROOT, Path(sys.prefix)))
    found = inspection.holders(away.bundle, words)
    expect(not found, f"{contents.ROOT} is in {found[:10]}")
    return "none"


def short_paths(away: Away) -> str:
    paths = [path.relative_to(away.bundle).as_posix() for path in away.bundle.rglob("*")]
    longest = max(paths, key=len)
    expect(len(longest) <= contents.LONGEST_PATH, f"{longest} has {len(longest)} letters")
    return f"{len(longest)} letters at most"


def small_enough(away: Away) -> str:
    size = inspection.size(away.bundle).bytes
    expect(size <= contents.LARGEST, f"{size / 1e6:.0f} MB are more than {contents.LARGEST / 1e6:.0f}")
    return f"{size / 1e6:.0f} MB"


def bill_of_materials(away: Away) -> str:
    listed = json.loads((away.bundle / "fastface.cdx.json").read_text(encoding="utf-8"))
    names = {one["name"] for one in listed["components"]}
    expect({"torch", "PySide6_Essentials", "Python"} <= names, f"only {sorted(names)}")
    return f"{len(names)} components"


def libraries_of_the_system(away: Away) -> str:
    if sys.platform != "linux":
        raise NotTried("only on Linux is it known what every desktop has")
    found = inspection.foreign_libraries(away.bundle)
    expect(not found, f"not in the bundle: {found}")
    return "only what every Linux desktop has"


def links_lead_somewhere(away: Away) -> str:
    broken = inspection.broken_links(away.bundle)
    expect(not broken, f"broken: {broken[:10]}")
    return "all"


def licences_inside(away: Away) -> str:
    expect((away.bundle / "LICENSE").read_bytes() == (contents.ROOT / "LICENSE").read_bytes(), "LICENSE differs")
    text = (away.bundle / "THIRD_PARTY_LICENSES.txt").read_text(encoding="utf-8")
    listed = re.findall(r"^([^\s:][^:\n]* [\w.+~:-]+): (.+)$", text.split("=" * 100)[0], re.MULTILINE)
    for name, licence in listed:
        expect(licences.allows(licence) or name.startswith("PyInstaller"), f"{name}: {licence}")
    names = {name.rpartition(" ")[0] for name, _ in listed}
    expect({"Python", "torch", "PySide6_Essentials", "insightface", "numpy"} <= names, f"only {sorted(names)}")
    return f"{len(listed)} parts"


def certificates(away: Away) -> str:
    text = in_bundle(away, "certifi", "cacert.pem").read_text(encoding="utf-8")
    expect(text.count("BEGIN CERTIFICATE") > 50, "too few certificates")
    expect(any(in_bundle(away, "PySide6").rglob("*opensslbackend*")), "Qt cannot do TLS")
    return f"{text.count('BEGIN CERTIFICATE')}"


# ---- The command line


def version(away: Away) -> str:
    expected = re.search(r'__version__ = "(.+)"', (contents.ROOT / "fastface_core" / "__init__.py").read_text())
    assert expected is not None
    done = quietly(away.run(contents.NAME, "--version"))
    expect(done.stdout == f"FastFace {expected[1]}\n", f"it says {done.stdout!r}")
    window = quietly(away.run(contents.WINDOW, "--version"))
    expect(window.stdout == f"FastFace Desktop {expected[1]}\n", f"the window says {window.stdout!r}")
    return expected[1]


def link_from_elsewhere(away: Away) -> str:
    """As an installer puts it on the search path."""
    for program in (contents.NAME, contents.WINDOW):
        link = away.work / program
        link.symlink_to(away.bundle / program)
        done = quietly(away.run(str(link), "--version"))
        expect(
            done.stdout.startswith("FastFace Desktop " if program == contents.WINDOW else "FastFace 0"),
            "the other",
            done,
        )
    return "both names"


def doctor(away: Away) -> str:
    done = away.run(contents.NAME, "doctor", "--json")
    expect(done.code == 0, "something is wrong", done)
    answer = json.loads(done.stdout)
    expect(answer["ok"] is True, "it is not content", done)
    checks = {check["name"]: check for check in answer["checks"]}
    expect(str(away.home) in checks["Models folder"]["detail"], "its folders are not in the home", done)
    return f"{len(checks)} checks, {checks['torch']['detail']}"


def presets(away: Away) -> str:
    done = away.run(contents.NAME, "presets", "list")
    expect(done.code == 0, "it failed", done)
    names = [path.stem for path in (contents.ROOT / "resources" / "presets").glob("*.json")]
    expect(all(name in done.stdout for name in names), "one is missing", done)
    return f"{len(names)}"


def example_portrait(away: Away) -> str:
    import numpy as np
    from PIL import Image

    photo = away.work / "Jürgen groß.jpg"
    shutil.copy(PHOTO, photo)
    words = ("generate", "--photo", str(photo), "--prompt", PROMPT, "--seed", "7", "--out")
    done = away.run(contents.NAME, *words, str(away.work / "Bilder"))
    expect(done.code == 0 and done.stdout.count("\n") == 1, "no picture was made", done)
    picture = done.stdout.strip()
    expect(Path(picture).parent == away.work / "Bilder", f"it lies at {picture}")
    # Quietly missing parts would show as other pixels.
    source = run_source(away, *words, str(away.work / "source"))
    expect(source.code == 0, "the source makes no picture", source)
    with Image.open(picture) as frozen, Image.open(source.stdout.strip()) as unfrozen:
        expect("fastface" in frozen.info, "it holds no recipe")
        frozen_pixels, pixels = np.asarray(frozen, dtype=np.int16), np.asarray(unfrozen, dtype=np.int16)
    expect(frozen_pixels.std() > 10, "it is one flat colour")
    difference = int(np.abs(frozen_pixels - pixels).max())
    expect(difference <= 2, f"it differs by {difference} of 255 from what the source makes")
    return f"{frozen_pixels.shape[1]}x{frozen_pixels.shape[0]}, at most {difference}/255 from what the source makes"


def heic_photo(away: Away) -> str:
    """It shows a face that lies on its side: a photo that could not be read would be answered with another sentence."""
    photo = away.work / "IMG 0001.HEIC"
    shutil.copy(HEIC, photo)
    done = away.run(contents.NAME, "generate", "--photo", str(photo), "--prompt", PROMPT)
    expect(done.code == 1 and f'No face was found in "{photo.name}".' in done.stderr, "it was not read", done)
    return "read"


def output_arrives_at_once(away: Away) -> str:
    words = ["--photo", str(PHOTO), "--prompt", PROMPT, "--count", "2", "--out", str(away.work / "Bilder")]
    process = away.start(contents.NAME, "generate", *words)
    assert process.stdout is not None
    first = process.stdout.readline()
    alive = process.poll() is None
    rest, complaints = process.communicate(timeout=_PATIENCE * 5)
    expect(first.endswith(".png\n") and rest.count(".png\n") == 1, f"it wrote {first!r}, {rest!r}, {complaints!r}")
    expect(alive, "the first picture's path came only with the end")
    return "the first path comes before the second picture"


def known_errors(away: Away) -> str:
    broken = away.work / "kaputt.jpg"
    broken.write_bytes(PHOTO.read_bytes()[:3000])
    for photo in (away.work / "weg.jpg", broken):
        done = away.run(contents.NAME, "generate", "--photo", str(photo), "--prompt", PROMPT)
        expect(done.code == 1 and done.stdout == "" and 2 <= done.stderr.count("\n") <= 3, "not in a sentence", done)
        expect("Traceback" not in done.stderr, "a trace", done)
    done = away.run(contents.NAME, "generat")
    expect(done.code == 2, "an unknown command was taken", done)
    return "a sentence each"


# ---- The window


def window_offscreen(away: Away) -> str:
    quietly(away.run(contents.WINDOW, "--exit-after-show", environment=OFFSCREEN))
    return "drawn and closed"


def window_on_x(away: Away) -> str:
    """Drawn on an X server, looked at there, and closed on request; what was seen lies in `SEEN` afterwards."""
    if shutil.which("Xvfb") is None:
        raise NotTried("there is no Xvfb")
    with screen.shown() as shown:
        process = away.start(contents.WINDOW, environment={"DISPLAY": shown.display})
        try:
            picture = shown.drawn(process)
        finally:
            process.terminate()
            output, complaints = process.communicate(timeout=_PATIENCE)
    expect(process.returncode == 0 and not complaints, f"{process.returncode}: {output!r} {complaints!r}")
    SEEN.parent.mkdir(parents=True, exist_ok=True)
    picture.save(SEEN)
    return f"drawn, in {SEEN.relative_to(contents.ROOT)}, and closed"


def window_without_a_screen(away: Away) -> str:
    if sys.platform != "linux":
        raise NotTried("only Linux runs without a screen")
    done = away.run(contents.WINDOW)
    expect(done.code == 1 and done.stderr.count("\n") == 1, "not in a sentence", done)
    return done.stderr.partition(".")[0]


def fastface_app(away: Away) -> str:
    """The command finds the window by its entry point."""
    quietly(away.run(contents.NAME, "app", "--exit-after-show", environment=OFFSCREEN))
    return "drawn and closed"


def window_with_its_engine(away: Away) -> str:
    """The window stays open while its thread imports torch, and closes when the system asks it to."""
    if sys.platform != "linux":
        raise NotTried("only Linux tells which libraries a process has loaded")
    process = away.start(contents.WINDOW, str(PHOTO), environment=OFFSCREEN)
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and "libtorch_python" not in Path(f"/proc/{process.pid}/maps").read_text():
        expect(time.monotonic() < deadline, "torch was not loaded")
        time.sleep(0.05)
    alive = process.poll() is None
    process.terminate()
    output, complaints = process.communicate(timeout=_PATIENCE)
    written = (
        path for path in away.home.rglob("*") if path.is_file() and "log" in path.relative_to(away.home).as_posix()
    )
    logs = "".join(path.read_text(encoding="utf-8") for path in written)
    expect(alive and process.returncode == 0 and not complaints, f"{process.returncode}: {output!r} {complaints!r}")
    expect("Traceback" not in logs, logs)
    return "loaded while the window was open, closed on request"


# ---- Afterwards


def nothing_written_inside(away: Away) -> str:
    """Compared with the bundle it was copied from."""
    original = sorted(str(path.relative_to(away.original)) for path in away.original.rglob("*"))
    now = sorted(str(path.relative_to(away.bundle)) for path in away.bundle.rglob("*"))
    expect(now == original, f"new: {sorted(set(now) - set(original))[:10]}")
    return "read-only for everybody" if away.locked else "nothing new"


CHECKS: tuple[Callable[[Away], str], ...] = (
    every_resource,
    every_own_module,
    no_paths_of_this_machine,
    short_paths,
    small_enough,
    bill_of_materials,
    libraries_of_the_system,
    links_lead_somewhere,
    licences_inside,
    certificates,
    version,
    link_from_elsewhere,
    doctor,
    presets,
    example_portrait,
    heic_photo,
    output_arrives_at_once,
    known_errors,
    window_offscreen,
    window_on_x,
    window_without_a_screen,
    fastface_app,
    window_with_its_engine,
    nothing_written_inside,
)


def try_all(away: Away, checks: Sequence[Callable[[Away], str]] = CHECKS) -> bool:
    """Makes all checks and prints a line for each; whether none failed."""
    right = True
    for check in checks:
        name = check.__name__.replace("_", " ")
        try:
            print(f"ok    {name}: {check(away)}", flush=True)
        except NotTried as reason:
            print(f"--    {name}: not tried, {reason}", flush=True)
        except (Wrong, subprocess.SubprocessError, OSError, ValueError) as problem:
            right = False
            print(f"BAD   {name}: {problem}", flush=True)
    return right


def main() -> int:
    parser = argparse.ArgumentParser(description="Tries a bundle.")
    parser.add_argument("bundle", nargs="?", type=Path, default=contents.ROOT / "dist" / contents.NAME)
    parser.add_argument("--write", action="store_true", help="write sizes and times into docs/packaging.md")
    options = parser.parse_args()
    if not (options.bundle / contents.NAME).exists():
        print(f"There is no bundle in {options.bundle}. Make one with: python3 dev.py package bundle", file=sys.stderr)
        return 1
    return run(options.bundle, write=options.write)


def run(bundle: Path, *, write: bool) -> int:
    """Tries a bundle and, to `write` it down, measures it; 0 where nothing is wrong."""
    with tempfile.TemporaryDirectory(prefix="fastface-") as folder:
        away = Away(bundle.resolve(), Path(folder).resolve())
        try:
            print("Without network and read-only" if away.locked else "With network: this system cannot cut it off")
            right = try_all(away)
            if right and write:
                text = report.measured(away)
                print(f"\n{text}")
                report.write(text)
        finally:
            away.make_removable()
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())

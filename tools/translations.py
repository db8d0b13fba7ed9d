"""Brings the translations up to date: what the program says, into the .ts files, and those into what Qt loads.

    python tools/translations.py [--check]

Run it after a text was added or changed, then translate what it counts as unfinished (in Qt Linguist, or in the .ts
file itself) and run it again. `--check` writes nothing, and exits with 1 where something would change.

The window's own texts are found by lupdate. The core speaks English and knows no Qt: its sentences are read from the
source, with `%1`, `%2` for what is filled in, and go into the context "core". The list of them,
`core_sentences.json`, is what `fastface_desktop.translation` recognises them by.
"""

import argparse
import ast
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
SENTENCES = FOLDER / "core_sentences.json"
LANGUAGES = ("de",)

# The modules whose sentences the window can come to show; what only the command line says stays English.
# What the window says itself goes through lupdate.
_CORE = (
    "fastface_core/*.py",
    "fastface_core/batch/*.py",
    "fastface_core/compare/*.py",
    "fastface_core/domain/*.py",
    "fastface_core/engine/*.py",
    "fastface_core/engine/adapters/**/*.py",
    "fastface_core/engine/twin/light.py",
    "fastface_core/engine/twin/networks.py",
    "fastface_core/evaluation/people.py",
    "fastface_core/evaluation/prompts.py",
    "fastface_core/evaluation/searching.py",
    "fastface_core/health/*.py",
    "fastface_core/library/**/*.py",
    "fastface_core/models/**/*.py",
    "fastface_core/pictures/*.py",
    "fastface_core/presets/*.py",
    "fastface_core/runtime/*.py",
    "fastface_core/studio/*.py",
    "fastface_core/updates/*.py",
    "fastface_desktop/*.py",
    "fastface_desktop/state/**/*.py",
    "fastface_desktop/worker/**/*.py",
)
# What is said before there is a window.
_NOT_CORE = (
    "fastface_core/health/diagnostics.py",
    "fastface_desktop/__main__.py",
)
_BUGS = {"AssertionError", "FileNotFoundError", "KeyError", "RuntimeError", "TypeError", "ValueError"}
# Not said by themselves, and so short that they would be found in what somebody has written.
_NOT_SAID = {"{} of {}", "Bearer {}", "Not said", "{} on {} {}", "{}, built {}{}", "{}, {}, made by {}"}
# Said only inside another sentence, after "because of" or a colon.
_REASON = re.compile(
    r"^(is 1|are \{\}|it|its|only|this|the [A-Za-z ]+ (is|has)|not a|a part (is|has|of)|(two )?parts) .*[a-z}]$"
)
_SENTENCE = re.compile(r'^["{A-Z].*[A-Za-z`"}][.]?$', re.DOTALL)
_CODE = re.compile(r"[\[\]<>=|\n]|[a-z]_[a-z]|%s|^[A-Z]{4,}\b|^FastFace|--?\w+=")


def template(node: ast.AST) -> str | None:
    """The text of a string or f-string, each hole as `{}`."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _silent(tree: ast.AST) -> set[int]:
    """The parts of a module that nobody reads: docstrings, the pieces of f-strings, the texts of bugs."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            found |= {id(part) for part in node.values}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BUGS:
            found |= {id(part) for part in ast.walk(node)}
    return found


def _spoken(text: str) -> bool:
    letters = re.sub(r"\{\}", "", text)
    if " " not in text.strip() or not re.search(r"[a-z]{2}", letters) or _CODE.search(letters):
        return False
    return bool(_SENTENCE.match(text) or _REASON.match(text))


def core_sentences() -> list[str]:
    """Every sentence that the core and the state can say, with `%1`, `%2` ... in place of what is filled in."""
    found: set[str] = set()
    for pattern in _CORE:
        for file in sorted(ROOT.glob(pattern)):
            if file.relative_to(ROOT).as_posix().startswith(_NOT_CORE):
                continue
            tree = ast.parse(file.read_text(encoding="utf-8"))
            silent = _silent(tree)
            texts = (template(node) for node in ast.walk(tree) if id(node) not in silent)
            found |= {numbered(text) for text in texts if text and text not in _NOT_SAID and _spoken(text)}
    return sorted(found | set(_titles()))


def _titles() -> Iterator[str]:
    """Names and descriptions in the data that ships: of presets, and of what can be installed and its terms."""
    for file in sorted((ROOT / "resources" / "presets").glob("*.json")):
        preset = json.loads(file.read_text(encoding="utf-8"))
        yield from (preset[key] for key in ("title", "description") if preset.get(key))
    yield json.loads((ROOT / "resources" / "starter" / "pack.json").read_text(encoding="utf-8"))["title"]
    for kind, keys in {
        "bundles": ("title", "purpose"),
        "components": ("title",),
        "licences": ("title", "meaning"),
    }.items():
        listed = json.loads((ROOT / "resources" / "models" / f"{kind}.json").read_text(encoding="utf-8"))[kind]
        yield from (one[key] for one in listed for key in keys)


def numbered(text: str) -> str:
    count = iter(range(1, 100))
    return re.sub(r"\{\}", lambda _: f"%{next(count)}", text)


def update(folder: Path) -> int:
    """Writes everything into `folder`, starting from the .ts files that lie there.

    Returns:
        how many texts are not translated.
    """
    sentences = core_sentences()
    (folder / SENTENCES.name).write_text(json.dumps(sentences, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished = 0
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "core.py"
        lines = (f"QCoreApplication.translate('core', {json.dumps(text, ensure_ascii=False)})" for text in sentences)
        listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
        sources = [str(file) for file in sorted((ROOT / "fastface_desktop").rglob("*.py"))]
        for language in LANGUAGES:
            ts = folder / f"fastface_{language}.ts"
            options = ("-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language)
            _qt("lupdate", *options, *sources, str(listed), "-ts", str(ts))
            # A program that runs has the file mapped into its memory: it keeps the old one.
            made = ts.with_suffix(".new")
            _qt("lrelease", "-silent", str(ts), "-qm", str(made))
            made.replace(ts.with_suffix(".qm"))
            unfinished += len(ET.parse(ts).findall(".//translation[@type='unfinished']"))
    return unfinished


def _qt(program: str, *arguments: str) -> None:
    # PySide's own starters of these programs ask for a terminal's settings; the programs lie beside them.
    folder = Path(PySide6.__file__).parent
    found = next(
        path for path in (folder / program, folder / f"{program}.exe", folder / "Qt/libexec" / program) if path.exists()
    )
    done = subprocess.run([str(found), *arguments], capture_output=True, text=True)
    if done.returncode != 0 or "error" in done.stderr.lower():
        sys.exit(f"{program}: {done.stdout}{done.stderr}")


def stale(folder: Path) -> list[str]:
    """The files that are not what they would be if they were made now; their names."""
    with tempfile.TemporaryDirectory() as scratch:
        names = [SENTENCES.name, *(f"fastface_{language}{kind}" for language in LANGUAGES for kind in (".ts", ".qm"))]
        for name in names:
            if (folder / name).exists():
                (Path(scratch) / name).write_bytes((folder / name).read_bytes())
        update(Path(scratch))
        return [
            name
            for name in names
            if not (folder / name).exists() or (Path(scratch) / name).read_bytes() != (folder / name).read_bytes()
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Brings the translations up to date.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where something would change")
    if parser.parse_args().check:
        old = stale(FOLDER)
        print("\n".join(f"{name} is out of date" for name in old) or "up to date")
        return bool(old)
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"{update(FOLDER)} texts are not translated yet")
    return 0


if __name__ == "__main__":
    sys.exit(main())

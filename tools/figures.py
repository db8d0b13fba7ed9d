"""The shape of the code in numbers: `python tools/figures.py [FOLDER]`.

Counts lines by package, long files, signals and callbacks whose type is `object`, private attributes that tests reach
into, and circles of modules that import one another. FOLDER is a checkout, by default this one.
"""

import argparse
import ast
import re
from collections import Counter
from pathlib import Path

PACKAGES = ("fastface_core", "fastface_desktop", "tests", "tools", "benchmarks", "packaging")
LONG = 400
_SIGNAL = re.compile(r"= Signal\([^)]*\bobject\b")
_RESULT = re.compile(r"\b(?:result|found|answer): object\b")
_PRIVATE = re.compile(r"\b(?!self\b|cls\b)\w+\._[a-z]\w*")


def sources(root: Path, package: str) -> dict[Path, str]:
    """The text of each module of a package."""
    return {path: path.read_text(encoding="utf-8") for path in sorted((root / package).rglob("*.py"))}


def imports(root: Path, modules: dict[str, str]) -> dict[str, set[str]]:
    """What each module imports of the others when it is loaded."""
    found: dict[str, set[str]] = {}
    for name, text in modules.items():
        wanted: set[str] = set()
        for node in ast.parse(text).body:
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                inside = (f"{node.module}.{one.name}" for one in node.names)
                wanted |= {one for one in (node.module, *inside) if one in modules}
            elif isinstance(node, ast.Import):
                wanted |= {one.name for one in node.names if one.name in modules}
        found[name] = wanted - {name}
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import one another, by Tarjan's algorithm for strongly connected components."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in graph[name]:
            if other not in order:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], order[other])
        if low[name] == order[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in graph:
        if name not in order:
            visit(name)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints the shape of the code in numbers.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    root: Path = parser.parse_args().folder
    modules: dict[str, str] = {}
    for package in PACKAGES:
        files = sources(root, package)
        lengths = [len(text.splitlines()) for text in files.values()]
        over = sum(length > LONG for length in lengths)
        flat = sum(path.parent == root / package for path in files)
        print(f"{package}: {sum(lengths)} lines, {len(files)} files, {flat} at its root, {over} over {LONG} lines")
        if package.startswith("fastface"):
            modules |= {".".join(path.relative_to(root).with_suffix("").parts): text for path, text in files.items()}
    desktop = sources(root, "fastface_desktop").values()
    counts: Counter[str] = Counter()
    for text in desktop:
        counts["signals that carry `object`"] += len(_SIGNAL.findall(text))
        counts["results typed `object`"] += len(_RESULT.findall(text))
        counts["isinstance(result, ...)"] += text.count("isinstance(result,")
    counts["private accesses in tests"] = sum(len(_PRIVATE.findall(text)) for text in sources(root, "tests").values())
    for what, count in counts.items():
        print(f"{what}: {count}")
    groups = circles(imports(root, modules))
    print(f"circles of modules: {len(groups)}", *groups, sep="\n  ")


if __name__ == "__main__":
    main()

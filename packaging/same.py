"""Says which files of two bundles differ, byte by byte: whether one commit gives the same bundle twice.

    .venv/bin/python packaging/same.py FOLDER OTHER

Exit status 1 where anything differs.
"""

import argparse
import filecmp
import sys
from pathlib import Path


def files(bundle: Path) -> set[str]:
    """Every file and link below the bundle, as paths with forward slashes."""
    return {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_symlink() or path.is_file()}


def equal(one: Path, two: Path) -> bool:
    """Whether two files have the same bytes and permissions, or two links the same target."""
    if one.is_symlink() or two.is_symlink():
        return one.is_symlink() and two.is_symlink() and one.readlink() == two.readlink()
    return one.stat().st_mode == two.stat().st_mode and filecmp.cmp(one, two, shallow=False)


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares two bundles.")
    parser.add_argument("one", type=Path)
    parser.add_argument("two", type=Path)
    options = parser.parse_args()
    for folder in (options.one, options.two):
        if not folder.is_dir():
            parser.error(f"{folder} is no folder. Name the folder of a bundle, such as dist/fastface.")
    here, there = files(options.one), files(options.two)
    differing = sorted(name for name in here & there if not equal(options.one / name, options.two / name))
    for name in differing:
        print(f"differs: {name}")
    for name in sorted(here ^ there):
        print(f"only in {options.one if name in here else options.two}: {name}")
    print(f"{len(here & there) - len(differing)} of {len(here | there)} files are the same in both.")
    return 1 if differing or here != there else 0


if __name__ == "__main__":
    sys.exit(main())

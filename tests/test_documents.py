"""The documents for contributors name files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("", "fastface_core", "fastface_desktop", "fastface_desktop/ui")
"""What paths in the documents begin at."""


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_paths_lead_to_files(document: str) -> None:
    paths = re.findall(
        r"`((?:\.\./)?[a-z_]+(?:/[a-z_]+)+(?:\.[a-z]+|/)?)`", (ROOT / document).read_text(encoding="utf-8")
    )
    assert len(paths) > 5
    assert [path for path in paths if not _is_there(path.removeprefix("../"))] == []


def _is_there(path: str) -> bool:
    """In CONTRIBUTING paths are below `fastface_core`, in the architecture often without their ending."""
    return any((ROOT / place / name).exists() for place in PLACES for name in (path, f"{path}.py"))

"""What was meant by a name under which there is no file: an address of the web, or the input."""

import re
from pathlib import Path

_ADDRESS = re.compile(r"([a-z][a-z0-9+.\-]{1,20}):/|(data):", re.IGNORECASE)
_DRIVES = frozenset({"file"})


def meant(path: Path) -> tuple[str, str] | None:
    """A sentence and a next step for a name that is no file's; None where it may be one that is absent."""
    text = path.as_posix()
    if text == "-":
        return "A file has to be named: nothing is read from the input.", "Save it to a file, and give its name."
    if (found := _ADDRESS.match(text)) is None:
        return None
    if (found[1] or "").lower() in _DRIVES:
        return "An address that begins with file: is no name of a file.", "Leave out what comes before the path."
    return "An address of the web is no file.", "Download it to this computer, and give the file's name."

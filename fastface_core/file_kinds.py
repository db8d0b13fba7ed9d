"""What a file is that should hold weights, and is something else: told from its first bytes, whatever its name.

Many are there because a download went wrong: a web page, the pointer of a repository, an answer of a server.
"""

import re
from dataclasses import dataclass
from pathlib import Path

_HEAD = 2048
_SHORTEST = 8
"""Fewer letters than these may be any bytes."""
_FETCH = "Download the file itself, and not the page or the pointer that stands for it."
_AS_IT_IS = "Choose a model file as .safetensors."


@dataclass(frozen=True, slots=True)
class Kind:
    """Another kind of file.

    Attributes:
        reason: what it is, in words that go after a colon.
        hint: the next step, one sentence.
    """

    reason: str
    hint: str


ARCHIVE = Kind("it is an archive", "Unpack it, and choose the model file that is in it.")
_PAGE = Kind("it is a web page", _FETCH)
_LFS = Kind(
    "it is a pointer of Git LFS, and not the file that it stands for",
    "Fetch the file itself with: git lfs pull. Or download it from its page.",
)
_GGML = Kind("it is a GGML file, whose weights are packed for other programs", _AS_IT_IS)
_PICTURE = Kind("it is a picture", _AS_IT_IS)
_TORRENT = Kind("it is a torrent, and not the file that it stands for", _FETCH)
_TEXT = Kind("it is a text, such as a server's answer", _FETCH)
_BY_START: tuple[tuple[bytes, Kind], ...] = (
    (b"version https://git-lfs.github.com/", _LFS),
    (b"version https://hawser.github.com/", _LFS),
    (b"/annex/objects/", Kind("it is a pointer of git-annex, and not the file that it stands for", _FETCH)),
    (b"# xet version", Kind("it is a pointer of Xet, and not the file that it stands for", _FETCH)),
    (b"GGUF", Kind("it is a GGUF file, whose weights are packed for other programs", _AS_IT_IS)),
    (b"lmgg", _GGML),
    (b"fmgg", _GGML),
    (b"tjgg", _GGML),
    (b"\x89HDF\r\n\x1a\n", Kind("it is an HDF5 file", _AS_IT_IS)),
    (b"\x93NUMPY", Kind("it is an array of NumPy", _AS_IT_IS)),
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"%PDF", Kind("it is a PDF document", _AS_IT_IS)),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"d8:announce", _TORRENT),
    (b"d10:created", _TORRENT),
    (b"[InternetShortcut]", Kind("it is a link to a web page", _FETCH)),
    (b"magnet:?", Kind("it is a link, and not the file that it stands for", _FETCH)),
)
_HTML = re.compile(rb"<[a-z!]", re.IGNORECASE)
_XML = re.compile(rb"<\?xml|<error|<svg", re.IGNORECASE)
_ZIP = b"PK\x03\x04"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def other_kind(path: Path) -> Kind | None:
    """What a file is, where it cannot hold weights that are read here; None where it may, and where it cannot be read.

    A zip and a pickle may be weights, as torch writes them, and are not named here.
    """
    try:
        # A pipe would wait for somebody to write into it.
        if not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, ValueError):
        return None
    return of_bytes(head)


def of_bytes(head: bytes) -> Kind | None:
    """The same of a file's first bytes."""
    for start, kind in _BY_START:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _PICTURE
    if head[4:8] == b"TFL3":
        return Kind("it is a model of TensorFlow Lite", _AS_IT_IS)
    if head[4:12] in (b"ftypavif", b"ftypheic", b"ftypmif1", b"ftypmp42", b"ftypisom"):
        return Kind("it is a picture or a video", _AS_IT_IS)
    if head[257:262] == b"ustar":
        return ARCHIVE
    text = _text(head)
    if text is None:
        return None
    if _XML.match(text):
        return Kind("it is an XML answer of a server", _FETCH)
    if _HTML.match(text):
        return _PAGE
    if text[:1] in (b"{", b"["):
        return Kind("it is a text in JSON, such as a server's answer or a configuration", _FETCH)
    return _TEXT if text else None


def _text(head: bytes) -> bytes | None:
    """The beginning without marks and blanks where it is text, in ASCII as far as that goes; None where it is not."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        said = head[: len(head) // 2 * 2].decode("utf-16", "ignore")
        # Any two bytes are a letter of some script: only what is mostly ASCII is taken for a text.
        if sum(letter.isascii() for letter in said) < 0.7 * len(said):
            return None
        head = said.encode("utf-8", "ignore")
    for mark in _MARKS:
        head = head.removeprefix(mark)
    # Weights have zero bytes near their beginning: in the length of a header, or in the numbers.
    if b"\0" in head or re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]", head):
        return None
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # Only the last letter may be cut, and only where more than this was not read.
        if len(head) < _HEAD - len(_MARKS[0]) or error.start < len(head) - 4:
            return None
    text = head.lstrip()
    return text if len(text) >= _SHORTEST or text.startswith(b"<") else None


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip."""
    try:
        with path.open("rb") as file:
            return file.read(4) == _ZIP
    except OSError:
        return False

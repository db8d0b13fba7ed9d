"""Stars and keywords where they stood before XMP, and where Windows and others still put them: EXIF and IPTC.

EXIF: Rating (0x4746, stars), RatingPercent (0x4749) and XPKeywords (0x9C9E, UTF-16) in the first directory. IPTC:
Keywords (2:25) in Photoshop's image resources, with the sum that tells other programs whether XMP agrees with it.
Only what is there already is changed, each value at its place: what EXIF points to stays where it is.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_RATING, _PERCENT, _KEYWORDS = 0x4746, 0x4749, 0x9C9E
_SIZES = {1: 1, 3: 2, 4: 4, 7: 1}
_MOST_ENTRIES = 1000
_IPTC, _IPTC_SUM = 0x0404, 0x0425
_KEYWORD = (2, 25)
_WESTERN = "cp1252"
"""What is meant where IPTC does not say UTF-8: Latin-1, and what Windows has besides."""
_UTF8 = b"\x1b%G"

PERCENTS = {0: 0, 1: 1, 2: 25, 3: 50, 4: 75, 5: 99}
"""Stars as Microsoft's programs write them."""


def stars_of_percent(percent: float) -> int:
    """Stars from Microsoft's percents, of which any from 0 to 100 may be met."""
    return sum(percent >= least for least in (1, 13, 38, 63, 88))


@dataclass(frozen=True, slots=True)
class OldMarks:
    """What is said there: 0 and nothing where nothing is."""

    rating: int = 0
    tags: tuple[str, ...] = ()


def read(exif: bytes | None, iptc: bytes | None) -> OldMarks:
    """What EXIF and IPTC say; damaged ones say nothing."""
    rating, words = 0, list(_iptc_keywords(iptc))
    for entry in _entries(exif or b""):
        number = entry.number
        if entry.tag == _RATING and 1 <= number <= 5:
            rating = number
        elif entry.tag == _PERCENT and not rating and number <= 100:
            rating = stars_of_percent(number)
        elif entry.tag == _KEYWORDS and not words:
            words = entry.value.decode("utf-16-le", "replace").split("\0")[0].split(";")
    return OldMarks(rating, tuple(dict.fromkeys(word for one in words if (word := one.strip()))))


def with_rating(exif: bytes, rating: int) -> bytes:
    """EXIF with other stars, where it has some."""
    made = bytearray(exif)
    for entry in _entries(exif):
        size = _SIZES.get(entry.type, 0)
        if entry.tag in (_RATING, _PERCENT) and size and entry.count == 1:
            number = rating if entry.tag == _RATING else PERCENTS[rating]
            order = "little" if exif[:2] == b"II" else "big"
            made[entry.at : entry.at + size] = number.to_bytes(size, order)
    return bytes(made)


def with_keywords(exif: bytes, tags: Sequence[str]) -> bytes:
    """EXIF with other keywords, where it has some."""
    made = bytearray(exif)
    for entry in _entries(exif):
        if entry.tag != _KEYWORDS or entry.type not in (1, 7):
            continue
        value = ";".join(tags).encode("utf-16-le", "replace") + b"\0\0"
        made[entry.at : entry.at + len(entry.value)] = bytes(len(entry.value))
        order = "<" if exif[:2] == b"II" else ">"
        struct.pack_into(order + "I", made, entry.place + 4, len(value))
        if len(value) <= 4:
            made[entry.place + 8 : entry.place + 12] = value.ljust(4, b"\0")
        elif len(value) <= len(entry.value):
            struct.pack_into(order + "I", made, entry.place + 8, entry.at)
            made[entry.at : entry.at + len(value)] = value
        else:
            made += b"\0" * (len(made) & 1)
            struct.pack_into(order + "I", made, entry.place + 8, len(made))
            made += value
    return bytes(made)


def with_iptc_keywords(iptc: bytes, tags: Sequence[str]) -> bytes:
    """Photoshop's image resources with other keywords, where IPTC is among them and has some."""
    made: list[bytes] = []
    changed: bytes | None = None
    for number, name, content in _resources(iptc):
        if number == _IPTC:
            content = changed = _with_datasets(content, tags)
        made.append(_resource(number, name, content))
    if changed is None:
        return iptc
    digest = hashlib.md5(changed, usedforsecurity=False).digest()
    parts = [
        _resource(number, name, digest) if number == _IPTC_SUM else part
        for part, (number, name, _) in zip(made, _resources(iptc), strict=True)
    ]
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One of EXIF's first directory.

    Attributes:
        place: where the entry is; at: where its value is.
    """

    tag: int
    type: int
    count: int
    place: int
    at: int
    value: bytes
    little: bool

    @property
    def number(self) -> int:
        return int.from_bytes(self.value, "little" if self.little else "big") if len(self.value) <= 4 else 0


def _entries(exif: bytes) -> Iterator[_Entry]:
    if exif[:2] not in (b"II", b"MM"):
        return
    order = "<" if exif[:2] == b"II" else ">"
    try:
        (ifd,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, ifd)
        for index in range(min(count, _MOST_ENTRIES)):
            place = ifd + 2 + 12 * index
            tag, kind, length, offset = struct.unpack_from(order + "HHII", exif, place)
            size = _SIZES.get(kind, 0) * length
            if tag not in (_RATING, _PERCENT, _KEYWORDS) or not size:
                continue
            at = place + 8 if size <= 4 else offset
            if at + size <= len(exif):
                yield _Entry(tag, kind, length, place, at, exif[at : at + size], order == "<")
    except struct.error:
        return


def _resources(iptc: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, name (as it is written) and content of each."""
    at = 0
    while iptc[at : at + 4] == b"8BIM" and at + 7 <= len(iptc):
        (number,) = struct.unpack_from(">H", iptc, at + 4)
        length = 1 + iptc[at + 6]
        name = iptc[at + 6 : at + 6 + length + (length & 1)]
        at += 6 + len(name)
        size = int.from_bytes(iptc[at : at + 4], "big")
        content = iptc[at + 4 : at + 4 + size]
        if len(content) < size:
            return
        yield number, name, content
        at += 4 + size + (size & 1)


def _resource(number: int, name: bytes, content: bytes) -> bytes:
    head = b"8BIM" + struct.pack(">H", number) + name + struct.pack(">I", len(content))
    return head + content + b"\0" * (len(content) & 1)


def _datasets(content: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    at = 0
    while at + 5 <= len(content) and content[at] == 0x1C:
        (length,) = struct.unpack_from(">H", content, at + 3)
        start = at + 5
        if length & 0x8000:  # a longer form: so many bytes say the length
            size = min(length & 0x7FFF, 8)
            length = int.from_bytes(content[start : start + size], "big")
            start += size
        if start + length > len(content):
            return
        yield (content[at + 1], content[at + 2]), content[start : start + length]
        at = start + length


def _iptc_keywords(iptc: bytes | None) -> Iterator[str]:
    for number, _, content in _resources(iptc or b""):
        if number == _IPTC:
            for which, value in _datasets(content):
                if which == _KEYWORD:
                    try:
                        yield value.decode()
                    except UnicodeDecodeError:
                        yield value.decode(_WESTERN, "replace")


def _with_datasets(content: bytes, tags: Sequence[str]) -> bytes:
    sets = list(_datasets(content))
    if not any(which == _KEYWORD for which, _ in sets):
        return content
    unicode = any(which == (1, 90) and value == _UTF8 for which, value in sets) or not _is_latin(sets)
    words = [tag.encode() if unicode else tag.encode(_WESTERN, "replace") for tag in tags]
    made: list[bytes] = []
    if unicode and (1, 90) not in dict(sets) and not all(tag.isascii() for tag in tags):
        made.append(_dataset((1, 90), _UTF8))
    put = False
    for which, value in sets:
        if which != _KEYWORD:
            made.append(_dataset(which, value))
        elif not put:
            made += [_dataset(which, word) for word in words]
            put = True
    return b"".join(made)


def _is_latin(sets: Sequence[tuple[tuple[int, int], bytes]]) -> bool:
    """Whether there is text that is no UTF-8."""
    try:
        for which, value in sets:
            if which[0] == 2:
                value.decode()
    except UnicodeDecodeError:
        return True
    return False


def _dataset(which: tuple[int, int], value: bytes) -> bytes:
    length = struct.pack(">H", len(value)) if len(value) < 0x8000 else b"\x80\x04" + len(value).to_bytes(4, "big")
    return b"\x1c" + bytes(which) + length + value

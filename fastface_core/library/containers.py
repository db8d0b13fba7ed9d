"""The metadata inside PNG, JPEG and WebP files (XMP, EXIF and IPTC), taken out and put in without touching a pixel.

PNG: W3C PNG specification, section 5 (chunks), iTXt and eXIf; "Raw profile type ..." is how ImageMagick and exiv2 keep
EXIF and IPTC in text chunks. JPEG: ITU T.81 annex B, XMP part 3 (APP1), and Photoshop's image resources (APP13).
WebP: the RIFF container of RFC 9649.

What lies between the parts, above all the pixels, is passed over and not read.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_XMP = b"XML:com.adobe.xmp\0"
_RAW_PROFILES = {b"exif": "exif", b"APP1": "exif", b"iptc": "iptc", b"xmp": "xmp"}
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_EXIF = b"Exif\0"
_JPEG_PHOTOSHOP = b"Photoshop 3.0\0"
_JPEG_INDEX = b"MPF\0"
_JPEG_LARGEST = 0xFFFF - 2
_WEBP_HAS_XMP, _WEBP_HAS_EXIF, _WEBP_HAS_ALPHA = 0x04, 0x08, 0x10
_LARGEST_TEXT = 1 << 26
"""Bytes that all text chunks of a file may unpack to; Pillow has the same limit."""
_LARGEST_PART = 1 << 26
_MOST_PARTS = 1 << 17
"""Pieces that a file may have: a PNG file of the largest size in pieces of 8 kB has fewer."""


_NEW_NAMES = {"png": b"iTXt", "jpeg": b"\xe1", "webp": b"XMP "}


class ContainerError(ValueError):
    """The file is of no form that is known here, or is damaged."""


class PacketTooLongError(ValueError):
    """A part is longer than the form of the file allows (JPEG: about 65,500 bytes)."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A file's metadata; None where it has no such part.

    Attributes:
        xmp: the packet.
        exif: from "II" or "MM" on.
        iptc: Photoshop's image resources, of which one is IPTC's; see `iptc`.
    """

    xmp: bytes | None = None
    exif: bytes | None = None
    iptc: bytes | None = None


def read(source: bytes | BinaryIO) -> Metadata:
    """A file's metadata.

    Raises:
        ContainerError: see there.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    found = Metadata()
    for piece in _pieces(file):
        kind, body = piece.kind, piece.content
        if kind == "xmp" and not found.xmp:
            found = replace(found, xmp=body)
        elif kind == "exif" and found.exif is None:
            found = replace(found, exif=body)
        elif kind == "iptc" and found.iptc is None:
            found = replace(found, iptc=body)
    return found


def with_xmp(data: bytes, packet: bytes) -> bytes:
    """The file with `packet` in place of the XMP it had; all else is kept byte for byte.

    Raises:
        ContainerError: see there.
        PacketTooLongError: see there.
    """
    return with_metadata(data, Metadata(xmp=packet))


def with_metadata(data: bytes, new: Metadata) -> bytes:
    """The file with other parts; those that are None in `new`, and all else, are kept byte for byte.

    A packet of XMP is put in where there is none. EXIF and IPTC are exchanged where the file has them, and nowhere
    else.

    Raises:
        ContainerError: see there.
        PacketTooLongError: see there.
    """
    wanted = {"xmp": new.xmp, "exif": new.exif, "iptc": new.iptc}
    form = _form(data[:12])
    pieces = list(_pieces(io.BytesIO(data)))
    if not pieces:
        raise ContainerError("no segment before the picture")
    packet: bytes | None = None
    if new.xmp is not None and not any(piece.kind == "xmp" for piece in pieces):
        packet = _packed(form, _Piece("xmp", _NEW_NAMES[form], 0, 0, b""), new.xmp)
    before = [index for index, piece in enumerate(pieces) if piece.leads]
    # JFIF's and EXIF's segments want to be first in a JPEG file; in a WebP file XMP is the last.
    place = before[-1] + 1 if before else len(pieces) if form == "webp" else 0
    start = pieces[0].start
    parts = [data[:start]]
    written: set[str] = set()
    index_at: int | None = None
    for index, piece in enumerate(pieces):
        if packet is not None and index == place:
            parts.append(packet)
        content = wanted.get(piece.kind)
        if piece.kind == "mpf":
            index_at = sum(map(len, parts))
        if content is not None and piece.kind not in written:
            parts.append(_packed(form, piece, content))
            written.add(piece.kind)
        elif content is None or piece.kind != "xmp":  # other packets of XMP would contradict the one that is written
            parts.append(data[piece.start : piece.end])
    if packet is not None and place == len(pieces):
        parts.append(packet)
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little")) if form == "webp" else len(data)
    head = sum(map(len, parts))
    parts.append(data[pieces[-1].end : end])
    made = b"".join(parts)
    if form == "webp":
        return _webp_head(made, has_xmp=new.xmp is not None)
    if index_at is not None:
        (was_at,) = (piece.start for piece in pieces if piece.kind == "mpf")
        grown = head - pieces[-1].end
        return _with_index(made, index_at, grown, grown - (index_at - was_at))
    return made


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a file.

    Attributes:
        kind: "xmp", "exif", "iptc", "mpf" (where other pictures of the same JPEG file are), or "" for all else.
        name: how it is called in the file: a chunk's type, a marker, or the keyword of a raw profile.
        start, end: where it lies.
        content: empty for all else.
        leads: a packet that is put in comes behind it.
    """

    kind: str
    name: bytes
    start: int
    end: int
    content: bytes
    leads: bool = False


def _form(first: bytes) -> str:
    if first.startswith(_PNG):
        return "png"
    if first.startswith(b"\xff\xd8"):
        return "jpeg"
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "webp"
    raise ContainerError("the file is neither PNG nor JPEG nor WebP")


def _pieces(file: BinaryIO) -> Iterator[_Piece]:
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    form = _form(file.read(12))
    readers = {"png": _png_pieces, "jpeg": _jpeg_pieces, "webp": _webp_pieces}
    for count, piece in enumerate(readers[form](file, size)):
        if count > _MOST_PARTS:
            raise ContainerError("too many pieces in the file")
        yield piece


def _packed(form: str, piece: _Piece, content: bytes) -> bytes:
    """A part as the file holds it."""
    if form == "png":
        return _png_packed(piece, content)
    if form == "webp":
        return _riff(piece.name, content)
    heads = {"xmp": _JPEG_XMP, "exif": b"Exif\0\0", "iptc": _JPEG_PHOTOSHOP}
    body = heads[piece.kind] + content
    if len(body) > _JPEG_LARGEST:
        raise PacketTooLongError("a JPEG file has no room for it")
    return b"\xff" + piece.name + struct.pack(">H", len(body) + 2) + body


# PNG


def _png_pieces(file: BinaryIO, size: int) -> Iterator[_Piece]:
    at = len(_PNG)
    kind = b""
    room = [_LARGEST_TEXT]
    while kind != b"IEND":
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            raise ContainerError("the PNG file is cut short")
        length, kind = struct.unpack(">I4s", head)
        end = at + 12 + length
        if end > size:
            raise ContainerError("the PNG file is cut short")
        if kind in (b"iTXt", b"zTXt", b"tEXt") and length <= _LARGEST_PART:
            yield _png_text(kind, file.read(length), at, end, room)
        elif kind == b"eXIf" and length <= _LARGEST_PART:
            yield _Piece("exif", kind, at, end, _bare_exif(file.read(length)))
        else:
            yield _Piece("", kind, at, end, b"", leads=kind == b"IHDR")
        at = end


def _png_text(kind: bytes, body: bytes, start: int, end: int, room: list[int]) -> _Piece:
    if kind == b"iTXt" and body.startswith(_PNG_XMP):
        return _Piece("xmp", kind, start, end, _png_words(kind, body, room))
    keyword = body[:80].partition(b"\0")[0]
    part = _RAW_PROFILES.get(keyword.removeprefix(b"Raw profile type "), "")
    if part and keyword.startswith(b"Raw profile type "):
        content = _unhexed(_png_words(kind, body, room)) or b""
        if part == "exif":
            content = _bare_exif(content)
            part = part if content.startswith((b"II", b"MM")) else ""
        return _Piece(part, keyword, start, end, content.removeprefix(_JPEG_PHOTOSHOP))
    return _Piece("", kind, start, end, b"")


def _png_words(kind: bytes, body: bytes, room: list[int]) -> bytes:
    """The text of a chunk: after the keyword, and in iTXt two flags, a language and a translated keyword.

    Args:
        room: how many bytes may still be unpacked.
    """
    _, _, text = body.partition(b"\0")
    compressed = kind == b"zTXt"
    if kind == b"zTXt":
        text = text[1:]
    elif kind == b"iTXt":
        compressed, text = text[:1] == b"\1", text[2:]
        _, _, text = text.partition(b"\0")
        _, _, text = text.partition(b"\0")
    if not compressed:
        return text
    try:
        text = zlib.decompressobj().decompress(text, room[0] + 1)
    except zlib.error as error:
        raise ContainerError("a text chunk is damaged") from error
    room[0] -= len(text)
    if room[0] < 0:
        raise ContainerError("the text chunks are too long")
    return text


def _unhexed(text: bytes) -> bytes | None:
    """A raw profile: its name, its length, and hex digits, each on lines of their own."""
    words = text.split(None, 2)
    if len(words) < 3 or not words[1].isdigit():
        return None
    try:
        return bytes.fromhex("".join(words[2].decode("ascii").split()))
    except ValueError:
        return None


def _png_packed(piece: _Piece, content: bytes) -> bytes:
    if piece.kind == "xmp":
        return _png_chunk(b"iTXt", _PNG_XMP + b"\0\0\0\0" + content)
    if piece.name == b"eXIf":
        return _png_chunk(b"eXIf", content)
    if piece.kind == "exif":
        content = b"Exif\0\0" + content
    digits = content.hex().encode()
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    profile = piece.name.removeprefix(b"Raw profile type ")
    text = b"\n%s\n%8d\n%s\n" % (profile, len(content), lines)
    return _png_chunk(b"zTXt", piece.name + b"\0\0" + zlib.compress(text))


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


# JPEG


def _jpeg_pieces(file: BinaryIO, size: int) -> Iterator[_Piece]:
    """The segments before the picture's data."""
    at = 2
    while True:
        file.seek(at)
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            raise ContainerError("the JPEG file is damaged")
        marker = head[1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in (0xDA, 0xD9):
            return
        (length,) = struct.unpack(">H", head[2:])
        end = at + 2 + length
        if length < 2 or end > size:
            raise ContainerError("the JPEG file is cut short")
        body = file.read(length - 2) if marker in (0xE1, 0xE2, 0xED) else b""
        name = bytes([marker])
        if marker == 0xE1 and body.startswith(_JPEG_XMP):
            yield _Piece("xmp", name, at, end, body[len(_JPEG_XMP) :])
        elif marker == 0xE1 and body.startswith(_JPEG_EXIF):
            yield _Piece("exif", name, at, end, body[6:], leads=True)
        elif marker == 0xED and body.startswith(_JPEG_PHOTOSHOP):
            yield _Piece("iptc", name, at, end, body[len(_JPEG_PHOTOSHOP) :])
        elif marker == 0xE2 and body.startswith(_JPEG_INDEX):
            yield _Piece("mpf", name, at, end, b"")
        else:
            yield _Piece("", name, at, end, b"", leads=marker == 0xE0)
        at = end


def _with_index(data: bytes, at: int, grown: int, shift: int) -> bytes:
    """The file with an index that says where its other pictures are now (CIPA DC-007: tag 0xB002, 16 bytes each).

    Args:
        at: where the index' segment begins.
        grown: how much longer the first picture has become.
        shift: how much further behind the index the others are.
    """
    made = bytearray(data)
    start = at + 4 + len(_JPEG_INDEX)
    try:
        order = "<" if data[start : start + 2] == b"II" else ">"
        (ifd,) = struct.unpack_from(order + "I", made, start + 4)
        (count,) = struct.unpack_from(order + "H", made, start + ifd)
        for entry in range(count):
            place = start + ifd + 2 + 12 * entry
            tag, _, length, offset = struct.unpack_from(order + "HHII", made, place)
            for picture in range(min(length // 16, 64) if tag == 0xB002 else 0):
                one = start + offset + 16 * picture
                size, where = struct.unpack_from(order + "II", made, one + 4)
                if picture == 0:
                    struct.pack_into(order + "I", made, one + 4, size + grown)
                elif where:
                    struct.pack_into(order + "I", made, one + 8, where + shift)
    except struct.error:
        return data
    return bytes(made)


# WebP


def _webp_pieces(file: BinaryIO, size: int) -> Iterator[_Piece]:
    file.seek(4)
    end = min(size, 8 + int.from_bytes(file.read(4), "little"))
    at = 12
    found = False
    while at + 8 <= end:
        file.seek(at)
        head = file.read(8)
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        if at + 8 + length > size:
            raise ContainerError("the WebP file is cut short")
        after = min(at + 8 + length + (length & 1), size)
        found = True
        if kind == b"XMP " and length <= _LARGEST_PART:
            yield _Piece("xmp", kind, at, after, file.read(length))
        elif kind == b"EXIF" and length <= _LARGEST_PART:
            yield _Piece("exif", kind, at, after, _bare_exif(file.read(length)))
        else:
            yield _Piece("", kind, at, after, b"")
        at += 8 + length + (length & 1)
    if not found:
        raise ContainerError("the WebP file is cut short")


def _bare_exif(body: bytes) -> bytes:
    """EXIF without the head that belongs to JPEG, which some programs write elsewhere too."""
    return body[6:] if body.startswith(b"Exif\0") else body


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) & 1)


def _webp_head(data: bytes, *, has_xmp: bool) -> bytes:
    """With a first chunk that tells which others there are, and the right length."""
    kind, length = data[12:16], int.from_bytes(data[16:20], "little")
    flags = _WEBP_HAS_XMP if has_xmp else 0
    body = data[12:]
    if kind == b"VP8X":
        body = body[:8] + bytes([body[8] | flags]) + body[9:]
    elif has_xmp:
        width, height, alpha = _webp_size(kind, data[20 : 20 + length])
        flags |= _WEBP_HAS_ALPHA if alpha else 0
        extended = struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body = _riff(b"VP8X", extended) + body
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int, bool]:
    """Width, height and transparency of a picture in the short form."""
    if kind == b"VP8L" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    if kind == b"VP8 " and len(body) >= 10:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF, False
    raise ContainerError("the WebP file is damaged")

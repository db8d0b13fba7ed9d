"""The XMP packet inside PNG, JPEG and WebP files, taken out and put in without touching a pixel.

PNG: W3C PNG specification, section 5 (chunks) and iTXt. JPEG: ITU T.81 annex B, XMP part 3 (APP1). WebP: the RIFF
container of RFC 9649.
"""

import struct
import zlib
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_XMP = b"XML:com.adobe.xmp\0"
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_LARGEST = 0xFFFF - 2 - len(_JPEG_XMP)
_WEBP_HAS_XMP, _WEBP_HAS_ALPHA = 0x04, 0x10


class ContainerError(ValueError):
    """The file is of no form that is known here, or is damaged."""


class PacketTooLongError(ValueError):
    """The packet is longer than the form of the file allows (JPEG: 65,504 bytes)."""


def read_xmp(data: bytes) -> bytes | None:
    """The XMP packet in a file, or None where there is none.

    Raises:
        ContainerError: see there.
    """
    if data.startswith(_PNG):
        for kind, body in _png_chunks(data):
            if kind == b"iTXt" and body.startswith(_PNG_XMP):
                return _itxt_text(body)
        return None
    if data.startswith(b"\xff\xd8"):
        segments, _ = _jpeg_segments(data)
        found = [body for marker, body in segments if marker == 0xE1 and body.startswith(_JPEG_XMP)]
        return found[0].removeprefix(_JPEG_XMP) if found else None
    found = [body for kind, body in _webp_chunks(data) if kind == b"XMP "]
    return found[0] if found else None


def with_xmp(data: bytes, packet: bytes) -> bytes:
    """The file with `packet` in place of the XMP it had; all else is kept byte for byte.

    Raises:
        ContainerError: see there.
        PacketTooLongError: see there.
    """
    if data.startswith(_PNG):
        return _png_with(data, packet)
    if data.startswith(b"\xff\xd8"):
        return _jpeg_with(data, packet)
    return _webp_with(data, packet)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    kind = b""
    while kind != b"IEND":
        if at + 12 > len(data):
            raise ContainerError("the PNG file is cut short")
        length, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            raise ContainerError("the PNG file is cut short")
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def _itxt_text(body: bytes) -> bytes:
    """The text of an iTXt chunk: after the keyword, two flags, a language and a translated keyword."""
    _, _, rest = body.partition(b"\0")
    compressed, rest = rest[:1] == b"\1", rest[2:]
    _, _, rest = rest.partition(b"\0")
    _, _, text = rest.partition(b"\0")
    if not compressed:
        return text
    try:
        unpacker = zlib.decompressobj()
        return unpacker.decompress(text, 1 << 24)
    except zlib.error as error:
        raise ContainerError("a text chunk is damaged") from error


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png_with(data: bytes, packet: bytes) -> bytes:
    parts = [_PNG]
    for kind, body in _png_chunks(data):
        if kind == b"iTXt" and body.startswith(_PNG_XMP):
            continue
        parts.append(_png_chunk(kind, body))
        if kind == b"IHDR":
            parts.append(_png_chunk(b"iTXt", _PNG_XMP + b"\0\0\0\0" + packet))
    return b"".join(parts)


def _jpeg_segments(data: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """The segments before the picture's data, and where the first of the others begins."""
    segments: list[tuple[int, bytes]] = []
    at = 2
    while True:
        if at + 4 > len(data) or data[at] != 0xFF:
            raise ContainerError("the JPEG file is damaged")
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            return segments, at
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2 or at + 2 + length > len(data):
            raise ContainerError("the JPEG file is cut short")
        segments.append((marker, data[at + 4 : at + 2 + length]))
        at += 2 + length


def _jpeg_with(data: bytes, packet: bytes) -> bytes:
    if len(packet) > _JPEG_LARGEST:
        raise PacketTooLongError("a JPEG file has no room for it")
    segments, rest = _jpeg_segments(data)
    kept = [(marker, body) for marker, body in segments if not (marker == 0xE1 and body.startswith(_JPEG_XMP))]
    # JFIF and EXIF want to be first.
    first = sum(1 for marker, body in kept if marker == 0xE0 or (marker == 0xE1 and body.startswith(b"Exif\0")))
    kept.sort(key=lambda one: 0 if one[0] == 0xE0 else 1 if one[0] == 0xE1 and one[1].startswith(b"Exif\0") else 2)
    kept.insert(first, (0xE1, _JPEG_XMP + packet))
    written = [struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in kept]
    return b"\xff\xd8" + b"".join(written) + data[rest:]


def _webp_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ContainerError("the file is neither PNG nor JPEG nor WebP")
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    chunks: list[tuple[bytes, bytes]] = []
    at = 12
    while at + 8 <= end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > len(data):
            raise ContainerError("the WebP file is cut short")
        chunks.append((kind, data[at + 8 : at + 8 + length]))
        at += 8 + length + (length & 1)
    if not chunks:
        raise ContainerError("the WebP file is cut short")
    return chunks


def _webp_with(data: bytes, packet: bytes) -> bytes:
    chunks = [(kind, body) for kind, body in _webp_chunks(data) if kind != b"XMP "]
    if chunks[0][0] != b"VP8X":
        width, height, alpha = _webp_size(*chunks[0])
        flags = _WEBP_HAS_ALPHA if alpha else 0
        extended = struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        chunks.insert(0, (b"VP8X", extended))
    head = chunks[0][1]
    chunks[0] = (b"VP8X", bytes([head[0] | _WEBP_HAS_XMP]) + head[1:])
    chunks.append((b"XMP ", packet))
    body = b"".join(
        kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) & 1) for kind, content in chunks
    )
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

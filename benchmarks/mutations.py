"""Valid samples made wrong: bytes changed, cut, moved and doubled, and what is said in JSON replaced by what cannot be.

Everything comes from the random numbers that are handed over, so that the same seed makes the same input again.
"""

import io
import json
import random
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any, cast

Mutate = Callable[[random.Random, Sequence[bytes]], bytes]

_NUMBERS = (
    0, 1, -1, 2**31, 2**32 - 1, 2**53, 2**63, 2**64, -(2**63) - 1, 10**400, -0.0, 0.1, 1e308, -1e308, 5e-324,
    float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
_TEXTS = (
    "", " ", "\0", "\n", "a" * 300, "\ud800", "\U0001f600" * 50, "../../x", "/dev/zero", "C:\\x", "null", "NaN",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2030-02-30", "{", "%s%n{0}{x}", "\u202e\u0000x",
    "1e999", "é" * 99, "-1", "0" * 200, "{" * 200, "[" * 200, "(" * 200,
)  # fmt: skip
_TOKENS = (
    b"", b"\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\0", b"\xff" * 8, b"[" * 3000,
    b'{"a":' * 3000, b"<a>" * 3000, b"(" * 3000, b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbb\xbf", b"1e999", b"9" * 5000,
    b"-" * 50, b"&#xD800;", b"<!DOCTYPE a>", b"\r\n" * 50, b"inf", b"nan", b"\\ud800", b"Infinity", b"0001-01-01",
)  # fmt: skip
_DIGITS = re.compile(rb"-?\d+(?:\.\d+)?")


def any_bytes(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """One to four changes of a sample, whatever it means."""
    data = bytearray(chance.choice(samples))
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(9):
            case 0:
                for _ in range(chance.choice((1, 1, 3, 20))):
                    if data:
                        data[chance.randrange(len(data))] = chance.randrange(256)
            case 1:
                del data[place:]
            case 2:
                del data[place : place + chance.choice((1, 4, 64))]
            case 3:
                data[place:place] = chance.choice(_TOKENS)
            case 4:
                token = chance.choice(_TOKENS)[:16]
                data[place : place + len(token)] = token
            case 5:
                data[place:place] = data[place : place + chance.choice((1, 16, 500))] * chance.choice((1, 2, 50))
            case 6:
                other = chance.choice(samples)
                start = chance.randrange(len(other) + 1)
                data[place:] = other[start:]
            case 7:
                if found := list(_DIGITS.finditer(data)):
                    one = chance.choice(found)
                    data[one.start() : one.end()] = str(chance.choice(_NUMBERS)).encode()
            case _:
                if data:
                    data[min(place, len(data) - 1)] ^= 1 << chance.randrange(8)
    return bytes(data)


_LONG = 1000


def of_json(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """A sample in JSON of which some values, names or their depth are others; sometimes its bytes."""
    if chance.random() < 0.25:
        return any_bytes(chance, samples)
    content: Any = json.loads(chance.choice(samples))
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = _changed(chance, content)
    text = json.dumps(content)
    if chance.random() < 0.03:
        text = text.replace(":", f":{'[' * 3000}", 1)
    return text.encode()


def json_value(chance: random.Random) -> Any:
    """Anything that JSON can say, and some that it cannot."""
    match chance.randrange(7):
        case 0:
            return chance.choice((None, True, False))
        case 1 | 2:
            return chance.choice(_NUMBERS)
        case 3 | 4:
            return chance.choice(_TEXTS)
        case 5:
            value = json_value(chance)
            # Not long ones within long ones: the text of them all would need more memory than there is.
            return [value] * chance.choice((0, 1, 1, 3, 150 if len(str(value)) < _LONG else 2))
        case _:
            return {chance.choice(_TEXTS): json_value(chance)} if chance.random() < 0.5 else {}


def _changed(chance: random.Random, content: Any) -> Any:
    if not isinstance(content, dict | list) or not content or chance.random() < 0.15:
        if isinstance(content, str) and chance.random() < 0.5:
            return any_bytes(chance, [content.encode("utf-8", "surrogatepass")]).decode("utf-8", "replace")
        return json_value(chance)
    if isinstance(content, list):
        items = cast("list[Any]", content)
        place = chance.randrange(len(items))
        match chance.randrange(4):
            case 0:
                return [*items[:place], *items[place + 1 :]]
            case 1:
                return items * 2
            case _:
                return [*items[:place], _changed(chance, items[place]), *items[place + 1 :]]
    fields = dict(cast("dict[str, Any]", content))
    name = chance.choice(list(fields))
    match chance.randrange(6):
        case 0:
            del fields[name]
        case 1:
            fields[chance.choice(_TEXTS)] = fields[name]
        case _:
            fields[name] = _changed(chance, fields[name])
    return fields


def of_safetensors(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """A head that is other JSON, with its right length; sometimes any bytes."""
    if chance.random() < 0.3:
        return any_bytes(chance, samples)
    data = chance.choice(samples)
    (length,) = struct.unpack_from("<Q", data)
    head = of_json(chance, [data[8 : 8 + length]])
    return struct.pack("<Q", len(head)) + head + data[8 + length :]


def of_png(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """One chunk's content is another, and its sum right; sometimes any bytes."""
    data = chance.choice(samples)
    chunks: list[tuple[bytes, bytes]] = []
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    if chance.random() < 0.3 or not chunks:
        return any_bytes(chance, samples)
    which = chance.randrange(len(chunks))
    kind, body = chunks[which]
    chunks[which] = (kind, any_bytes(chance, [body]))
    if chance.random() < 0.1:
        chunks.insert(which, chunks[chance.randrange(len(chunks))])
    made = [data[:8]]
    for kind, body in chunks:
        made.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
    return b"".join(made)


def of_zip(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """One part of an archive has another content, or is there twice or not at all; sometimes any bytes."""
    if chance.random() < 0.3:
        return any_bytes(chance, samples)
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(chance.choice(samples))) as old:
        warnings.simplefilter("ignore")
        names = old.namelist()
        which = chance.choice(names)
        with zipfile.ZipFile(made, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as new:
            for name in names:
                content = old.read(name)
                if name != which:
                    new.writestr(name, content)
                    continue
                # Arrays are long, and their description is in front.
                cut = chance.choice((200, len(content)))
                changed = any_bytes(chance, [content[:cut]]) + content[cut:]
                for _ in range(chance.choice((0, 1, 1, 1, 1, 1, 1, 2))):
                    new.writestr(name if chance.random() < 0.9 else chance.choice(("../x", "/x", "x/", "y")), changed)
    return made.getvalue()


def of_words(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """Text that somebody types: any letters, with those that mean something more often."""
    if chance.random() < 0.5:
        return any_bytes(chance, samples).decode("utf-8", "replace").encode()
    letters = "()[]{}<>:|,.\\_-+*@=/ \n\"'$~0123456789abcANDBREAKéß\u4e00\u0301\ufeff"
    text = "".join(chance.choice(letters) for _ in range(chance.choice((1, 5, 30, 300))))
    return (text * chance.choice((1, 1, 1, 30))).encode()

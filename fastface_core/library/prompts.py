"""The prompt in pictures of other programs, whatever form they write it in.

A1111 and those that followed it (Forge, SD.Next), Fooocus and its relatives, ComfyUI, InvokeAI of three generations,
SwarmUI, NovelAI, Easy Diffusion. PNG keeps such texts in chunks, JPEG and WebP in EXIF. All of it is a stranger's:
bounded in length and depth, and what is of no known form says nothing.
"""

import contextlib
import re
from collections.abc import Mapping
from typing import cast

from fastface_core.bounded import parsed
from fastface_core.library import comfy, comfy_workflows

LONGEST = 20_000
"""Letters of a prompt that are kept."""
_LARGEST = 8 << 20
"""The longest text that is parsed, in letters."""
_UNICODE, _ASCII, _JIS, _UNDEFINED = b"UNICODE\0", b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8)

_NEGATIVE = re.compile(r"^Negative prompt:", re.MULTILINE)
_STEPS = re.compile(r"^Steps: *\d", re.MULTILINE)
_SETTING = re.compile(r"[A-Z][\w \-/]{0,40}: ?")
_SETTINGS = re.compile("Steps|Sampler|Schedule type|CFG scale|Seed|Size|Model|Model hash|Version|Clip skip")
_INVOKE_FLAGS = re.compile(r'^"?(.*?)"?\s+-[sSWHCA]\s?\d', re.DOTALL)


def prompt_of(texts: Mapping[str, object]) -> str:
    """The prompt that a picture was made with; "" where none is found.

    Args:
        texts: by the names that their chunks have, or EXIF gives them: `parameters`, `prompt`, `UserComment`, ...
    """
    known = {name: _as_meant(text) for name, text in texts.items() if isinstance(text, str) and len(text) <= _LARGEST}
    comment = texts.get("comment")
    if isinstance(comment, bytes) and len(comment) <= _LARGEST:  # JPEG's own
        known["comment"] = comment.decode("utf-8", "replace")
    for name in ("parameters", "UserComment", "comment", "Comment", "ImageDescription", "Make", "Model", "Description"):
        if (text := known.get(name, "").strip("\0 \n\r\t")) and (found := _of_text(name, text, known)):
            return _kept(found)
    for name, read in (
        ("prompt", _of_chunk),
        ("workflow", _of_json),
        ("invokeai_metadata", _of_json),
        ("sd-metadata", _of_invoke),
        ("generation_data", _of_json),
        ("Dream", _of_dream),
        ("Prompt", _of_chunk),
    ):
        if (text := known.get(name, "").strip("\0 \n\r\t")) and (found := read(text)):
            return _kept(found)
    return ""


def _as_meant(text: str) -> str:
    """PNG's plain chunks are Latin-1 by its specification, and many programs write UTF-8 into them."""
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        return text.encode("latin-1").decode()
    return text


def _kept(text: str) -> str:
    """As it can be kept: JSON has letters that are none, halves of others."""
    return text[:LONGEST].encode("utf-8", "replace").decode()


def comment_text(comment: object, *, little: bool) -> str | None:
    """EXIF's user comment: eight bytes that name its letters, and the letters.

    Args:
        little: whether EXIF's own numbers are little-endian; not all programs write the letters so.
    """
    if isinstance(comment, str):
        return comment
    if not isinstance(comment, bytes) or len(comment) > _LARGEST:
        return None
    kind, text = comment[:8], comment[8:]
    if kind == _UNICODE:
        return _utf16(text, little).strip("\0")
    if kind == _JIS:
        return _japanese(text).strip("\0")
    if kind not in (_ASCII, _UNDEFINED):
        text = comment
    try:
        return text.decode().strip("\0")
    except UnicodeDecodeError:
        return text.decode("latin-1").strip("\0") if kind == _ASCII else None


def _japanese(text: bytes) -> str:
    """JIS X 0208 (ISO-2022-JP), or what programs write in its stead."""
    for code in ("iso2022_jp", "utf-8", "shift_jis"):
        with contextlib.suppress(UnicodeDecodeError):
            return text.decode(code)
    return ""


def _utf16(text: bytes, little: bool) -> str:
    """UTF-16 of either order: the standard leaves it open, and programs differ."""
    if text.startswith(b"\xff\xfe"):
        return text[2:].decode("utf-16-le", "replace")
    if text.startswith(b"\xfe\xff"):
        return text[2:].decode("utf-16-be", "replace")
    if b"\0" not in text[:4096].rstrip(b"\0"):
        # No letter of ASCII among them; or it is no UTF-16 at all.
        try:
            plain = text.decode()
            if all(letter.isprintable() or letter in "\n\r\t" for letter in plain):
                return plain
        except UnicodeDecodeError:
            pass
    even, odd = text[:4096:2], text[1:4096:2]
    # The letters of one script lie together, so that the upper of their two bytes varies less than the lower one.
    difference = len(set(even)) - len(set(odd)) or _plain(odd, even) - _plain(even, odd)
    if difference:
        little = difference > 0
    return text.decode("utf-16-le" if little else "utf-16-be", "replace")


def _plain(upper: bytes, lower: bytes) -> int:
    """How many letters are such as prompts have: those of ASCII, and the marks of Chinese and Japanese."""
    return sum(high == 0 < low < 0x80 or high == 0x30 for high, low in zip(upper, lower, strict=False))


def _of_text(name: str, text: str, known: Mapping[str, str]) -> str:
    """Of a text that may be A1111's, or JSON of one of many forms."""
    # ComfyUI's nodes for JPEG and WebP name what they write within it.
    for head in ("prompt:", "Prompt:", "workflow:", "Workflow:"):
        if text.startswith(head + "{"):
            return _of_json(text[len(head) :])
    if text.startswith("{"):
        found = _of_json(text)
        if name == "Comment" and "Description" in known:  # NovelAI says it twice
            return found or known["Description"]
        return found
    if name in ("parameters", "UserComment", "comment"):
        if name == "parameters" or _STEPS.search(text) or _NEGATIVE.search(text):
            return a1111_prompt(text)
        return text if name == "UserComment" and not known.get("prompt") else ""
    if name == "Description":
        if "NovelAI" in known.get("Software", "") or "NovelAI" in known.get("Title", ""):
            return text
        return text.partition(" --")[0] if "Job ID:" in text else ""  # Midjourney
    return a1111_prompt(text) if _STEPS.search(text) else ""


def a1111_prompt(text: str) -> str:
    """The first part of A1111's form: the prompt, "Negative prompt: ...", and a line of settings, each of which may be
    missing."""
    text = text.replace("\r\n", "\n")
    ends = [found.start() for found in (_NEGATIVE.search(text), _last(_STEPS, text)) if found is not None]
    body, _, last = text.rstrip().rpartition("\n")
    if _is_settings(last):
        ends.append(len(body))
    return text[: min(ends, default=len(text))].strip()


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """A prompt may itself have a line that begins so."""
    found = None
    for one in pattern.finditer(text):
        found = one
    return found


def _is_settings(line: str) -> bool:
    names = [part.partition(":")[0].strip() for part in line[:10_000].split(",") if _SETTING.match(part.strip())]
    return sum(_SETTINGS.fullmatch(name) is not None for name in names) >= 3


def _of_json(text: str) -> str:
    found = _parsed(text)
    if not isinstance(found, dict):
        return ""
    return _of_fields(cast("dict[str, object]", found))


def _of_fields(said: dict[str, object]) -> str:
    for name in ("sui_image_params", "image", "c", "params"):
        inner = said.get(name)
        if isinstance(inner, dict) and (found := _of_fields(cast("dict[str, object]", inner))):
            return found
    for name in ("prompt", "Prompt", "positive_prompt", "positivePrompt", "full_prompt", "base_caption", "c"):
        if found := _words(said.get(name)):
            return found
    inner = said.get("prompt")
    if isinstance(inner, dict):
        return comfy.words_of(cast("dict[str, object]", inner))
    if isinstance(inner, str) and inner.startswith("{"):
        return _of_json(inner)
    if isinstance(said.get("nodes"), list):
        return comfy.words_of(comfy_workflows.graph_of(said))
    return comfy.words_of(said)


def _words(value: object) -> str:
    """A prompt: a text, or a list of texts or of texts with weights."""
    if isinstance(value, str):
        return "" if value.startswith("{") and _parsed(value) is not None else value.strip()
    if isinstance(value, list):
        parts: list[str] = []
        for one in cast("list[object]", value)[:100]:
            inner = cast("dict[str, object]", one).get("prompt") if isinstance(one, dict) else one
            if isinstance(inner, str) and inner.strip():
                parts.append(inner.strip())
        return ", ".join(parts)
    return ""


def _of_chunk(text: str) -> str:
    """Of a chunk that is called `prompt`: ComfyUI's graph, or the words themselves."""
    return _of_json(text) if text.startswith("{") else text


def _of_dream(text: str) -> str:
    """InvokeAI's first form: the prompt as it was typed, with its options."""
    found = _INVOKE_FLAGS.match(text[:100_000])
    return _without_negative((found[1] if found else text).strip().strip('"'))


def _of_invoke(text: str) -> str:
    return _without_negative(_of_json(text))


def _without_negative(text: str) -> str:
    """Until its third form InvokeAI had in brackets what is not to be in the picture."""
    return " ".join(re.sub(r"\[[^\[\]]*\]", " ", text).split()) or text


def _parsed(text: str) -> object:
    try:
        return parsed(text)
    except ValueError:
        return None

"""The prompt in pictures of other programs, whatever form they write it in.

A1111 and those that followed it (Forge, SD.Next), Fooocus and its relatives, ComfyUI, InvokeAI of three generations,
SwarmUI, NovelAI, Easy Diffusion. PNG keeps such texts in chunks, JPEG and WebP in EXIF. All of it is a stranger's:
bounded in length and depth, and what is of no known form says nothing.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import cast

from fastface_core.bounded import parsed

LONGEST = 20_000
"""Letters of a prompt that are kept."""
_LARGEST = 8 << 20
"""Letters of a text that is looked at."""
_MOST_STEPS = 2000
_UNICODE, _ASCII, _JIS, _UNDEFINED = b"UNICODE\0", b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8)

_NEGATIVE = re.compile(r"^Negative prompt:", re.MULTILINE)
_STEPS = re.compile(r"^Steps: *\d", re.MULTILINE)
_SETTING = re.compile(r"[A-Z][\w \-/]{0,40}: ?")
_SETTINGS = re.compile("Steps|Sampler|Schedule type|CFG scale|Seed|Size|Model|Model hash|Version|Clip skip")
_INVOKE_FLAGS = re.compile(r'^"?(.*?)"?\s+-[sSWHCA]\s?\d', re.DOTALL)

_WORDS = ("text", "text_g", "text_l", "t5xxl", "clip_l", "clip_g", "prompt", "positive_prompt", "string", "value")
"""Inputs of ComfyUI's nodes that hold, or lead to, words."""
_MORE_WORDS = re.compile(r"(text|string|prompt)_?[0-9a-z]")
_NO_WORDS = frozenset(
    ("negative", "model", "clip", "vae", "latent_image", "samples", "image", "pixels", "mask", "noise")
)

Graph = dict[str, dict[str, object]]


def prompt_of(texts: Mapping[str, object]) -> str:
    """The prompt that a picture was made with; "" where none is found.

    Args:
        texts: by the names that their chunks have, or EXIF gives them: `parameters`, `prompt`, `UserComment`, ...
    """
    known = {name: text for name, text in texts.items() if isinstance(text, str) and len(text) <= _LARGEST}
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
    ):
        if (text := known.get(name, "").strip("\0 \n\r\t")) and (found := read(text)):
            return _kept(found)
    return ""


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
        return _of_graph(cast("dict[str, object]", inner))
    if isinstance(inner, str) and inner.startswith("{"):
        return _of_json(inner)
    if isinstance(said.get("nodes"), list):
        return _of_graph(_of_workflow(said))
    return _of_graph(said)


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


# ComfyUI


def _of_graph(said: dict[str, object]) -> str:
    """The words that lead to a sampler's positive input, of a graph of nodes by their number."""
    graph: Graph = {}
    for name, node in list(said.items())[:_MOST_STEPS]:
        inputs = cast("dict[str, object]", node).get("inputs") if isinstance(node, dict) else None
        if isinstance(inputs, dict):
            graph[name] = cast("dict[str, object]", inputs)
    if not graph:
        return ""
    kinds = {name: str(cast("dict[str, object]", said[name]).get("class_type", "")) for name in graph}
    starts = [name for name in graph if "positive" in graph[name]]
    starts.sort(key=lambda name: "Sampler" not in kinds[name] and "Guider" not in kinds[name])
    for name in starts:
        if found := _followed(graph, graph[name]["positive"]):
            return found
    for name in graph:
        if "Guider" in kinds[name] and (found := _followed(graph, graph[name].get("conditioning"))):
            return found
    away = {str(cast("list[object]", one["negative"])[0]) for one in graph.values() if _is_link(one.get("negative"))}
    for name, kind in kinds.items():
        if name not in away and ("TextEncode" in kind or "Prompt" in kind) and (found := _followed(graph, [name, 0])):
            return found
    return ""


def _is_link(value: object) -> bool:
    return isinstance(value, list) and len(cast("list[object]", value)) == 2


def _followed(graph: Graph, value: object) -> str:
    """The words at the end of a link; each node is looked at once."""
    parts: dict[str, None] = {}
    seen: set[str] = set()
    waiting: list[tuple[object, bool]] = [(value, True)]
    while waiting and len(seen) < _MOST_STEPS:
        one, worded = waiting.pop(0)
        if isinstance(one, str):
            if worded and (text := one.strip()):
                parts[text] = None
            continue
        if not _is_link(one):
            continue
        name = str(cast("list[object]", one)[0])
        if name in seen or name not in graph:
            continue
        seen.add(name)
        waiting[:0] = list(_leading(graph[name]))
    return ", ".join(parts)


def _leading(inputs: dict[str, object]) -> Iterator[tuple[object, bool]]:
    """Where words may come from in a node: its own first, and otherwise whatever leads to it."""
    own = [inputs[name] for name in _WORDS if name in inputs]
    own += [value for name, value in inputs.items() if _MORE_WORDS.fullmatch(name) and name not in _WORDS]
    if any(one.strip() if isinstance(one, str) else _is_link(one) for one in own):
        yield from ((one, True) for one in own)
        return
    if "positive" in inputs:
        yield inputs["positive"], True
        return
    yield from ((one, False) for name, one in inputs.items() if name not in _NO_WORDS and _is_link(one))


def _of_workflow(said: dict[str, object]) -> dict[str, object]:
    """The form in which ComfyUI saves what is on the screen, as a graph of the other form."""
    links: dict[int, object] = {}
    for link in _listed(said.get("links")):
        parts = _listed(link)
        if len(parts) >= 3 and isinstance(parts[0], int):
            links[parts[0]] = [str(parts[1]), parts[2]]
    graph: dict[str, object] = {}
    for node in _listed(said.get("nodes")):
        about = _fields(node)
        kind = str(about.get("type", ""))
        inputs: dict[str, object] = {}
        if re.search("Text|Prompt|String|Primitive", kind):
            words = [one for one in _listed(about.get("widgets_values")) if isinstance(one, str)]
            inputs |= {"text": words[0]} if words else {}
        for slot in map(_fields, _listed(about.get("inputs"))):
            link = slot.get("link")
            if isinstance(link, int) and link in links:
                inputs[str(slot.get("name"))] = links[link]
        graph[str(about.get("id"))] = {"class_type": kind, "inputs": inputs}
    return graph


def _listed(value: object) -> list[object]:
    return cast("list[object]", value)[:_MOST_STEPS] if isinstance(value, list) else []


def _fields(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}

"""XMP packets: what this program says in them, and what others said, which is kept.

Properties: `xmp:CreatorTool`, `xmp:Rating` (-1 where the picture is rejected, as Adobe's programs write it),
`xmp:Label`, `dc:subject` for tags, `Iptc4xmpExt:DigitalSourceType`, `fastface:note` and `fastface:recipe`, which are
JSON, `fastface:albums` and `fastface:stack`.

Stars, labels and tags have other names as well in what Lightroom, digiKam, Windows, ACDSee and MediaPro write. They are
read where the three above say nothing, and where a packet has them they are changed with the three.
"""

import base64
import contextlib
import math
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fastface_core.library import keyword_trees, labels
from fastface_core.library.labels import Label
from fastface_core.library.old_marks import PERCENTS, stars_of_percent

# IPTC's term for pictures made by a trained model (cv.iptc.org/newscodes/digitalsourcetype).
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_SPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "fastface": "urn:x-fastface:picture:1",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "darktable": "http://darktable.sf.net/",
    **keyword_trees.SPACES,
}
_DOCUMENT_TYPE = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LARGEST_PACKET = 1 << 22
_LARGEST_RECIPE = 1 << 20
_DEEPEST, _MOST_ELEMENTS = 64, 50_000  # packets are seldom deeper than ten
_LONGEST_TAG, _MOST_TAGS = 200, 500  # of other programs


def _name(prefix: str, word: str) -> str:
    return f"{{{_SPACES[prefix]}}}{word}"


_RDF, _DESCRIPTION, _RDF_VALUE = _name("rdf", "RDF"), _name("rdf", "Description"), _name("rdf", "value")
_LI, _BAG, _SEQ, _ALT = _name("rdf", "li"), _name("rdf", "Bag"), _name("rdf", "Seq"), _name("rdf", "Alt")
_PARSE_TYPE = _name("rdf", "parseType")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

_RATING, _SUBJECT = _name("xmp", "Rating"), _name("dc", "subject")
_LABEL, _DIGIKAM_LABEL = _name("xmp", "Label"), _name("digiKam", "ColorLabel")
_DARKTABLE_LABELS = _name("darktable", "colorlabels")
_ALBUMS, _STACK = _name("fastface", "albums"), _name("fastface", "stack")
STACK_FORM = re.compile("[0-9a-f]{32}")
"""The form of `metadata.Marks.stack`."""
_PERCENTS = (_name("MicrosoftPhoto", "Rating"), _name("MicrosoftPhoto1", "Rating"))
_FLAGS = {
    _name("digiKam", "PickLabel"): ("1", "0"),
    _name("xmpDM", "pick"): ("-1", "0"),
    _name("xmpDM", "good"): ("False", None),
}
"""Where others say that a picture is rejected, and how; and what they say where it is not."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a packet says.

    Attributes:
        rating: 0 to 5.
        rejected: whether the rating was -1, or another program's flag says so.
        label: None also where it is a word that nobody here knows.
        albums: that the picture is in.
        stack: a random number that all pictures of a stack have; "" in none.
        note, recipe: JSON texts of this program's own.
    """

    rating: int = 0
    rejected: bool = False
    tags: tuple[str, ...] = ()
    label: Label | None = None
    albums: tuple[str, ...] = ()
    stack: str = ""
    creator_tool: str | None = None
    note: str | None = None
    recipe: str | None = None


def read(packet: bytes | None) -> Said:
    """What a packet says; one that is damaged says nothing."""
    root = _parsed(packet)
    if root is None:
        return Said()
    stars = _stars(root)
    flagged = any(_says(root, name, rejected) for name, (rejected, _) in _FLAGS.items())
    tags = clean_tags(_items(root, _SUBJECT))
    for place in keyword_trees.read(root):
        tags = tags or clean_tags(place)
    recipe = _value(root, _name("fastface", "recipe"))
    if recipe is None and (packed := _value(root, _name("fastface", "packedRecipe"))):
        with contextlib.suppress(ValueError, zlib.error, UnicodeDecodeError):
            unpacker = zlib.decompressobj()
            recipe = unpacker.decompress(base64.b64decode(packed), _LARGEST_RECIPE).decode()
    return Said(
        rating=max(stars, 0),
        rejected=stars < 0 or flagged,
        tags=tags,
        label=_label(root),
        albums=clean_tags(_items(root, _ALBUMS)),
        stack=_stack(root),
        creator_tool=_value(root, _name("xmp", "CreatorTool")),
        note=_value(root, _name("fastface", "note")),
        recipe=recipe,
    )


def is_packet(packet: bytes) -> bool:
    """Whether it can be read."""
    return _parsed(packet) is not None


def comments(packet: bytes | None) -> Iterable[str]:
    """Where other programs repeat how a picture was made: EXIF's user comment (Draw Things), and the description."""
    root = _parsed(packet)
    for name in (_name("exif", "UserComment"), _name("dc", "description")):
        if root is not None and (text := next(iter(_items(root, name)), None)):
            yield text


def written(
    said: Said,
    before: bytes | None = None,
    *,
    synthetic: bool = True,
    rated: bool = True,
    creator: str | None = None,
    rights: str | None = None,
    packed: bool = False,
) -> bytes:
    """A packet that says `said`, and whatever else `before` said.

    Args:
        synthetic: says that a trained model made the picture; False leaves what is said of that.
        rated: says the rating.
        creator, rights: for `dc:creator` and `dc:rights`; None leaves them.
        packed: writes the recipe in a shorter form that only this program reads.
    """
    for prefix, space in _SPACES.items():
        ElementTree.register_namespace(prefix, space)
    root = _parsed(before, keep_prefixes=True)
    if root is None:
        root = Element(_name("x", "xmpmeta"))
    rdf = root if root.tag == _RDF else root.find(f".//{_RDF}")
    if rdf is None:
        rdf = ElementTree.SubElement(root, _RDF)
    was = read(before)
    main = rdf.find(_DESCRIPTION)
    if main is None:
        main = ElementTree.SubElement(rdf, _DESCRIPTION, {_name("rdf", "about"): ""})
    simple = {
        _RATING: ("-1" if said.rejected else str(said.rating)) if rated else None,
        # A word that nobody here knows stays as long as no other label is given.
        _LABEL: _value(rdf, _LABEL) if said.label == was.label else said.label and labels.word_of(said.label),
        _STACK: said.stack or None,
        _name("fastface", "note"): said.note,
        _name("fastface", "recipe"): None if packed else said.recipe,
        _name("fastface", "packedRecipe"): _packed(said.recipe) if packed and said.recipe is not None else None,
    }
    if said.creator_tool is not None:
        simple[_name("xmp", "CreatorTool")] = said.creator_tool
    if synthetic:
        simple[_name("Iptc4xmpExt", "DigitalSourceType")] = SOURCE_TYPE
    for name, value in simple.items():
        _remove(rdf, name)
        if value is not None:
            main.set(name, _allowed(value))
    _put_list(rdf, main, _SUBJECT, _BAG, said.tags)
    _put_list(rdf, main, _ALBUMS, _BAG, said.albums)
    if said.label != was.label:
        _relabel(rdf, said.label)
    if (said.rating, said.rejected) != (was.rating, was.rejected):
        _restar(rdf, 0 if said.rejected else said.rating)
    if said.rejected != was.rejected:
        _reflag(rdf, said.rejected)
    if {tag.casefold() for tag in said.tags} != {tag.casefold() for tag in was.tags}:
        keyword_trees.change(rdf, said.tags, _allowed)
    if creator is not None:
        _put_list(rdf, main, _name("dc", "creator"), _SEQ, (creator,))
    if rights is not None:
        _put_list(rdf, main, _name("dc", "rights"), _ALT, (rights,), language="x-default")
        _remove(rdf, _name("xmpRights", "Marked"))
        main.set(_name("xmpRights", "Marked"), "True")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{text}<?xpacket end="w"?>'.encode()


def _allowed(text: str) -> str:
    """Without what XML cannot hold: control characters, and code points that are none.

    They are written as JSON writes them, so that a recipe keeps its meaning.
    """
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _packed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _parsed(packet: bytes | None, *, keep_prefixes: bool = False) -> Element | None:
    # A packet needs no document type, and one that has it may be made to grow without end.
    if not packet or len(packet) > _LARGEST_PACKET or any(word in packet for word in _DOCUMENT_TYPE):
        return None
    if b"\0" not in packet[:64]:  # not of two bytes a letter
        packet = packet.strip(b"\0 \t\r\n")  # what others leave around it
    depth = elements = 0
    try:
        parser = ElementTree.iterparse(BytesIO(packet), events=("start", "end", "start-ns"))
        for event, found in parser:
            if event == "start":
                depth, elements = depth + 1, elements + 1
                if depth > _DEEPEST or elements > _MOST_ELEMENTS:
                    return None
            elif event == "end":
                depth -= 1
            elif keep_prefixes:
                prefix, space = cast("tuple[str, str]", found)
                if prefix and prefix not in _SPACES and space not in _SPACES.values():
                    with contextlib.suppress(ValueError):  # prefixes of the form ns1 belong to ElementTree
                        ElementTree.register_namespace(prefix, space)
        return cast("Element | None", cast(Any, parser).root)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None


def _stars(root: Element) -> int:
    """0 to 5, or -1 where the picture is rejected."""
    found = _number(root, _RATING)
    if found < 0:
        return -1
    stars = int(min(found, 5))
    for name in _PERCENTS:
        stars = stars or stars_of_percent(min(_number(root, name), 100))
    return stars or int(min(max(_number(root, _name("acdsee", "rating")), 0), 5))


def _label(root: Element) -> Label | None:
    if word := _value(root, _LABEL):
        return labels.of_word(word)
    found = labels.of_digikam(_value(root, _DIGIKAM_LABEL))
    return found or next((one for text in _items(root, _DARKTABLE_LABELS) if (one := labels.of_darktable(text))), None)


def _stack(root: Element) -> str:
    found = _value(root, _STACK) or ""
    return found if STACK_FORM.fullmatch(found) else ""


def _number(root: Element, name: str) -> float:
    """A number that other programs wrote; 0 where it is none, or is no number that anybody could mean."""
    try:
        found = float((_value(root, name) or "0")[:100])
    except ValueError:
        return 0.0
    return math.trunc(found) if math.isfinite(found) else 0.0


def _items(root: Element, name: str) -> Iterable[str]:
    """Of a list, or of a single text in its place."""
    found = [item.text for item in root.iterfind(f".//{name}//{_LI}") if item.text]
    return found or [text for text in [(_value(root, name) or "").strip()] if text]


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags on one line each, in one writing, each once, and not without end."""
    found: dict[str, None] = {}
    for tag in tags:
        text = unicodedata.normalize("NFC", tag[: 2 * _LONGEST_TAG])
        word = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_TAG]
        if word and len(found) < _MOST_TAGS:
            found[word] = None
    return tuple(found)


def _relabel(rdf: Element, label: Label | None) -> None:
    """Changes the label wherever others have one."""
    _rewrite(rdf, _DIGIKAM_LABEL, labels.digikam_of(label))
    for element in rdf.iter(_DARKTABLE_LABELS):
        element.clear()
        listed = ElementTree.SubElement(element, _SEQ)
        if label is not None:
            ElementTree.SubElement(listed, _LI).text = labels.darktable_of(label)


def _restar(rdf: Element, rating: int) -> None:
    """Changes the stars wherever others have some."""
    for name in _PERCENTS:
        _rewrite(rdf, name, str(PERCENTS[rating]))
    _rewrite(rdf, _name("acdsee", "rating"), str(rating))


def _reflag(rdf: Element, rejected: bool) -> None:
    """Rejects or takes it back wherever others have a flag."""
    for name, (yes, no) in _FLAGS.items():
        if rejected:
            _rewrite(rdf, name, yes)
        elif _says(rdf, name, yes):
            _rewrite(rdf, name, no) if no is not None else _remove(rdf, name)


def _says(root: Element, name: str, word: str) -> bool:
    return (_value(root, name) or "").strip().casefold() == word.casefold()


def _rewrite(rdf: Element, name: str, text: str) -> None:
    """Changes a simple property where there is one."""
    for description in rdf.iter(_DESCRIPTION):
        if name in description.attrib:
            description.set(name, text)
        for element in description.findall(name):
            element.text = text


def _value(root: Element, name: str) -> str | None:
    """A simple property, which may be an attribute or an element."""
    for description in root.iter(_DESCRIPTION):
        if name in description.attrib:
            return description.attrib[name]
        found = description.find(name)
        if found is not None:
            # With qualifiers it is one level below.
            inner = found if found.get(_PARSE_TYPE) == "Resource" else found.find(_DESCRIPTION)
            value = inner.find(_RDF_VALUE) if inner is not None else None
            return (found if value is None else value).text or ""
    return None


def _remove(rdf: Element, name: str) -> None:
    for description in rdf.iter(_DESCRIPTION):
        description.attrib.pop(name, None)
        for element in description.findall(name):
            description.remove(element)


def _put_list(
    rdf: Element, main: Element, name: str, kind: str, values: tuple[str, ...], language: str | None = None
) -> None:
    _remove(rdf, name)
    if not values:
        return
    listed = ElementTree.SubElement(ElementTree.SubElement(main, name), kind)
    for value in values:
        item = ElementTree.SubElement(listed, _LI, {_LANGUAGE: language} if language else {})
        item.text = _allowed(value)

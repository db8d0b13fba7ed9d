"""XMP packets: what this program says in them, and what others said, which is kept.

Properties: `xmp:CreatorTool`, `xmp:Rating` (-1 where the picture is rejected, as Adobe's programs write it),
`dc:subject` for tags, `Iptc4xmpExt:DigitalSourceType`, and `fastface:note` and `fastface:recipe`, which are JSON.
"""

import base64
import contextlib
import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

# IPTC's term for pictures made by a trained model (cv.iptc.org/newscodes/digitalsourcetype).
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_SPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "fastface": "urn:x-fastface:picture:1",
}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LARGEST_PACKET = 1 << 22
_LARGEST_RECIPE = 1 << 20


def _name(prefix: str, word: str) -> str:
    return f"{{{_SPACES[prefix]}}}{word}"


_RDF, _DESCRIPTION = _name("rdf", "RDF"), _name("rdf", "Description")
_LI, _BAG, _SEQ, _ALT = _name("rdf", "li"), _name("rdf", "Bag"), _name("rdf", "Seq"), _name("rdf", "Alt")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Said:
    """What a packet says.

    Attributes:
        rating: 0 to 5.
        rejected: whether the rating was -1.
        note, recipe: JSON texts of this program's own.
    """

    rating: int = 0
    rejected: bool = False
    tags: tuple[str, ...] = ()
    creator_tool: str | None = None
    note: str | None = None
    recipe: str | None = None


def read(packet: bytes | None) -> Said:
    """What a packet says; one that is damaged says nothing."""
    root = _parsed(packet)
    if root is None:
        return Said()
    rating = 0
    with contextlib.suppress(ValueError):
        rating = int(float(_value(root, _name("xmp", "Rating")) or 0))
    tags = [item.text.strip() for item in root.iterfind(f".//{_name('dc', 'subject')}//{_LI}") if item.text]
    recipe = _value(root, _name("fastface", "recipe"))
    if recipe is None and (packed := _value(root, _name("fastface", "packedRecipe"))):
        with contextlib.suppress(ValueError, zlib.error, UnicodeDecodeError):
            unpacker = zlib.decompressobj()
            recipe = unpacker.decompress(base64.b64decode(packed), _LARGEST_RECIPE).decode()
    return Said(
        rating=min(max(rating, 0), 5),
        rejected=rating < 0,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        creator_tool=_value(root, _name("xmp", "CreatorTool")),
        note=_value(root, _name("fastface", "note")),
        recipe=recipe,
    )


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
    main = rdf.find(_DESCRIPTION)
    if main is None:
        main = ElementTree.SubElement(rdf, _DESCRIPTION, {_name("rdf", "about"): ""})
    simple = {
        _name("xmp", "Rating"): ("-1" if said.rejected else str(said.rating)) if rated else None,
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
    _put_list(rdf, main, _name("dc", "subject"), _BAG, said.tags)
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
    if not packet or len(packet) > _LARGEST_PACKET or b"<!DOCTYPE" in packet:
        return None
    try:
        if keep_prefixes:
            for _, (prefix, space) in ElementTree.iterparse(BytesIO(packet), events=["start-ns"]):
                if prefix and prefix not in _SPACES and space not in _SPACES.values():
                    with contextlib.suppress(ValueError):  # prefixes of the form ns1 belong to ElementTree
                        ElementTree.register_namespace(prefix, space)
        return ElementTree.fromstring(packet)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None


def _value(root: Element, name: str) -> str | None:
    """A simple property, which may be an attribute or an element."""
    for description in root.iter(_DESCRIPTION):
        if name in description.attrib:
            return description.attrib[name]
        found = description.find(name)
        if found is not None:
            return found.text or ""
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

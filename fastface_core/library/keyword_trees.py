"""Tags as other programs keep them in XMP besides `dc:subject`: lists, trees, and trees of their own making.

Lists in which a tag may be below others ("people|bride"), the trees of the Metadata Working Group (guidelines 2.0,
`mwg-kw`), in which each has its children, and ACDSee's categories, which are XML within XML. They are read where
`dc:subject` is silent, and changed wherever a packet has them.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

SPACES = {
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "MicrosoftPhoto1": "http://ns.microsoft.com/photo/1.0",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "mediapro": "http://ns.iview-multimedia.com/mediapro/1.0/",
    "mwg-kw": "http://www.metadataworkinggroup.com/schemas/keywords/",
}
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DESCRIPTION, _LI, _PARSE_TYPE = f"{_RDF}Description", f"{_RDF}li", f"{_RDF}parseType"
_LISTS = tuple(f"{_RDF}{kind}" for kind in ("Bag", "Seq", "Alt"))
_DEEPEST, _MOST = 64, 5000


def _name(prefix: str, word: str) -> str:
    return f"{{{SPACES[prefix]}}}{word}"


_SEPARATORS = {
    _name("lr", "hierarchicalSubject"): "|",
    _name("lr", "weightedFlatSubject"): "|",
    _name("digiKam", "TagsList"): "/",
    _name("MicrosoftPhoto", "LastKeywordXMP"): "/",
    _name("MicrosoftPhoto", "LastKeywordIPTC"): "/",
    _name("MicrosoftPhoto1", "LastKeywordXMP"): "/",
    _name("MicrosoftPhoto1", "LastKeywordIPTC"): "/",
    _name("acdsee", "keywords"): "|",
    _name("mediapro", "CatalogSets"): "|",
    _name("photoshop", "SupplementalCategories"): "|",
}
"""Lists in which a tag may be below others, and what stands between them."""
_KEYWORDS, _HIERARCHY = _name("mwg-kw", "Keywords"), _name("mwg-kw", "Hierarchy")
_KEYWORD, _APPLIED, _CHILDREN = _name("mwg-kw", "Keyword"), _name("mwg-kw", "Applied"), _name("mwg-kw", "Children")
_CATEGORIES = _name("acdsee", "categories")


def read(root: Element) -> Iterator[Iterable[str]]:
    """The tags of each place, the most usual one first."""
    for name, between in _SEPARATORS.items():
        yield (item.text.rpartition(between)[2] for item in root.iterfind(f".//{name}//{_LI}") if item.text)
    yield (tag for listed in root.iterfind(f".//{_HIERARCHY}/*") for tag in _applied(listed))
    for text in _category_texts(root):
        yield _assigned(text)


def change(rdf: Element, tags: Sequence[str], allowed: Callable[[str], str]) -> None:
    """Changes the tags wherever others have some: what is no tag any more goes, with all that is below it.

    Args:
        allowed: makes of a tag what XML can hold.
    """
    wanted = {tag.casefold(): tag for tag in tags}
    for name, between in _SEPARATORS.items():
        for element in rdf.iterfind(f".//{name}"):
            _change_list(element, between, wanted, allowed)
    for element in rdf.iterfind(f".//{_HIERARCHY}"):
        listed = next((child for child in element if child.tag in _LISTS), None)
        if listed is not None:
            found = _keep(listed, wanted)
            for key, tag in wanted.items():
                if key not in found:
                    item = ElementTree.SubElement(listed, _LI, {_PARSE_TYPE: "Resource"})
                    ElementTree.SubElement(item, _KEYWORD).text = allowed(tag)
                    ElementTree.SubElement(item, _APPLIED).text = "True"
    text = "".join(f'<Category Assigned="1">{escape(allowed(tag))}</Category>' for tag in tags)
    for description in rdf.iter(_DESCRIPTION):
        if _CATEGORIES in description.attrib:
            description.set(_CATEGORIES, f"<Categories>{text}</Categories>")
        for element in description.findall(_CATEGORIES):
            element.text = f"<Categories>{text}</Categories>"


def _change_list(element: Element, between: str, wanted: Mapping[str, str], allowed: Callable[[str], str]) -> None:
    listed = next((child for child in element if child.tag in _LISTS), None)
    if listed is None:
        return
    said: set[str] = set()
    for item in listed.findall(_LI):
        tag = _leaf(item.text or "", between, wanted)
        if tag is None:
            listed.remove(item)
        else:
            said.add(tag)
    for key, tag in wanted.items():
        if key not in said:
            ElementTree.SubElement(listed, _LI).text = allowed(tag)


def _leaf(item: str, between: str, wanted: Mapping[str, str]) -> str | None:
    """The tag that an entry stands for; None where it is none of those that are wanted."""
    steps = [" ".join(step.split()).casefold() for step in item.split(between)]
    for start in range(len(steps)):
        # A tag may hold what otherwise separates two.
        if (tag := between.join(steps[start:])) in wanted:
            return tag
    return None


# The Metadata Working Group's: a keyword is applied where it says so, or has no children and says nothing.


def _nodes(listed: Element) -> Iterator[tuple[Element, Element]]:
    """Each entry of a list, and the element that holds what it says: itself, or a description in it."""
    for item in listed.findall(_LI):
        inner = item.find(_DESCRIPTION)
        yield item, item if inner is None else inner


def _said(node: Element, name: str) -> str | None:
    found = node.find(name)
    return node.get(name) if found is None else found.text or ""


def _below(node: Element) -> list[Element]:
    return [listed for children in node.findall(_CHILDREN) for listed in children if listed.tag in _LISTS]


def _is_applied(node: Element) -> bool:
    said = (_said(node, _APPLIED) or "").strip().casefold()
    return said == "true" if said else not any(one.find(_LI) is not None for one in _below(node))


def _applied(listed: Element) -> Iterator[str]:
    for _, node in _nodes(listed):
        if (keyword := _said(node, _KEYWORD)) and _is_applied(node):
            yield keyword
        for inner in _below(node):
            yield from _applied(inner)


def _keep(listed: Element, wanted: Mapping[str, str]) -> set[str]:
    """Takes out what is not wanted; a keyword above one that is stays, as one that is not applied. Returns what is
    there."""
    found: set[str] = set()
    for item, node in _nodes(listed):
        key = " ".join((_said(node, _KEYWORD) or "").split()).casefold()
        here = {key} if key in wanted and _is_applied(node) else set[str]()
        below = set[str]().union(*(_keep(inner, wanted) for inner in _below(node)))
        if not here and not below:
            listed.remove(item)
        elif not here and _is_applied(node):
            _apply(node, applied=False)
        elif here and not below:
            _apply(node, applied=True)  # whatever its children were
        found |= here | below
    return found


def _apply(node: Element, *, applied: bool) -> None:
    for one in node.findall(_APPLIED):
        node.remove(one)
    node.attrib.pop(_APPLIED, None)
    ElementTree.SubElement(node, _APPLIED).text = str(applied)


# ACDSee's


def _category_texts(root: Element) -> Iterator[str]:
    for description in root.iter(_DESCRIPTION):
        if text := description.get(_CATEGORIES):
            yield text
        yield from (element.text for element in description.findall(_CATEGORIES) if element.text)


def _assigned(text: str) -> list[str]:
    """The categories that are assigned; none of a text that is too deep or no XML."""
    found: list[str] = []
    depth = count = 0
    with contextlib.suppress(ElementTree.ParseError, ValueError, LookupError):
        if "<!DOCTYPE" in text:
            return []
        for event, element in ElementTree.iterparse(BytesIO(text.encode("utf-8", "replace")), events=("start", "end")):
            depth += 1 if event == "start" else -1
            count += 1
            if depth > _DEEPEST or count > _MOST:
                break
            if event == "end" and element.get("Assigned") == "1" and (element.text or "").strip():
                found.append((element.text or "").strip())
    return found

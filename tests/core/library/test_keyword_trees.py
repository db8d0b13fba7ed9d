"""Tags in trees, and marks in packets as other programs really write them: read, changed, and nothing else lost."""

from html import escape

import pytest

from fastface_core.library import xmp
from fastface_core.library.encoding import sidecar_with_marks
from fastface_core.library.metadata import Marks

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SPACES = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "darktable": "http://darktable.sf.net/",
    "mwg-kw": "http://www.metadataworkinggroup.com/schemas/keywords/",
}


def packet(body: str = "", attributes: str = "") -> str:
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
        f'<rdf:Description rdf:about="" {spaces} {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
    )


def entry(keyword: str, *children: str, applied: str = "", form: str = "resource") -> str:
    """A keyword of the Metadata Working Group's in one of the writings of RDF."""
    below = f"<mwg-kw:Children><rdf:Bag>{''.join(children)}</rdf:Bag></mwg-kw:Children>" if children else ""
    says = f'mwg-kw:Keyword="{keyword}"' + (f' mwg-kw:Applied="{applied}"' if applied else "")
    if form == "attributes":
        return f"<rdf:li {says}>{below}</rdf:li>"
    if form == "description":
        return f"<rdf:li><rdf:Description {says}>{below}</rdf:Description></rdf:li>"
    said = f"<mwg-kw:Keyword>{keyword}</mwg-kw:Keyword>"
    said += f"<mwg-kw:Applied>{applied}</mwg-kw:Applied>" if applied else ""
    return f'<rdf:li rdf:parseType="Resource">{said}{below}</rdf:li>'


def hierarchy(*entries: str, form: str = "resource") -> str:
    inner = f"<mwg-kw:Hierarchy><rdf:Bag>{''.join(entries)}</rdf:Bag></mwg-kw:Hierarchy>"
    if form == "description":
        return f"<mwg-kw:Keywords><rdf:Description>{inner}</rdf:Description></mwg-kw:Keywords>"
    return f'<mwg-kw:Keywords rdf:parseType="Resource">{inner}</mwg-kw:Keywords>'


@pytest.mark.parametrize("form", ["resource", "attributes", "description"])
def test_keywords_of_the_working_group(form: str) -> None:
    body = hierarchy(
        entry("people", entry("bride", form=form), entry("groom", form=form), form=form),
        entry("places", entry("sea", applied="False", form=form), applied="True", form=form),
        entry("food", form=form),
        form=form,
    )
    before = packet(body).encode()
    assert xmp.read(before).tags == ("bride", "groom", "places", "food")

    after = xmp.written(xmp.Said(tags=("groom", "new & <b>", "food")), before)
    assert b"bride" not in after
    assert b"places" not in after
    assert b"sea" not in after
    trees = after.replace(b"dc:subject", b"dc:other")
    assert set(xmp.read(trees).tags) == {"groom", "new & <b>", "food"}  # "people" only holds them
    # Once more, with what was written then; the one above becomes a tag, and loses what is below.
    again = xmp.written(xmp.Said(tags=("people",)), after).replace(b"dc:subject", b"dc:other")
    assert xmp.read(again).tags == ("people",)
    assert b"groom" not in again


def test_a_keyword_above_a_wanted_one_stays_and_is_no_tag() -> None:
    before = packet(hierarchy(entry("people", entry("bride"), applied="True"))).encode()
    assert xmp.read(before).tags == ("people", "bride")
    after = xmp.written(xmp.Said(tags=("bride",)), before).replace(b"dc:subject", b"dc:other")
    assert b">people<" in after
    assert xmp.read(after).tags == ("bride",)


CATEGORIES = (
    '<Categories><Category Assigned="0">People<Category Assigned="1">Ann</Category></Category>'
    '<Category Assigned="1">Sea</Category></Categories>'
)


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        (packet(f"<acdsee:categories>{escape(CATEGORIES)}</acdsee:categories>"), ("Ann", "Sea")),
        (packet(attributes=f'acdsee:categories="{escape(CATEGORIES)}"'), ("Ann", "Sea")),
        (packet(f"<acdsee:categories>{escape('<Categories>')}</acdsee:categories>"), ()),
        (packet(f"<acdsee:categories>{escape('<a>' * 3000)}</acdsee:categories>"), ()),
        (packet("<dc:subject>alone</dc:subject>"), ("alone",)),
        (packet(attributes='dc:subject="alone"'), ("alone",)),
        (packet("<dc:subject><rdf:Alt><rdf:li>one</rdf:li></rdf:Alt></dc:subject>"), ("one",)),
    ],
)
def test_tags_in_other_writings(said: str, tags: tuple[str, ...]) -> None:
    assert xmp.read(said.encode()).tags == tags
    after = sidecar_with_marks(said.encode(), Marks(tags=("new",)))
    assert xmp.read(after).tags == ("new",)
    assert not any(tag.encode() in after for tag in tags)


FOUR = packet(attributes='xmp:Rating="4" darktable:history="kept"')


@pytest.mark.parametrize(
    "said",
    [
        FOUR.encode() + bytes(40),
        b"\n \n<?xml version='1.0'?>" + FOUR.encode(),
        f'\ufeff<?xpacket begin="\ufeff"?>{FOUR}{" " * 400}<?xpacket end="w"?>'.encode(),
        FOUR.encode("utf-16"),
        packet(
            "<xmp:Rating rdf:parseType='Resource'><rdf:value>4</rdf:value></xmp:Rating><dc:title>kept</dc:title>"
        ).encode(),
    ],
)
def test_packets_with_what_others_leave_around_them(said: bytes) -> None:
    assert xmp.read(said).rating == 4
    after = sidecar_with_marks(said, Marks(rating=2))
    assert xmp.read(after).rating == 2
    assert b"kept" in after


def test_labels_of_darktable_and_of_other_languages() -> None:
    labels = "<darktable:colorlabels><rdf:Seq><rdf:li>9</rdf:li><rdf:li>2</rdf:li></rdf:Seq></darktable:colorlabels>"
    before = packet(labels).encode()
    assert xmp.read(before).label == "green"
    after = sidecar_with_marks(before, Marks(label="purple"))
    assert xmp.read(after).label == "purple"
    assert xmp.read(after.replace(b"xmp:Label", b"xmp:Other")).label == "purple"
    without = sidecar_with_marks(after, Marks())
    assert xmp.read(without).label is None
    assert b"colorlabels" in without
    for word, label in (("Rouge", "red"), ("AMARILLO", "yellow"), ("Blå", "blue"), ("グリーン", "green")):
        assert xmp.read(packet(attributes=f'xmp:Label="{word}"').encode()).label == label

"""Stars, tags and prompts of other programs: found wherever they stand, and changed wherever they stand."""

import json
import os
import re
import shutil
import struct
import time
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from fastface_core.library import containers, old_marks, prompts, seen, xmp
from fastface_core.library.encoding import encoded, with_marks
from fastface_core.library.importing import import_pictures
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks, Note, marks_in, read, read_marks
from fastface_core.library.queries import Query
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.library_help import NOW, picture, pixels_of, saved

DATA = Path(__file__).resolve().parents[2] / "data" / "pictures"
NAMESPACES = {
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "mediapro": "http://ns.iview-multimedia.com/mediapro/1.0/",
}


def packet(body: str, attributes: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in NAMESPACES.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" {spaces} {attributes}>{body}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def listed(name: str, *items: str, kind: str = "Bag") -> str:
    return f"<{name}><rdf:{kind}>{''.join(f'<rdf:li>{item}</rdf:li>' for item in items)}</rdf:{kind}></{name}>"


def exif_with(order: str, *entries: tuple[int, int, bytes]) -> bytes:
    """EXIF with one directory: tag, type, and value."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(entries))
    at = len(head) + 12 * len(entries) + 4
    table = values = b""
    for tag, kind, value in entries:
        count = len(value) // {1: 1, 2: 1, 3: 2, 4: 4}[kind]
        table += struct.pack(order + "HHI", tag, kind, count)
        if len(value) <= 4:
            table += value.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", at + len(values))
            values += value
    return head + table + bytes(4) + values


def iptc_with(*words: bytes, utf8: bool = False) -> bytes:
    sets = b"\x1c\x01\x5a\0\x03\x1b%G" if utf8 else b""
    sets += b"\x1c\x02\x78\0\x07caption"
    sets += b"".join(b"\x1c\x02\x19" + struct.pack(">H", len(word)) + word for word in words)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(sets)) + sets + b"\0" * (len(sets) & 1)
    other = b"8BIM\x03\xed\0\0" + struct.pack(">I", 4) + b"abcd"
    return other + resource + b"8BIM\x04\x25\0\0" + struct.pack(">I", 16) + bytes(16)


def jpeg_with(exif: bytes | None = None, iptc: bytes | None = None, xmp_packet: bytes | None = None) -> bytes:
    data = encoded(picture().image, "jpeg", None, None, Marks(), packet=False)
    segments = b""
    if exif is not None:
        segments += b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif
    if iptc is not None:
        segments += b"\xff\xed" + struct.pack(">H", len(iptc) + 16) + b"Photoshop 3.0\0" + iptc
    data = data[:2] + segments + data[2:]
    return containers.with_xmp(data, xmp_packet) if xmp_packet is not None else data


def copied(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(DATA / name, folder / name)
    return folder


# Changed wherever they stand


@pytest.mark.parametrize("name", ["lightroom.jpg", "digikam.jpg"])
def test_no_copy_of_a_mark_stays_behind(name: str, tmp_path: Path) -> None:
    with Library() as library:
        import_pictures(library, copied(tmp_path / "theirs", name), everything=True)
        (row,) = library.gallery.page(Query()).rows
        (tag,) = {"lightroom.jpg": ["bride"], "digikam.jpg": ["studio"]}[name]
        assert tag in library.gallery.details(row.id).tags
        before = pixels_of(row.path)
        library.marks.tag([row.id], add=["neu"], remove=[tag])
        library.marks.rate([row.id], 1)
        assert library.marks.write_pending().problems == {}
        data = row.path.read_bytes()
        assert tag.encode() not in data
        assert b">50<" not in data
        found = xmp.read(containers.read(data).xmp)
        assert (found.rating, set(found.tags)) == (1, {*library.gallery.details(row.id).tags})
        # Each list that was there has the new one.
        lists = {"lightroom.jpg": [b"hierarchicalSubject"], "digikam.jpg": [b"TagsList", b"LastKeywordXMP"]}[name]
        for one in lists:
            assert re.search(one + rb">.*neu.*" + one, data)
        assert (pixels_of(row.path) == before).all()
        metadata = containers.read(data)
        if metadata.iptc is not None:
            assert set(old_marks.read(None, metadata.iptc).tags) == {"wedding", "neu"}


TREES = {"lr:hierarchicalSubject": "|", "digiKam:TagsList": "/", "MicrosoftPhoto:LastKeywordXMP": "/"}
TREES |= {"MicrosoftPhoto:LastKeywordIPTC": "/", "acdsee:keywords": "|", "mediapro:CatalogSets": "|"}


@pytest.mark.parametrize("place", TREES)
def test_trees_of_tags(place: str) -> None:
    between = TREES[place]
    entries = [f"people{between}bride", f"people{between}bride{between}dress", "sea", "AC/DC"]
    body = listed("dc:subject", "bride", "dress", "sea", "AC/DC") + listed(place, *entries, kind="Seq")
    before = packet(body + "<acdsee:categories>&lt;Categories&gt;bride</acdsee:categories>")
    said = xmp.read(before)
    assert said.tags == ("bride", "dress", "sea", "AC/DC")
    after = xmp.written(xmp.Said(tags=("dress", "sea", "AC/DC", "new & <b>")), before).decode()
    assert "people" + between + "bride<" not in after.replace("\n", "")
    assert "Categories&gt;bride" not in after
    assert f">people{between}bride{between}dress<" in after  # the person's own order of things
    assert after.count(">AC/DC<") == 2
    assert after.count(">new &amp; &lt;b&gt;<") == 2
    # Nothing else is touched where only the stars change.
    starred = xmp.written(xmp.Said(rating=2, tags=said.tags), before)
    assert all(f">{entry}<".encode() in starred for entry in entries)


@pytest.mark.parametrize("place", TREES)
def test_tags_are_read_where_ours_are_silent(place: str) -> None:
    body = listed(place, f"people{TREES[place]}bride", "sea")
    assert xmp.read(packet(body)).tags == ("bride", "sea")
    assert xmp.read(packet(listed("dc:subject", "ours") + body)).tags == ("ours",)


@pytest.mark.parametrize(
    ("body", "attributes", "stars"),
    [
        ("<MicrosoftPhoto:Rating>75</MicrosoftPhoto:Rating>", "", 4),
        ("", 'MicrosoftPhoto:Rating="99"', 5),
        ("", 'acdsee:rating="3"', 3),
        ("", 'xmp:Rating="0" MicrosoftPhoto:Rating="1"', 1),
        ("", 'xmp:Rating="2" MicrosoftPhoto:Rating="99"', 2),
        ("", 'xmp:Rating="inf" MicrosoftPhoto:Rating="nan"', 0),
        ("", 'xmp:Rating="1e999"', 0),
        ("", 'xmp:Rating="-inf"', 0),
        ("", 'MicrosoftPhoto:Rating="-1e300"', 0),
        ("", 'MicrosoftPhoto:Rating="1e300"', 5),
        ("", 'xmp:Rating="7"', 5),
        ("", 'xmp:Rating="' + "9" * 5000 + '"', 5),
        ("<xmp:Rating><rdf:value>3</rdf:value></xmp:Rating>", "", 0),
    ],
)
def test_stars_of_every_kind(body: str, attributes: str, stars: int) -> None:
    found = xmp.read(packet(body, attributes))
    assert (found.rating, found.rejected) == (stars, False)


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_and_iptc_are_read_and_changed(order: str, tmp_path: Path) -> None:
    words = "bride;größer".encode("utf-16-le") + b"\0\0"
    entries = (
        (0x010E, 2, b"described\0"),
        (0x4746, 3, struct.pack(order + "H", 4)),
        (0x4749, 3, struct.pack(order + "H", 75)),
        (0x9C9E, 1, words),
    )
    path = tmp_path / "p.jpg"
    path.write_bytes(jpeg_with(exif_with(order, *entries), iptc_with(b"bride", "größer".encode(), utf8=True)))
    assert read(path).marks == Marks(4, False, ("bride", "größer"))
    before = pixels_of(path)
    for marks in (Marks(1, False, ("größer", "a much longer tag than there was")), Marks(0, True), Marks(5)):
        path.write_bytes(with_marks(path.read_bytes(), None, marks))
        data = path.read_bytes()
        assert read(path).marks.rating == (0 if marks.rejected else marks.rating)
        assert b"bride" not in data
        assert "bride".encode("utf-16-le") not in data
        found = containers.read(data)
        old = old_marks.read(found.exif, found.iptc)
        assert old == old_marks.OldMarks(0 if marks.rejected else marks.rating, marks.tags)
        with Image.open(path) as image:
            exif = image.getexif()
            assert exif[0x010E] == "described"
            assert exif[0x4749] == old_marks.PERCENTS[old.rating]
    assert (pixels_of(path) == before).all()
    assert b"caption" in path.read_bytes()


def test_iptc_in_the_letters_of_windows() -> None:
    data = jpeg_with(iptc=iptc_with("50 € • Grün".encode("cp1252")))
    assert marks_in(data).tags == ("50 € • Grün",)
    after = containers.read(with_marks(data, None, Marks(tags=("60 €",))))
    assert after.iptc is not None
    assert "60 €".encode("cp1252") in after.iptc
    assert old_marks.read(None, after.iptc).tags == ("60 €",)


def test_the_sum_that_tells_whether_iptc_was_changed_is_kept() -> None:
    import hashlib

    changed = old_marks.with_iptc_keywords(iptc_with(b"bride"), ["sea"])
    blocks = {number: content for number, _, content in old_marks._resources(changed)}
    assert blocks[0x0425] == hashlib.md5(blocks[0x0404], usedforsecurity=False).digest()
    assert blocks[0x03ED] == b"abcd"
    # Latin-1 stays Latin-1; what had no letters beyond ASCII says that it is UTF-8 now.
    latin = old_marks.with_iptc_keywords(iptc_with(b"gr\xf6\xdfer", b"x"), ["größer"])
    assert b"\x1c\x02\x19\0\x06gr\xf6\xdfer" in latin
    assert old_marks.read(None, old_marks.with_iptc_keywords(iptc_with(b"x"), ["größer"])).tags == ("größer",)
    assert b"\x1b%G" in old_marks.with_iptc_keywords(iptc_with(b"x"), ["größer"])


@pytest.mark.parametrize("form", ["png", "webp"])
def test_exif_of_png_and_webp(form: str, tmp_path: Path) -> None:
    exif = exif_with(">", (0x4746, 3, struct.pack(">H", 3)), (0x9C9E, 1, "sea".encode("utf-16-le") + b"\0\0"))
    buffer = BytesIO()
    picture().image.save(buffer, form, exif=exif)
    path = tmp_path / "p"
    path.write_bytes(buffer.getvalue())
    assert read(path).marks == Marks(3, False, ("sea",))
    path.write_bytes(with_marks(path.read_bytes(), Note(created=NOW), Marks(5, False, ("wood",))))
    found = containers.read(path.read_bytes())
    assert old_marks.read(found.exif, None) == old_marks.OldMarks(5, ("wood",))
    assert read(path).marks == Marks(5, False, ("wood",))


@pytest.mark.parametrize("profile", ["iptc", "exif", "APP1"])
def test_raw_profiles_of_png(profile: str, tmp_path: Path) -> None:
    """As exiv2 (digiKam, darktable) and ImageMagick write them."""
    exif = b"Exif\0\0" + exif_with("<", (0x4746, 3, struct.pack("<H", 2)))
    content = iptc_with(b"bride") if profile == "iptc" else exif
    info = PngInfo()
    info.add_text(f"Raw profile type {profile}", f"\n{profile}\n{len(content):8}\n{content.hex()}\n", zip=True)
    buffer = BytesIO()
    picture().image.save(buffer, "PNG", pnginfo=info)
    path = tmp_path / "p.png"
    path.write_bytes(buffer.getvalue())
    assert read(path).marks == (Marks(0, False, ("bride",)) if profile == "iptc" else Marks(2))
    path.write_bytes(with_marks(path.read_bytes(), None, Marks(4, False, ("sea",))))
    found = containers.read(path.read_bytes())
    expected = old_marks.OldMarks(0, ("sea",)) if profile == "iptc" else old_marks.OldMarks(4)
    assert old_marks.read(found.exif, found.iptc) == expected
    assert read(path).marks == Marks(4, False, ("sea",))


def test_a_packet_as_a_raw_profile_is_replaced(tmp_path: Path) -> None:
    content = packet(listed("dc:subject", "bride"), 'xmp:Rating="3"')
    info = PngInfo()
    info.add_text("Raw profile type xmp", f"\nxmp\n{len(content):8}\n{content.hex()}\n", zip=True)
    buffer = BytesIO()
    picture().image.save(buffer, "PNG", pnginfo=info)
    path = tmp_path / "p.png"
    path.write_bytes(buffer.getvalue())
    assert read(path).marks == Marks(3, False, ("bride",))
    path.write_bytes(with_marks(path.read_bytes(), None, Marks(4)))
    assert read(path).marks == Marks(4)
    assert b"Raw profile" not in path.read_bytes()


def test_only_the_first_of_several_parts_is_exchanged() -> None:
    one, other = iptc_with(b"bride"), b"8BIM\x03\xed\0\0\0\0\0\x04wxyz"
    data = jpeg_with(iptc=other)
    data = data[:2] + jpeg_with(iptc=one)[2:][: len(one) + 18] + data[2:]
    after = with_marks(data, None, Marks(0, False, ("sea",)))
    assert b"wxyz" in after
    assert b"bride" not in after


@given(st.binary(max_size=300), st.lists(st.text(max_size=20), max_size=3))
def test_damaged_exif_and_iptc_say_nothing_and_break_nothing(data: bytes, tags: list[str]) -> None:
    words = [tag.encode("utf-8", "ignore").decode() for tag in tags]
    for head in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b""):
        old_marks.read(head + data, b"8BIM\x04\x04\0\0" + data)
        old_marks.with_keywords(head + data, words)
        old_marks.with_rating(head + data, 3)
    old_marks.with_iptc_keywords(b"8BIM\x04\x04\0\0\0\0\0\x40" + data, words)


# Seen without a rebuild


def edit(path: Path, marks: Marks) -> None:
    """What another program does with a picture of ours: it knows nothing of the note."""
    data = path.read_bytes()
    packet_now = containers.read(data).xmp
    said = xmp.read(packet_now)
    said = replace(said, rating=marks.rating, rejected=marks.rejected, tags=marks.tags)
    path.write_bytes(containers.with_xmp(data, xmp.written(said, packet_now, synthetic=False)))
    later = time.time_ns() + 10**9
    os.utime(path, ns=(later, later))


def test_what_another_program_wrote_is_seen_by_import(fastface: Run, tmp_path: Path) -> None:
    with Library() as library:
        made, other = saved(library, tmp_path / "made", 1), saved(library, tmp_path / "made", 2)
        library.marks.rate([other.id], 2)
        library.marks.write_pending()
    elsewhere = tmp_path / "empty"
    elsewhere.mkdir()
    assert fastface("gallery", "import", elsewhere, "--json").json["changed"] == []
    edit(made.path, Marks(4, False, ("from Lightroom",)))
    edit(other.path, Marks(2, False, ("tagged",)))
    checked = fastface("library", "check", "--json").json
    assert sorted(checked["changed"]) == sorted(map(str, (made.path, other.path)))
    outcome = fastface("gallery", "import", elsewhere, "--json").json
    assert sorted(outcome["changed"]) == sorted(map(str, (made.path, other.path)))
    with Library() as library:
        assert library.gallery.details(made.id).tags == ("from Lightroom",)
        assert library.gallery.rows([made.id, other.id])[0].rating == 4
        assert library.gallery.details(other.id).tags == ("tagged",)
        assert library.gallery.ids(Query(text="lightroom")) == [made.id]
        assert library.marks.pending() == 0
    assert fastface("gallery", "import", elsewhere, "--json").json["changed"] == []
    assert fastface("library", "check", "--json").json["changed"] == []


def test_the_first_import_sees_what_was_written_before_it(tmp_path: Path) -> None:
    """Rows of earlier versions, and new pictures, have no stamp yet."""
    with Library() as library:
        made = saved(library, tmp_path / "made", 1)
        edit(made.path, Marks(3, False, ("x",)))
        (tmp_path / "empty").mkdir()
        scan = import_pictures(library, tmp_path / "empty")
        assert scan.changed == [made.path]
        assert library.gallery.details(made.id).tags == ("x",)


def test_both_programs_changes_stay(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path / "made", 1)
        library.marks.tag([made.id], add=["a", "b"])
        library.marks.write_pending()
        edit(made.path, Marks(0, False, ("b", "theirs")))  # a taken away, theirs given
        library.marks.rate([made.id], 5)
        library.marks.tag([made.id], add=["ours"], remove=["b"])
        library.marks.write_pending()
        library.marks.write_pending()
        assert set(library.gallery.details(made.id).tags) == {"theirs", "ours"}
        found = read(made.path).marks
        assert (found.rating, set(found.tags)) == (5, {"theirs", "ours"})
        assert library.marks.pending() == 0


def test_merging() -> None:
    base = Marks(3, False, ("a", "b"))
    assert seen.merged(base, base, Marks(1, True, ("c",))) == Marks(1, True, ("c",))
    assert seen.merged(base, Marks(4, False, ("A", "b", "d")), base) == Marks(4, False, ("a", "b", "d"))
    assert seen.merged(base, Marks(4, False, ("b",)), Marks(2, False, ("a", "b", "c"))) == Marks(4, False, ("b", "c"))


def test_counts_after_moves_and_renames(tmp_path: Path) -> None:
    with Library() as library:
        made = [saved(library, tmp_path / "made", seed) for seed in range(3)]
        for one in made:
            one.path.rename(one.path.with_name(f"renamed-{one.id}.png"))
        (tmp_path / "made" / "new.png").write_bytes(encoded(picture(9).image, "png", picture(9).recipe, None, Marks()))
        scan = import_pictures(library, tmp_path / "made")
        assert len(scan.recorded) == 1
        assert len(scan.relinked) + len(scan.found_again) == 3


def test_a_file_beside_a_picture_is_read_at_import(tmp_path: Path) -> None:
    folder = copied(tmp_path / "theirs", "orient6.jpg", "rating_7.jpg")
    (folder / "orient6.jpg.xmp").write_bytes(packet(listed("dc:subject", "darktable"), 'xmp:Rating="4"'))
    (folder / "rating_7.xmp").write_bytes(packet("", 'xmp:Rating="1"'))
    with Library() as library:
        import_pictures(library, folder, everything=True)
        rows = {row.path.name: row for row in library.gallery.page(Query()).rows}
        assert rows["orient6.jpg"].rating == 4
        assert library.gallery.details(rows["orient6.jpg"].id).tags == ("darktable",)
        assert rows["rating_7.jpg"].rating == 5


@pytest.mark.parametrize("suffix", [".png.xmp", ".png.XMP", ".xmp", ".XMP", ".Xmp"])
def test_a_file_beside_a_picture_of_the_library_is_followed_and_written(tmp_path: Path, suffix: str) -> None:
    with Library() as library:
        made = saved(library, tmp_path / "in", 1)
        beside = made.path.with_name(made.path.stem + suffix)
        beside.write_bytes(
            packet(listed("lr:hierarchicalSubject", "who|bride") + "<x:kept>y</x:kept>", 'xmp:Rating="4"')
        )
        assert library.check().changed == (made.path,)
        assert import_pictures(library, tmp_path / "in").changed == [made.path]
        (row,) = library.gallery.rows([made.id])
        assert (row.rating, library.gallery.details(made.id).tags) == (4, ("bride",))
        assert read_marks(made.path)[0].rating == 4
        assert xmp.read(beside.read_bytes()).rating == 4
        library.marks.rate([made.id], 1)
        library.marks.tag([made.id], ["sea"], ["bride"])
        library.marks.write_pending()
        said = beside.read_bytes()
        assert (xmp.read(said).rating, xmp.read(said).tags) == (1, ("sea",))
        assert b"bride" not in said
        assert b"kept" in said
        assert library.scanner.take_over() == []
        # Another program that writes there alone.
        beside.write_bytes(said.replace(b'Rating="1"', b'Rating="3"'))
        moment = time.time() + 60
        os.utime(beside, (moment, moment))
        assert library.scanner.take_over() == [made.path]
        assert library.gallery.rows([made.id])[0].rating == 3


def test_a_file_beside_two_pictures_is_nobodys(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path / "in", 1)
        shutil.copy(made.path, made.path.with_suffix(".jpg"))
        beside = made.path.with_suffix(".xmp")
        beside.write_bytes(packet("", 'xmp:Rating="4"'))
        library.marks.rate([made.id], 1)
        library.marks.write_pending()
        assert xmp.read(beside.read_bytes()).rating == 4
        beside.write_bytes(b"no packet")
        made.path.with_suffix(".jpg").unlink()
        library.marks.rate([made.id], 2)
        assert library.marks.write_pending().problems == {}
        assert beside.read_bytes() == b"no packet"


@pytest.mark.parametrize(
    ("said", "undone"),
    [
        ('digiKam:PickLabel="1"', b'digiKam:PickLabel="0"'),
        ('xmpDM:pick="-1"', b'xmpDM:pick="0"'),
        ('xmpDM:good="false"', b'xmp:Rating="3"'),
    ],
)
def test_flags_of_other_programs(said: str, undone: bytes) -> None:
    before = packet("", f'xmp:Rating="3" xmlns:xmpDM="http://ns.adobe.com/xmp/1.0/DynamicMedia/" {said}')
    found = xmp.read(before)
    assert (found.rating, found.rejected) == (3, True)
    data = containers.with_xmp(encoded(picture().image, "png", None, None, Marks(), packet=False), before)
    assert (marks_in(data).rating, marks_in(data).rejected) == (3, True)
    taken_back = xmp.written(replace(found, rejected=False), before)
    assert not xmp.read(taken_back).rejected
    assert undone in taken_back
    again = xmp.written(replace(found, rejected=True), taken_back)
    assert xmp.read(again).rejected
    if "good" not in said:
        assert said.encode() in again
    # None is put where there was none.
    assert b"PickLabel" not in xmp.written(xmp.Said(rejected=True), packet(""))


def test_odd_files_stop_nothing(fastface: Run, tmp_path: Path) -> None:
    names = ["rating_inf.jpg", "rating_nan.jpg", "rating_7.jpg", "digikam.jpg"]
    names += ["poison-rating-inf.png", "poison-xmp-deep-2000.png", "poison-note-year1.png"]
    folder = copied(tmp_path / "theirs", *names)
    outcome = fastface("gallery", "import", folder, "--all", "--json")
    assert outcome.code == 0, outcome.err
    pictures = fastface("gallery", "list", "--json").json["pictures"]
    stars = {Path(one["path"]).name: one["rating"] for one in pictures}
    assert (stars["rating_inf.jpg"], stars["rating_nan.jpg"], stars["rating_7.jpg"]) == (0, 0, 5)
    assert set(stars) == set(names)
    numbers = [one["id"] for one in pictures]
    assert fastface("gallery", "rate", 2, *numbers).code == 0
    done = fastface("gallery", "export", *numbers, "--out", tmp_path / "out", "--json")
    assert done.code == 0, done.err
    assert len(list((tmp_path / "out").iterdir())) == len(names)


def test_deep_and_endless_packets_say_nothing() -> None:
    assert xmp.read(b"<a>" * 2000 + b"</a>" * 2000) == xmp.Said()
    assert xmp.read(b"<a>" + b"<b/>" * 60_000 + b"</a>") == xmp.Said()
    assert xmp.read('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16")) == xmp.Said()
    many = packet(listed("dc:subject", *(f"tag {number} " + "x" * 1000 for number in range(3000))))
    said = xmp.read(many)
    assert len(said.tags) == 500
    assert max(map(len, said.tags)) == 200


def test_text_chunks_that_grow_are_bounded() -> None:
    data = encoded(picture().image, "png", None, None, Marks(), packet=False)
    body = b"Raw profile type exif\0\0" + zlib.compress(bytes(1 << 27))
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    with pytest.raises(containers.ContainerError):
        containers.read(data[:33] + chunk * 20 + data[33:])


# Prompts


def graph(text: object = "a windmill on a hill", **more: object) -> dict[str, object]:
    return {
        "3": {"class_type": "KSampler", "inputs": {"positive": ["6", 0], "negative": ["7", 0], "model": ["4", 0]}},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x.safetensors"}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": text, "clip": ["4", 1]}},
        **more,
    }


WORKFLOW = {
    "nodes": [
        {"id": 7, "type": "CLIPTextEncode", "widgets_values": ["blurry"], "inputs": []},
        {"id": 6, "type": "CLIPTextEncode", "widgets_values": ["an old mill"], "inputs": []},
        {
            "id": 3,
            "type": "KSampler",
            "widgets_values": [1, "fixed", 20],
            "inputs": [{"name": "positive", "link": 4}, {"name": "negative", "link": 5}],
        },
    ],
    "links": [[4, 6, 0, 3, 1, "CONDITIONING"], [5, 7, 0, 3, 2, "CONDITIONING"]],
}
SETTINGS = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 43, Size: 512x512"


@pytest.mark.parametrize(
    ("texts", "prompt"),
    [
        ({"parameters": f"an owl\nNegative prompt: blurry\n{SETTINGS}"}, "an owl"),
        ({"parameters": f"Negative prompt: blurry, ugly\n{SETTINGS}"}, ""),
        ({"parameters": f"\nNegative prompt: blurry\r\n{SETTINGS}"}, ""),
        ({"parameters": SETTINGS}, ""),
        ({"parameters": f"an owl\n{SETTINGS}"}, "an owl"),
        ({"parameters": f"two lines\nSteps: 3 men climb\n{SETTINGS}"}, "two lines\nSteps: 3 men climb"),
        ({"parameters": "an owl\nSampler: Euler a, CFG scale: 7, Seed: 3, Size: 64x64"}, "an owl"),
        ({"parameters": "only words"}, "only words"),
        ({"parameters": json.dumps({"prompt": "an owl", "negative_prompt": "", "seed": "99"})}, "an owl"),
        ({"parameters": json.dumps({"sui_image_params": {"prompt": "a fox", "seed": 1}})}, "a fox"),
        ({"parameters": json.dumps({"Prompt": "a hare", "software": "RuinedFooocus"})}, "a hare"),
        ({"parameters": json.dumps({"prompt": "", "full_prompt": ["a crane", "photo"]})}, "a crane, photo"),
        ({"UserComment": json.dumps({"prompt": "an owl", "base_model": "x"})}, "an owl"),
        ({"comment": f"an owl\n{SETTINGS}"}, "an owl"),
        ({"comment": "taken with a camera"}, ""),
        ({"prompt": json.dumps({"6": graph()["6"]}), "workflow": '{"nodes":[]}'}, "a windmill on a hill"),
        ({"prompt": json.dumps(graph())}, "a windmill on a hill"),
        ({"prompt": json.dumps(graph()).replace('"blurry"', "NaN")}, "a windmill on a hill"),
        ({"prompt": json.dumps(graph(["9", 0], **{"9": {"class_type": "X", "inputs": {"string": "far"}}}))}, "far"),
        ({"prompt": json.dumps(graph(["6", 0]))}, ""),
        (
            {
                "prompt": json.dumps(
                    {
                        "1": {"class_type": "SamplerCustomAdvanced", "inputs": {"guider": ["2", 0]}},
                        "2": {"class_type": "BasicGuider", "inputs": {"conditioning": ["3", 0], "model": ["9", 0]}},
                        "3": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["4", 0]}},
                        "4": {"class_type": "CLIPTextEncodeFlux", "inputs": {"clip_l": "a cat", "t5xxl": "a cat"}},
                    }
                )
            },
            "a cat",
        ),
        ({"prompt": json.dumps({"1": {"class_type": "Efficient Loader", "inputs": {"positive": "a dog"}}})}, "a dog"),
        ({"workflow": json.dumps(WORKFLOW)}, "an old mill"),
        ({"Make": "prompt:" + json.dumps(graph())}, "a windmill on a hill"),
        ({"Model": "prompt:" + json.dumps(graph()), "Make": "workflow:" + json.dumps(WORKFLOW)}, "an old mill"),
        ({"prompt": "easy words", "negative_prompt": "x"}, "easy words"),
        ({"invokeai_metadata": json.dumps({"positive_prompt": "a harbour town", "seed": 7})}, "a harbour town"),
        ({"sd-metadata": json.dumps({"image": {"prompt": [{"prompt": "a bay", "weight": 1}]}})}, "a bay"),
        ({"sd-metadata": json.dumps({"image": {"prompt": "a bay"}})}, "a bay"),
        ({"Dream": '"a cliff" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms'}, "a cliff"),
        ({"Dream": '"a cliff [rocks] at sea" -s 50 -S 42'}, "a cliff at sea"),
        ({"sd-metadata": json.dumps({"image": {"prompt": [{"prompt": "a bay [boats]", "weight": 1}]}})}, "a bay"),
        ({"Software": "NovelAI", "Description": "a girl", "Comment": '{"steps": 28}'}, "a girl"),
        ({"Software": "NovelAI", "Description": "a girl", "Comment": '{"prompt": "a girl"}'}, "a girl"),
        ({"Description": "a sketch of my dog"}, ""),
        ({"Model": "Canon EOS", "Make": "Canon", "Software": "GIMP"}, ""),
        ({"parameters": "{" * 100_000}, ""),
        ({"prompt": '{"a":' * 100_000}, ""),
        ({"parameters": '{"prompt": ' + "9" * 10_000 + "}"}, ""),
        ({"prompt": json.dumps([1, 2])}, "[1, 2]"),
    ],
)
def test_prompts_of_other_programs(texts: dict[str, str], prompt: str) -> None:
    assert prompts.prompt_of(texts) == prompt


def test_prompts_come_from_files(tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("prompt", json.dumps(graph()))
    picture().image.save(tmp_path / "comfy.png", pnginfo=info)
    assert read(tmp_path / "comfy.png").prompt == "a windmill on a hill"
    for form, suffix in (("JPEG", "jpg"), ("WEBP", "webp")):
        exif = Image.Exif()
        exif[0x010F] = "prompt:" + json.dumps(graph())
        picture().image.save(tmp_path / f"c.{suffix}", form, exif=exif)
        assert read(tmp_path / f"c.{suffix}").prompt == "a windmill on a hill"
    picture().image.save(tmp_path / "comment.jpg", comment=f"an owl\n{SETTINGS}")
    assert read(tmp_path / "comment.jpg").prompt == "an owl"
    for name in ("uc_be.jpg", "uc_le.jpg"):
        assert read(DATA / name).prompt == "a lighthouse at dusk, Größe"


def test_prompts_from_what_windows_and_draw_things_write(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.XPComment] = f"an owl\n{SETTINGS}".encode("utf-16-le") + b"\0\0"
    picture().image.save(tmp_path / "windows.jpg", exif=exif)
    assert read(tmp_path / "windows.jpg").prompt == "an owl"
    said = '{"c": "a fox", "uc": "x", "seed": 1}'
    for inner in (f"<rdf:Alt><rdf:li xml:lang='x-default'>{said}</rdf:li></rdf:Alt>", said):
        packet = (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/">'
            f"<exif:UserComment>{inner}</exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>"
        )
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet)
        picture().image.save(tmp_path / "draw.png", pnginfo=info)
        assert read(tmp_path / "draw.png").prompt == "a fox"


def test_prompts_in_descriptions_and_in_other_letters(tmp_path: Path) -> None:
    said = f"an owl\nNegative prompt: x\n{SETTINGS}"
    for name, words, prompt in (("settings", said, "an owl"), ("words", "my dog at sea", "")):
        info = PngInfo()
        info.add_itxt(
            "XML:com.adobe.xmp",
            packet(f"<dc:description><rdf:Alt><rdf:li>{words}</rdf:li></rdf:Alt></dc:description>").decode(),
        )
        picture().image.save(tmp_path / f"{name}.png", pnginfo=info)
        assert read(tmp_path / f"{name}.png").prompt == prompt
    # PNG's plain chunks are Latin-1; many programs write UTF-8 into them.
    for text, wrong in (("an owl, 猫", "utf-8"), ("an owl, Größe", "utf-8"), ("an owl, Größe", "latin-1")):
        assert prompts.prompt_of({"parameters": text.encode(wrong).decode("latin-1")}) == text


@pytest.mark.parametrize(
    "text", ["a lighthouse, Größe", "東京の夜、雨", "Маяк на закате", "مرحبا يا عالم", "東京\nx", "夜"]
)
def test_comments_of_either_byte_order(text: str) -> None:
    for order, little in (("utf-16-be", False), ("utf-16-le", True)):
        assert prompts.comment_text(b"UNICODE\0" + text.encode(order), little=little) == text
    assert prompts.comment_text(b"UNICODE\0" + text.encode("utf-16"), little=False) == text
    # A1111 writes big-endian letters whatever order EXIF has.
    parameters = f"{text}\nNegative prompt: x\n{SETTINGS}"
    for order in ("utf-16-be", "utf-16-le"):
        for little in (False, True):
            assert prompts.comment_text(b"UNICODE\0" + parameters.encode(order), little=little) == parameters


def test_comments_in_other_letters() -> None:
    assert prompts.comment_text(b"ASCII\0\0\0an owl", little=True) == "an owl"
    assert prompts.comment_text(bytes(8) + "größer".encode(), little=True) == "größer"
    assert prompts.comment_text(b"UNICODE\0an owl, in plain letters", little=True) == "an owl, in plain letters"
    for code in ("iso2022_jp", "shift_jis", "utf-8"):
        assert prompts.comment_text(b"JIS\0\0\0\0\0" + "夜の町".encode(code), little=True) == "夜の町"
    assert prompts.comment_text(b"JIS\0\0\0\0\0\xff\xff", little=True) == ""
    assert prompts.comment_text(12, little=True) is None
    assert prompts.comment_text(b"", little=True) == ""


@given(st.dictionaries(st.sampled_from(["parameters", "prompt", "workflow", "Dream", "UserComment"]), st.text()))
def test_any_text_is_survived(texts: dict[str, str]) -> None:
    assert isinstance(prompts.prompt_of(texts), str)


NAMES = st.sampled_from(["inputs", "positive", "prompt", "text", "nodes", "links", "1", "class_type", "image"])


FEW = st.lists(st.text(max_size=8) | st.integers(), max_size=3)


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, FEW | st.dictionaries(NAMES, FEW, max_size=3), max_size=3)))
def test_any_json_is_survived(content: object) -> None:
    for name in ("parameters", "prompt", "workflow", "invokeai_metadata"):
        assert isinstance(prompts.prompt_of({name: json.dumps(content)}), str)

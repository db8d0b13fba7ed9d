"""One way to read a picture: from a file of any common form to upright 8-bit sRGB, for photos of people and for the
gallery alike, so that nothing in the program sees a picture turned, washed out or in other colours than the rest.

Every file is taken as untrusted. What decoding it takes is known from its header before anything is decoded: a picture
that would take more than `ROOM` is read at a fraction of its size, or refused. All that are being read at the same
time share the same room.
"""

import ctypes
import io
import threading
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from fastface_core.errors import PhotoError
from fastface_core.pictures import costs as picture_costs
from fastface_core.pictures.colours import conversion, has_alpha
from fastface_core.pictures.costs import Wanted, faster_way, form_of, orientation_of, shrink, way_of
from fastface_core.pictures.headers import FORMS, check_samples, read_header
from fastface_core.pictures.named_colours import profile_of

MAX_PIXELS = 200_000_000
"""More than this is refused. The largest phone pictures (16320 x 12240) are just below."""
ROOM = 900 << 20
"""Bytes that all pictures that are being read may take together."""
PHOTO_ROOM = 680 << 20
"""Bytes that reading one photo of a person may take, its file among them: the models that look at it take as much."""
EXACT = 1 << 30
"""More pixels than any picture has across."""
BACKDROP = 128
"""What shows through transparent pixels. The face models subtract 127.5, so this grey is their zero: it says nothing,
and the soft edge of a cut-out gets no white or black rim."""

HINT_DAMAGED = "Copy it again from the camera or phone, or choose another photo."
_HINT_SMALLER = "Save a smaller copy of it and choose that."

_DULL = 24.0
"""An animation's first frame is taken unless its brightness varies by less than this: it may fade in from black."""
_MOST_FRAMES = 100
_MOST_FRAME_PIXELS = 64_000_000
"""How much of an animation is looked through for a frame that shows something."""

# Sizes are looked at here, by one limit for all forms; Pillow's own is lower, and asked of TIFF alone.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# What Pillow says of damaged metadata while it reads on would reach the terminal of a command. libtiff writes there
# itself; where it is within Pillow's own file it cannot be asked not to.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
with suppress(OSError, AttributeError):
    _libtiff = ctypes.CDLL(cast(Any, Image.core).__file__)
    _libtiff.TIFFSetErrorHandler(None)
    _libtiff.TIFFSetWarningHandler(None)


class TooLargeError(PhotoError):
    """A picture that would take more memory than there is, or than one picture may take."""


@dataclass(frozen=True, eq=False, slots=True)
class OpenPicture:
    """A picture that was decoded.

    Attributes:
        form: one of `FORMS`.
        width, height: pixels of the whole picture, upright.
        stored: as Pillow decoded it, neither turned nor converted, at 1/`shrunk_by` of its size where its form allows
            that.
        shrunk_by: how many pixels of the whole picture's width become one: 1, 2, 4, ...
        shrunk_at_least_by: the same where no smaller picture is `enough`.
        texts: what Pillow found beside the pixels.
        has_profile: whether the file names its colour space.
    """

    form: str
    width: int
    height: int
    stored: Image.Image
    shrunk_by: int
    shrunk_at_least_by: int
    texts: dict[str, object]
    has_profile: bool
    _orientation: int
    _reduce: int
    _whole_mode: Literal["RGB", "RGBA"]

    def image(self) -> Image.Image:
        """Mode RGB, or RGBA where the picture may have transparent pixels: upright, sRGB, with nothing beside them.

        To be asked for once: where it can, it changes `stored`.
        """
        stored = self.stored
        if self._orientation == 1 and self._reduce == 1 and stored.mode == self._whole_mode:
            for top, band in self._bands():
                if band is not None:
                    stored.paste(band, (0, top))
            stored.info = {}
            whole = stored
        else:
            turn = _TRANSPOSE.get(self._orientation)
            width, height = -(-stored.width // self._reduce), -(-stored.height // self._reduce)
            swaps = self._orientation in (5, 6, 7, 8)
            whole = Image.new(self._whole_mode, (height, width) if swaps else (width, height))
            for top, band in self._bands():
                band = band if band is not None else self._band(top)
                top //= self._reduce
                if turn is not None:
                    band = band.transpose(turn)
                whole.paste(band, _place(self._orientation, top, band, whole))
        return _bare(whole)

    def array(self) -> NDArray[np.uint8]:
        """(height, width, 3) uint8, upright, sRGB; transparent pixels show `BACKDROP`."""
        stored = self.stored
        height, width = -(-stored.height // self._reduce), -(-stored.width // self._reduce)
        swaps = self._orientation in (5, 6, 7, 8)
        upright = np.empty((width, height, 3) if swaps else (height, width, 3), np.uint8)
        target = _as_stored(upright, self._orientation)
        for top, band in self._bands():
            band = band if band is not None else self._band(top)
            if band.mode == "RGBA":
                grey = Image.new("RGB", band.size, (BACKDROP, BACKDROP, BACKDROP))
                band = Image.composite(band.convert("RGB"), grey, band.getchannel("A"))
            top //= self._reduce
            target[top : top + band.height] = np.asarray(band, dtype=np.uint8)
        return upright

    def _rows(self) -> int:
        rows = max(picture_costs.BAND // max(self.stored.width, 1), 1)
        return max(rows // self._reduce, 1) * self._reduce

    def _band(self, top: int) -> Image.Image:
        bottom = min(top + self._rows(), self.stored.height)
        return self.stored.crop((0, top, self.stored.width, bottom))

    def _bands(self) -> Iterator[tuple[int, Image.Image | None]]:
        """The picture in pieces from top to bottom, each converted; None where there is nothing to convert."""
        convert = conversion(self.stored, self.form)
        for top in range(0, self.stored.height, self._rows()):
            if convert is None and self._reduce == 1 and self.stored.mode == self._whole_mode:
                yield top, None
                continue
            band = self._band(top)
            band = convert(band) if convert is not None else band
            if band.mode != self._whole_mode:
                band = band.convert(self._whole_mode)
            yield top, band.reduce(self._reduce) if self._reduce > 1 else band


@contextmanager
def opened(
    source: bytes | BinaryIO,
    name: str,
    *,
    forms: tuple[str, ...] = FORMS,
    least: int = 0,
    enough: int | Callable[[tuple[int, int]], float] | None = None,
    as_array: bool = False,
    beside: float = 0.0,
    room: int | None = None,
    check: Callable[[ImageFile.ImageFile], None] | None = None,
) -> Generator[OpenPicture]:
    """Decodes a picture, and keeps its room until the block ends. Never within another such block.

    Of an animation the first frame is taken, or the first that shows something; of a HEIC file the primary picture, of
    a JPEG file that holds several (MPO) the first.

    Args:
        source: the file, or its content.
        name: of the file, as sentences show it.
        least: refuses a picture of whose longer side there is no room for so many pixels, instead of reading it at a
            smaller size; `EXACT` for all of them.
        enough: pixels of the longer side that are wanted, where a smaller picture is decoded faster; or what tells that
            from the stored picture's width and height.
        beside: bytes that are taken for each pixel while the block lasts.
        as_array: says that `OpenPicture.array` is wanted, and not `image`.
        room: bytes that this picture may take; None for all that there are.
        check: raises a PhotoError for a picture that is not wanted, before it is decoded.

    Raises:
        PhotoError: it is none of these forms, is damaged, or takes too much memory.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    with decoding(name):
        picture = read_header(file, name, forms)
        _check_size(picture.size, name)
        if check is not None:
            check(picture)
        check_samples(picture, name)
        if (profile := profile_of(picture, form_of(picture), file)) is not None:
            picture.info["icc_profile"] = profile
        size = picture.size
        held = len(source) if isinstance(source, bytes) else 0
        wanted = Wanted(min(room or ROOM, ROOM) - held, least, as_array, beside)
        way = full = way_of(picture, file, 1, wanted)
        if way is None or full is None:
            raise TooLargeError(
                f"{name} has {size[0]} x {size[1]} pixels, which take more memory than one picture may.", _HINT_SMALLER
            )
        if enough is not None:
            way = faster_way(picture, file, full, enough if isinstance(enough, int) else enough(size), wanted)
    with _room.taken(way.cost + held):
        with decoding(name):
            shrink(picture, way)
            picture.load()
            _check_size(picture.size, name)
            if picture.width * picture.height > size[0] * size[1]:
                raise PhotoError(f"{name} is damaged or incomplete.", HINT_DAMAGED)
            kept = _telling_frame(picture)
            orientation = orientation_of(picture)
            swaps = orientation in (5, 6, 7, 8)
            found = OpenPicture(
                form=form_of(picture),
                width=size[1] if swaps else size[0],
                height=size[0] if swaps else size[1],
                stored=kept,
                shrunk_by=way.decoded_at * way.reduce,
                shrunk_at_least_by=full.decoded_at * full.reduce,
                texts=_texts(picture),
                has_profile=bool(picture.info.get("icc_profile")),
                _orientation=orientation,
                _reduce=way.reduce,
                _whole_mode="RGBA" if has_alpha(kept) else "RGB",
            )
        yield found


def check_header(file: BinaryIO, name: str) -> None:
    """Reads what a picture says of itself at its beginning, and decodes nothing.

    Raises:
        PhotoError: it is of none of our forms, has too many pixels, or its header is damaged.
    """
    with decoding(name):
        _check_size(read_header(file, name, FORMS).size, name)


@contextmanager
def decoding(name: str) -> Generator[None]:
    """Turns what decoders raise into a PhotoError.

    All of `Exception`, because damaged data makes them raise nearly anything: SyntaxError, struct.error, KeyError,
    RuntimeError from libheif, MemoryError.
    """
    try:
        yield
    except PhotoError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise TooLargeError(f"{name} is too large for this computer's memory.", _HINT_SMALLER) from error
    except Exception as error:
        raise PhotoError(f"{name} is damaged or incomplete.", HINT_DAMAGED) from error


class Room:
    """Memory that several threads share: who needs more than is left waits for the others."""

    def __init__(self, size: int) -> None:
        self._left = self._size = size
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, wanted: int) -> Generator[None]:
        wanted = min(wanted, self._size)
        with self._changed:
            self._changed.wait_for(lambda: self._left >= wanted)
            self._left -= wanted
        try:
            yield
        finally:
            with self._changed:
                self._left += wanted
                self._changed.notify_all()


_room = Room(ROOM)


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise PhotoError(f"{name} has no pixels.", HINT_DAMAGED)
    if width * height > MAX_PIXELS:
        raise TooLargeError(
            f"{name} has {width} x {height} pixels, more than the {MAX_PIXELS // 1_000_000} million that are read.",
            _HINT_SMALLER,
        )


# Which frame


def _telling_frame(picture: ImageFile.ImageFile) -> Image.Image:
    """The picture at a frame that shows something: an animation may fade in from black, or from nothing."""
    if form_of(picture) not in ("WEBP", "GIF", "PNG", "AVIF") or not getattr(picture, "is_animated", False):
        return picture
    first = _variety(picture)
    if first >= _DULL:
        return picture
    varieties = [first]
    most = min(_MOST_FRAMES, max(_MOST_FRAME_PIXELS // max(picture.width * picture.height, 1), 1))
    try:
        for number in range(1, most):
            picture.seek(number)
            varieties.append(_variety(picture))
    except Exception:
        pass  # its end, or what is damaged behind the first frames
    best = max(varieties)
    chosen = 0 if best < 2 * first + 8 else next(i for i, one in enumerate(varieties) if one >= 0.9 * best)
    picture.seek(chosen)
    picture.load()
    return picture


def _variety(frame: Image.Image) -> float:
    """How much the brightness of a frame varies: 0 where it is of one colour."""
    small = frame.resize((64, 64), Image.Resampling.NEAREST)
    if has_alpha(small):
        grey = Image.new("RGBA", small.size, (BACKDROP, BACKDROP, BACKDROP, 255))
        small = Image.alpha_composite(grey, small.convert("RGBA"))
    return float(np.asarray(small.convert("L"), dtype=np.float32).std())


# Which way up

_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _place(orientation: int, top: int, band: Image.Image, whole: Image.Image) -> tuple[int, int]:
    """Where a piece that began `top` rows below the stored picture's edge belongs, once it is turned."""
    match orientation:
        case 3 | 4:
            return 0, whole.height - top - band.height
        case 5 | 8:
            return top, 0
        case 6 | 7:
            return whole.width - top - band.width, 0
        case _:
            return 0, top


def _as_stored(upright: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """The upright pixels seen as they are stored: what is written here goes to its place there."""
    if orientation in (3, 4, 7, 8):
        upright = upright[::-1]
    if orientation in (2, 3, 6, 7):
        upright = upright[:, ::-1]
    return upright.transpose(1, 0, 2) if orientation in (5, 6, 7, 8) else upright


def _texts(picture: Image.Image) -> dict[str, object]:
    return {str(name): value for name, value in picture.info.items()}


def _bare(image: Image.Image) -> Image.Image:
    """Only the pixels: what Pillow remembers beside them would be written again."""
    plain = cast(Any, image)._new(image.im)
    plain.info = {}
    return cast(Image.Image, plain)

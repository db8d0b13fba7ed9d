"""What makes a picture the same picture: its pixels, whatever the form of the file and whatever is written in it."""

import hashlib

from PIL import Image

_BAND = 1 << 22


def pixel_hash(image: Image.Image) -> bytes:
    """32 bytes: SHA-256 of the size and of the rows of 8-bit RGB, or RGBA where there is transparency.

    Args:
        image: as `picture_files` reads it: upright and in sRGB.
    """
    if image.mode not in ("RGB", "RGBA"):
        transparent = image.mode in ("LA", "La", "PA", "RGBa") or "transparency" in image.info
        image = image.convert("RGBA" if transparent else "RGB")
    digest = hashlib.sha256(f"{image.mode} {image.width}x{image.height} ".encode())
    # In pieces: a second copy of a large picture would take as much memory again.
    rows = max(_BAND // max(image.width, 1), 1)
    for top in range(0, image.height, rows):
        digest.update(image.crop((0, top, image.width, min(top + rows, image.height))).tobytes())
    return digest.digest()

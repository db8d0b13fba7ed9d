"""What makes a picture the same picture: its pixels, whatever the form of the file and whatever is written in it."""

import hashlib

from PIL import Image


def pixel_hash(image: Image.Image) -> bytes:
    """32 bytes: SHA-256 of the size and of the rows of 8-bit RGB, or RGBA where there is transparency."""
    if image.mode not in ("RGB", "RGBA"):
        transparent = image.mode in ("LA", "La", "PA", "RGBa") or "transparency" in image.info
        image = image.convert("RGBA" if transparent else "RGB")
    digest = hashlib.sha256(f"{image.mode} {image.width}x{image.height} ".encode())
    digest.update(image.tobytes())
    return digest.digest()

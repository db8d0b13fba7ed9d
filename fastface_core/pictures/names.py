"""What files of pictures are called: one list for dialogs, dropped folders, the gallery and photos beside a picture.

A file is taken for what it holds; its name only says where to look.
"""

JPEG_SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi", ".mpo")
"""All that JPEG files are called; the first is what this program calls its own."""

GALLERY_SUFFIXES = frozenset({*JPEG_SUFFIXES, ".png", ".apng", ".webp"})
"""What the files of the library may be called: forms into which marks can be written."""

TIFF_SUFFIXES = (".tif", ".tiff")

DOCUMENT_SUFFIXES = (".pdf", ".png", *JPEG_SUFFIXES, *TIFF_SUFFIXES)
"""What documents of a person may be called, as a scanned release."""

PHOTO_SUFFIXES = GALLERY_SUFFIXES | {
    *(".heic", ".heif", ".hif", ".avif", *TIFF_SUFFIXES, ".bmp", ".dib", ".gif"),
    *(".jp2", ".j2k", ".jpf", ".jpx", ".ppm", ".pgm", ".pbm", ".pnm"),
}
"""What the files of photos may be called: all forms that `picture_files` reads."""

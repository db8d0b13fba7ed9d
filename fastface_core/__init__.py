"""FastFace: portraits of a person from a few photos, without any user interface.

Importing this package is cheap: torch and the other heavy libraries are imported by
`fastface_core.engine` alone, and only when it is used.
"""

__version__ = "0.1.0"

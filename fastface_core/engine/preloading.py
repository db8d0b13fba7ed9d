"""Loading torch's shared libraries before `import torch`, without holding up the interpreter's other threads.

The dynamic linker takes its time for them, and on a cold disk long. Python keeps its lock while it opens an extension
module and, as tried with 3.11, in `ctypes.CDLL`; a call of the C function lets go of it. On Windows torch loads its
libraries in that way itself.
"""

import ctypes
import importlib.util
import os
import sys
from pathlib import Path


def preload_torch() -> None:
    """Does nothing where torch is not found or cannot be loaded: `import torch` says that better."""
    if sys.platform == "win32" or "torch" in sys.modules:
        return
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.submodule_search_locations:
        return
    folder = Path(spec.submodule_search_locations[0]) / "lib"
    suffix = "dylib" if sys.platform == "darwin" else "so"
    # In the order and with the visibility that torch itself asks for.
    for name, mode in (("libtorch_global_deps", os.RTLD_GLOBAL), ("libtorch", os.RTLD_LOCAL)):
        library = folder / f"{name}.{suffix}"
        if library.is_file():
            _open(library, os.RTLD_LAZY | mode)


def _open(library: Path, mode: int) -> None:
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
    dlopen.restype = ctypes.c_void_p
    dlopen(os.fsencode(library), mode)

"""The small networks that read a photo, loaded once for the whole program."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastface_core.errors import ModelError
from fastface_core.paths import resource

_REPAIR = "Install FastFace again."


@cache
def _session(name: str) -> Any:
    import onnxruntime

    file = resource("face") / name
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # A few milliseconds of work: more threads would only wait for one another.
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except MemoryError:
        raise
    except Exception as error:
        raise ModelError(f"The file {name}, with which faces are measured, is missing or damaged.", _REPAIR) from error


def answers(name: str, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """What a network of resources/face says of one picture.

    Args:
        name: its file's name.
        picture: (height, width, 3), in the range that the file's README names.

    Raises:
        ModelError: the file is missing or damaged.
    """
    session = _session(name)
    return session.run(None, {session.get_inputs()[0].name: picture[None]})

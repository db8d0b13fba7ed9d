"""Face recognition models in ONNX form: an aligned crop in, an embedding out. Only from local files."""

from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.alignment import TEMPLATE_SIZE, aligned
from fastface_core.errors import ModelError

EMBEDDING_SIZE = 512

SAME_PERSON = 0.2
"""The least agreement, as a cosine, of a photo with a person's other photos, for recognisers trained with ArcFace's
loss. Their embeddings of strangers are almost orthogonal (cosines around 0, most within 0.15), while two photos of one
person rarely fall below 0.3. Lower than what face verification uses: refusing a true photo annoys more than letting a
bad one through, whose agreement is shown."""

REPAIR = "Install the model again."


class OnnxModel(Protocol):
    """What insightface makes of an ONNX file: a detector or a recogniser, by the shape of its inputs and outputs."""

    taskname: str
    model_file: str


class _ArcFace(OnnxModel, Protocol):
    """insightface's `ArcFaceONNX`."""

    input_size: tuple[int, int]
    output_shape: list[int | str | None]

    def get_feat(self, imgs: NDArray[np.uint8]) -> NDArray[np.float32]: ...


def session_settings() -> dict[str, Any]:
    """How insightface runs its models here: on the CPU, since they are small and the GPU's memory is for others."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # Errors only: old files make it warn on stderr about harmless things.
    # Of itself it takes all cores, whose threads go on spinning when they are done: they are the picture's meanwhile.
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # One session for all input sizes, where insightface would keep a rewritten copy for each of them.
    return {"providers": ["CPUExecutionProvider"], "sess_options": options, "static_shape_sessions": False}


def load_onnx(file: Path) -> OnnxModel | None:
    """The model in one ONNX file; None where insightface does not know its kind.

    Raises:
        ModelError: the file is missing or damaged.
    """
    if not file.is_file():
        raise ModelError(f"The model file {file.name} is missing.", REPAIR)
    from insightface.model_zoo import get_model

    try:
        found = get_model(str(file), **session_settings())
    except MemoryError:
        raise
    except Exception as error:
        # onnxruntime and onnx have no common ancestor for "this is not a valid model".
        raise ModelError(f"The model file {file.name} is damaged.", REPAIR) from error
    return cast("OnnxModel | None", found)


class Recogniser:
    """A model of ArcFace's form: 1 x 3 x S x S, RGB, (x - 127.5) / 127.5, to 512 numbers; S is 112 or a multiple."""

    def __init__(self, model: OnnxModel | None, name: str) -> None:
        """Takes what `load_onnx` gave.

        Args:
            name: the file's name, for messages.

        Raises:
            ModelError: it is not a recogniser of this form.
        """
        if model is None or model.taskname != "recognition":
            raise ModelError(f"The model file {name} is not a face recogniser.", REPAIR)
        self._name = name
        self._model = cast(_ArcFace, model)
        numbers = self._model.output_shape[-1]
        if self._model.input_size[0] % TEMPLATE_SIZE or (isinstance(numbers, int) and numbers != EMBEDDING_SIZE):
            raise ModelError(
                f"The face recogniser {name} has another form than the face adapter needs.",
                "Choose one that turns 112 pixels into 512 numbers, as ArcFace's do.",
            )

    def raw(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the model says of the face with these five points, before anything is done to it.

        Args:
            pixels: (height, width, 3) uint8 RGB.
            points: (5, 2) in pixels.

        Returns:
            (512,) float32; ArcFace's have lengths of about 20 to 25.

        Raises:
            ModelError: the model's answer has no direction (zero, infinite, or not a number).
        """
        crop = aligned(pixels, points, self._model.input_size[0])
        # insightface expects OpenCV's channel order and turns it to RGB itself.
        answer = self._model.get_feat(np.ascontiguousarray(crop[:, :, ::-1])).ravel()
        length = length_of(answer)
        if answer.size != EMBEDDING_SIZE or not np.isfinite(length) or length < 1e-6:
            raise ModelError(f"The face recogniser {self._name} gives no usable answer.", REPAIR)
        return answer.astype(np.float32)


def length_of(embedding: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(embedding.astype(np.float64)))


def normalised(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """With length 1, of an embedding that has a direction."""
    return (raw / length_of(raw)).astype(np.float32)

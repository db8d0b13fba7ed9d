"""Makes the tiny face models of tests/data/faces: `python tests/core/make_face_models.py`.

Both are small ONNX graphs in the form of insightface's files, so that insightface itself loads and runs them, and both
really look at the picture, so that tests can say beforehand what they must find:

- `detector.onnx`, in SCRFD's form. A "face" is a rectangle of saturated colours, whole in the frame and at most
  `LARGEST` pixels wide at the size at which the detector sees it. Its box is the rectangle, its five points lie in it
  as ArcFace's template lies in its 112 pixels; so the aligned crop of a square is that square.
- `recogniser.onnx`, in ArcFace's form: the mean green of the cells of a 4 x 4 grid, turned by an orthogonal matrix into
  512 numbers. Cosines between embeddings are the cosines between the grids.
- `other_size.onnx`, a recogniser with 256 outputs.

The first two make up the folder `pack`.

With `--heic`, and pillow-heif installed, which the program itself does not use (its wheels bundle a GPL encoder), it
also makes `turned.heic`: 64 x 32 stored pixels, left half red, right half blue, marked as to be turned clockwise.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).resolve().parents[1] / "data" / "faces"
LARGEST = 400
TEMPLATE = [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
GRID = 4


class Graph:
    """Collects nodes; `graph("Add", a, b)` adds one and gives its output's name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: object, kind: type = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, dtype=kind), name))
        return name

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def rename(self, value: str, name: str) -> None:
        self.nodes.append(helper.make_node("Identity", [value], [name], name=name))

    def model(self, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "tiny", inputs, outputs, initializer=self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="fastface tests")
        model.ir_version = 9
        onnx.checker.check_model(model, full_check=True)
        return model


def running_max(graph: Graph, value: str, axis: int, reverse: bool) -> str:
    """The largest value so far along an axis, by doubling steps; values are not negative."""
    for step in (2**power for power in range(10)):
        pads = [0] * 8
        pads[axis + (4 if reverse else 0)] = step
        start, end = (step, np.iinfo(np.int32).max) if reverse else (0, -step)
        shifted = graph(
            "Slice",
            graph("Pad", value, graph.constant(pads, np.int64)),
            graph.constant([start], np.int64),
            graph.constant([end], np.int64),
            graph.constant([axis], np.int64),
        )
        value = graph("Max", value, shifted)
    return value


def every(graph: Graph, value: str, axes: list[int], step: int) -> str:
    return graph(
        "Slice",
        value,
        graph.constant([0] * len(axes), np.int64),
        graph.constant([np.iinfo(np.int32).max] * len(axes), np.int64),
        graph.constant(axes, np.int64),
        graph.constant([step] * len(axes), np.int64),
    )


def detector() -> onnx.ModelProto:
    graph = Graph()
    one = graph.constant(1.0)
    saturation = graph("Sub", graph("ReduceMax", "input.1", axes=[1]), graph("ReduceMin", "input.1", axes=[1]))
    face = graph("Cast", graph("Greater", saturation, graph.constant(60 / 128)), to=TensorProto.FLOAT)
    ground = graph("Sub", one, face)
    ones = graph("Add", graph("Mul", face, graph.constant(0.0)), one)

    def edges(along: int) -> tuple[str, str, str, str]:
        """Along an axis, at every 8th pixel: own position, begin and end of the face there, and the picture's size."""
        across = 5 - along
        count = every(graph, graph("CumSum", ones, graph.constant(along, np.int64)), [across], 8)
        size = graph("ReduceMax", count, axes=[along])
        sparse = every(graph, ground, [across], 8)
        begin = running_max(graph, graph("Mul", count, sparse), along, reverse=False)
        backwards = graph("Sub", graph("Add", size, one), count)
        rest = running_max(graph, graph("Mul", backwards, sparse), along, reverse=True)
        end = graph("Sub", size, rest)
        position = graph("Sub", count, one)
        position, begin, end = (every(graph, value, [along], 8) for value in (position, begin, end))
        return position, begin, end, size

    x, left, right, width = edges(3)
    y, top, bottom, height = edges(2)
    valid = every(graph, face, [2, 3], 8)
    for low, high, size in ((left, right, width), (top, bottom, height)):
        for condition in (
            graph("Greater", low, graph.constant(0.0)),
            graph("Less", high, size),
            graph("LessOrEqual", graph("Sub", high, low), graph.constant(float(LARGEST))),
        ):
            valid = graph("Mul", valid, graph("Cast", condition, to=TensorProto.FLOAT))
    score = graph("Mul", valid, graph.constant(0.9))
    box = [graph("Sub", x, left), graph("Sub", y, top), graph("Sub", right, x), graph("Sub", bottom, y)]
    points: list[str] = []
    for u, v in TEMPLATE:
        for low, high, here, share in ((left, right, x, u), (top, bottom, y, v)):
            place = graph("Add", low, graph("Mul", graph("Sub", high, low), graph.constant(share / 112)))
            points.append(graph("Sub", place, here))
    outputs: list[onnx.ValueInfoProto] = []
    for kind, maps in (("score", [score]), ("bbox", box), ("kps", points)):
        whole = graph("Concat", *maps, axis=1) if len(maps) > 1 else maps[0]
        for stride in (8, 16, 32):
            part = every(graph, whole, [2, 3], stride // 8)
            if kind != "score":
                part = graph("Div", part, graph.constant(float(stride)))
            rows = graph(
                "Reshape",
                graph("Transpose", part, perm=[0, 2, 3, 1]),
                graph.constant([-1, 1, len(maps)], np.int64),
            )
            anchors = graph("Concat", rows, rows, axis=1)  # SCRFD has two anchors at each place.
            graph.rename(graph("Reshape", anchors, graph.constant([-1, len(maps)], np.int64)), f"{kind}_{stride}")
            outputs.append(helper.make_tensor_value_info(f"{kind}_{stride}", TensorProto.FLOAT, [None, len(maps)]))
    inputs = [helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [1, 3, "height", "width"])]
    return graph.model(inputs, outputs)


def recogniser(outputs: int = 512) -> onnx.ModelProto:
    graph = Graph()
    cell = 112 // GRID
    grid = graph("AveragePool", green(graph), kernel_shape=[cell, cell], strides=[cell, cell])
    numbers = GRID * GRID
    turn = np.linalg.qr(np.random.default_rng(2025).standard_normal((outputs, numbers)))[0].T
    flat = graph("Reshape", grid, graph.constant([1, numbers], np.int64))
    graph.rename(graph("MatMul", flat, graph.constant(np.round(turn, 6))), "embedding")
    return graph.model(
        [helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, outputs])],
    )


def green(graph: Graph) -> str:
    places = (graph.constant([place], np.int64) for place in (1, 2, 1))
    return graph("Slice", "input.1", *places)


def heic(file: Path) -> None:
    import pillow_heif  # pyright: ignore[reportMissingImports]
    from PIL import Image

    pixels = np.zeros((32, 64, 3), dtype=np.uint8)
    pixels[:, :32, 0] = 255
    pixels[:, 32:, 2] = 255
    exif = Image.Exif()
    exif[0x0112] = 6
    pillow_heif.from_pillow(Image.fromarray(pixels)).save(file, quality=95, exif=exif.tobytes())


if __name__ == "__main__":
    (FOLDER / "pack").mkdir(parents=True, exist_ok=True)
    if "--heic" in sys.argv:
        heic(FOLDER / "turned.heic")
    else:
        onnx.save(detector(), FOLDER / "pack" / "detector.onnx")
        onnx.save(recogniser(), FOLDER / "pack" / "recogniser.onnx")
        onnx.save(recogniser(256), FOLDER / "other_size.onnx")

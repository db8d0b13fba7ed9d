"""Translates a small TensorFlow Lite network into ONNX, number for number.

Only the operators that MediaPipe's face and person networks use are known; any other one is an error. Weights that
half precision holds exactly (MediaPipe stores them so) stay in it and are cast when the network is loaded; everything
is computed in single precision. Sparse weights are unpacked. Pictures go in as TensorFlow Lite takes them, with the
channels last. Needs the package `tflite`, which only this tool uses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import tflite  # pyright: ignore[reportMissingImports]  # for the script that converts alone
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
_KINDS = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}
_OPERATORS = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
_TO_FIRST, _TO_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


class UnknownNetworkError(Exception):
    """The file holds something that this translation does not know."""


def translate(data: bytes, given: str, wanted: dict[str, Callable[[Graph, str], str]]) -> onnx.ModelProto:
    """The network of a TensorFlow Lite file.

    `given` names its input; `wanted` names its outputs in the file's order, each with what is still to be done to it,
    such as a new shape.
    """
    return _Translation(data).run(given, wanted)


class Graph:
    """Collects nodes; `graph("Add", a, b)` adds one and gives its output's name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, value: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, value: np.ndarray) -> str:
        """A constant of floats, in half precision where nothing is lost by it."""
        half = value.astype(np.float16)
        if np.array_equal(half, value):
            return self("Cast", self.constant(half), to=TensorProto.FLOAT)
        return self.constant(value.astype(np.float32))

    def integers(self, values: object) -> str:
        return self.constant(np.array(values, np.int64))


class _Translation:
    def __init__(self, data: bytes) -> None:
        self.model = tflite.Model.GetRootAsModel(data, 0)
        self.net = self.model.Subgraphs(0)
        self.graph = Graph()
        self.values: dict[int, str] = {}  # of tensors that are computed: the channels are at index 1
        self.known: dict[int, np.ndarray] = {}  # of tensors that are unpacked from other ones

    def run(self, given: str, wanted: dict[str, Callable[[Graph, str], str]]) -> onnx.ModelProto:
        (entry,) = self.net.InputsAsNumpy()
        self.values[entry] = self.graph("Transpose", given, perm=_TO_FIRST)
        for index in range(self.net.OperatorsLength()):
            self._operator(self.net.Operators(index))
        outputs = []
        for tensor, (name, finish) in zip(self.net.OutputsAsNumpy(), wanted.items(), strict=True):
            value = self.values[tensor]
            if len(self._shape(tensor)) == 4:
                value = self.graph("Transpose", value, perm=_TO_LAST)
            value = finish(self.graph, value)
            self.graph.nodes.append(helper.make_node("Identity", [value], [name]))
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
        inputs = [helper.make_tensor_value_info(given, TensorProto.FLOAT, self._shape(entry))]
        graph = helper.make_graph(self.graph.nodes, "network", inputs, outputs, self.graph.constants)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        inferred = onnx.shape_inference.infer_shapes(made, strict_mode=True)
        for mine, theirs in zip(made.graph.output, inferred.graph.output, strict=True):
            mine.CopyFrom(theirs)
        onnx.checker.check_model(made)
        return made

    def _operator(self, operator: tflite.Operator) -> None:
        code = self.model.OperatorCodes(operator.OpcodeIndex())
        name = _OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        if name == "CUSTOM":
            name = code.CustomCode().decode()
        inputs, (output,) = [int(one) for one in operator.InputsAsNumpy()], operator.OutputsAsNumpy()
        if name in ("DEQUANTIZE", "DENSIFY"):
            self.known[output] = self._constant(inputs[0])
            return
        translated = getattr(self, f"_{name.lower()}", None)
        if translated is None:
            raise UnknownNetworkError(f"The operator {name} is not known.")
        self.values[output] = translated(operator, inputs, int(output))

    # What the file says

    def _shape(self, tensor: int) -> list[int]:
        return [int(size) for size in self.net.Tensors(tensor).ShapeAsNumpy()]

    def _constant(self, tensor: int) -> np.ndarray:
        if tensor in self.known:
            return self.known[tensor]
        described = self.net.Tensors(tensor)
        stored = self.model.Buffers(described.Buffer())
        if not stored.DataLength():
            raise UnknownNetworkError(f"The tensor {tensor} is no constant.")
        values = np.frombuffer(stored.DataAsNumpy().tobytes(), _KINDS[described.Type()])
        sparsity = described.Sparsity()
        return values.reshape(self._shape(tensor)) if sparsity is None else self._unpacked(tensor, values, sparsity)

    def _unpacked(self, tensor: int, values: np.ndarray, sparsity: tflite.SparsityParameters) -> np.ndarray:
        """Sparse along the last axis: of each row, which columns are kept, and from where on their values are."""
        shape = self._shape(tensor)
        axes = [sparsity.DimMetadata(axis) for axis in range(sparsity.DimMetadataLength())]
        formats = [axis.Format() for axis in axes]
        rows_only = [tflite.DimensionType.DENSE] * (len(shape) - 1) + [tflite.DimensionType.SPARSE_CSR]
        if formats != rows_only or list(sparsity.TraversalOrderAsNumpy()) != list(range(len(shape))):
            raise UnknownNetworkError(f"The weights {tensor} are packed in another way.")
        starts = _integers(axes[-1].ArraySegmentsType(), axes[-1].ArraySegments())
        columns = _integers(axes[-1].ArrayIndicesType(), axes[-1].ArrayIndices())
        rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        full = np.zeros((len(starts) - 1, shape[-1]), values.dtype)
        full[rows, columns] = values[: len(columns)]
        return full.reshape(shape)

    def _options(self, operator: tflite.Operator, kind: type) -> Any:
        options, table = kind(), operator.BuiltinOptions()
        options.Init(table.Bytes, table.Pos)
        return options

    # The operators

    def _activated(self, value: str, activation: int) -> str:
        if activation == tflite.ActivationFunctionType.NONE:
            return value
        if activation == tflite.ActivationFunctionType.RELU:
            return self.graph("Relu", value)
        raise UnknownNetworkError(f"The activation {activation} is not known.")

    def _window(self, options, tensor: int, kernel: list[int], dilation: tuple[int, int] = (1, 1)) -> dict[str, object]:
        """How a kernel is moved over a picture. TensorFlow's "same" puts an odd pixel of the margin at the end."""
        strides = [options.StrideH(), options.StrideW()]
        before, after = [0, 0], [0, 0]
        if options.Padding() == tflite.Padding.SAME:
            for axis, size in enumerate(self._shape(tensor)[1:3]):
                reach = (kernel[axis] - 1) * dilation[axis] + 1
                margin = max((-(-size // strides[axis]) - 1) * strides[axis] + reach - size, 0)
                before[axis], after[axis] = margin // 2, margin - margin // 2
        return {"kernel_shape": kernel, "strides": strides, "pads": before + after}

    def _convolved(self, options, inputs: list[int], weight: np.ndarray, groups: int) -> str:
        dilations = (options.DilationHFactor(), options.DilationWFactor())
        window = self._window(options, inputs[0], list(weight.shape[2:]), dilations)
        weights = [self.graph.weight(weight)]
        if len(inputs) > 2 and inputs[2] >= 0:
            weights.append(self.graph.weight(self._constant(inputs[2])))
        value = self.graph("Conv", self.values[inputs[0]], *weights, group=groups, dilations=dilations, **window)
        return self._activated(value, options.FusedActivationFunction())

    def _conv_2d(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        weight = self._constant(inputs[1]).transpose(_TO_FIRST)
        return self._convolved(self._options(operator, tflite.Conv2DOptions), inputs, weight, 1)

    def _depthwise_conv_2d(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        weight = self._constant(inputs[1]).transpose(3, 0, 1, 2)
        options = self._options(operator, tflite.DepthwiseConv2DOptions)
        return self._convolved(options, inputs, weight, self._shape(inputs[0])[3])

    def _convolution2dtransposebias(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        weight = self._constant(inputs[1]).transpose(3, 0, 1, 2)
        step = self._shape(output)[1] // self._shape(inputs[0])[1]
        if weight.shape[2:] != (step, step):
            raise UnknownNetworkError("A transposed convolution whose patches overlap is not known.")
        weights = self.graph.weight(weight), self.graph.weight(self._constant(inputs[2]))
        return self.graph("ConvTranspose", self.values[inputs[0]], *weights, strides=[step, step])

    def _pooled(self, kind: str, operator: tflite.Operator, inputs: list[int]) -> str:
        options = self._options(operator, tflite.Pool2DOptions)
        window = self._window(options, inputs[0], [options.FilterHeight(), options.FilterWidth()])
        value = self.graph(kind, self.values[inputs[0]], **window)
        return self._activated(value, options.FusedActivationFunction())

    def _max_pool_2d(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        return self._pooled("MaxPool", operator, inputs)

    def _average_pool_2d(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        return self._pooled("AveragePool", operator, inputs)

    def _combined(self, kind: str, options, inputs: list[int]) -> str:
        terms = [
            self.values[one] if one in self.values else self.graph.weight(self._constant(one).reshape(1, -1, 1, 1))
            for one in inputs
        ]
        return self._activated(self.graph(kind, *terms), options.FusedActivationFunction())

    def _add(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        return self._combined("Add", self._options(operator, tflite.AddOptions), inputs)

    def _mul(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        return self._combined("Mul", self._options(operator, tflite.MulOptions), inputs)

    def _pad(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        margins = self._constant(inputs[1])[_TO_FIRST]
        return self.graph("Pad", self.values[inputs[0]], self.graph.integers(margins.T.ravel()))

    def _prelu(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        slope = self.graph.weight(self._constant(inputs[1]).reshape(-1, 1, 1))
        return self.graph("PRelu", self.values[inputs[0]], slope)

    def _relu(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        return self.graph("Relu", self.values[inputs[0]])

    def _hard_swish(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        return self.graph("HardSwish", self.values[inputs[0]])

    def _logistic(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        return self.graph("Sigmoid", self.values[inputs[0]])

    def _resize_bilinear(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        options = self._options(operator, tflite.ResizeBilinearOptions)
        places = "asymmetric"
        if options.HalfPixelCenters():
            places = "half_pixel"
        elif options.AlignCorners():
            places = "align_corners"
        _, height, width, channels = self._shape(output)
        size = self.graph.integers([1, channels, height, width])
        value = self.values[inputs[0]]
        return self.graph("Resize", value, "", "", size, mode="linear", coordinate_transformation_mode=places)

    def _depth_to_space(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        block = self._options(operator, tflite.DepthToSpaceOptions).BlockSize()
        return self.graph("DepthToSpace", self.values[inputs[0]], blocksize=block, mode="DCR")

    def _reshape(self, operator: tflite.Operator, inputs: list[int], output: int) -> str:
        """Only at the very end, so that no other operator meets a value without channels at index 1."""
        value = self.graph("Transpose", self.values[inputs[0]], perm=_TO_LAST)
        if len(self._shape(output)) == 4:
            raise UnknownNetworkError("A change of shape inside the network is not known.")
        return self.graph("Reshape", value, self.graph.integers(self._shape(output)))


def _integers(kind: int, table) -> np.ndarray:
    vector = {
        tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
        tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
        tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
    }[kind]()
    vector.Init(table.Bytes, table.Pos)
    return np.asarray(vector.ValuesAsNumpy(), np.int64)

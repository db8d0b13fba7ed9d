"""Writes the recogniser as an ONNX graph that insightface takes for ArcFace.

The graph is written node by node: batch norms are folded into the convolutions, so that the first nodes hold no `Sub`
and `Mul`, from which insightface would conclude that the file does its own normalisation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from tools.starter.architecture import EMBEDDING, Recogniser


def _folded(pair: nn.Sequential) -> tuple[np.ndarray, np.ndarray]:
    """A convolution and its norm, as weight and bias of one convolution."""
    conv, norm = pair
    assert isinstance(conv, nn.Conv2d)
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weight = conv.weight * gain[:, None, None, None]
    bias = norm.bias - norm.running_mean * gain
    return weight.detach().numpy(), bias.detach().numpy()


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: list[str], tensors: list[np.ndarray] | None = None, **settings: Any) -> str:
        name = f"{kind}_{len(self.nodes)}"
        for index, tensor in enumerate(tensors or []):
            key = f"{name}_w{index}"
            self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(tensor, np.float32), key))
            inputs = [*inputs, key]
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **settings))
        return name

    def conv(self, x: str, weight: np.ndarray, bias: np.ndarray, **settings: Any) -> str:
        return self.add("Conv", [x], [weight, bias], kernel_shape=list(weight.shape[2:]), **settings)


def write(model: Recogniser, path: Path) -> None:
    """Write `model` (in evaluation mode) to `path`."""
    graph = _Graph()
    x = "input"
    around = [1, 1, 1, 1]
    for down, residual in model.blocks():
        x = graph.add("Relu", [graph.conv(x, *_folded(down), strides=[2, 2], pads=around)])
        if residual is not None:
            inner = graph.add("Relu", [graph.conv(x, *_folded(residual.first), pads=around)])
            inner = graph.conv(inner, *_folded(residual.second), pads=around)
            x = graph.add("Relu", [graph.add("Add", [x, inner])])
    pool = model.pool
    assert pool.bias is not None
    x = graph.conv(x, pool.weight.detach().numpy(), pool.bias.detach().numpy(), group=pool.groups)
    x = graph.add("Flatten", [x], axis=1)
    weight, bias = model.head.weight.detach().numpy(), model.head.bias.detach().numpy()
    graph.nodes.append(helper.make_node("Gemm", [x, "head_w", "head_b"], ["embedding"], name="Gemm_head", transB=1))
    graph.tensors += [numpy_helper.from_array(weight, "head_w"), numpy_helper.from_array(bias, "head_b")]

    picture = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, 112, 112])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", EMBEDDING])
    proto = helper.make_graph(graph.nodes, "starter_recogniser", [picture], [embedding], graph.tensors)
    # IR version 8 and opset 13: old enough for every onnxruntime still in use.
    made = helper.make_model(proto, opset_imports=[helper.make_opsetid("", 13)], producer_name="fastface", ir_version=8)
    onnx.checker.check_model(made)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(made, str(path))

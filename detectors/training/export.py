"""Writes the trained tagger as an ONNX network of whole numbers: eight bits in, seven bits of weight.

The network is small enough for the cache, so its cost is the multiplications; processors do four to eight times as many
of them on bytes as on floats. Weights keep to seven bits: with eight, processors without VNNI would clip sums of pairs,
and the same file would be read differently on two machines. Every activation behind the first layer is a sum of
rectified values, hence unsigned with zero as its zero.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.names.features import CHANNELS
from detectors.names.tagger import DILATIONS, LETTERS, MARKS, TAGS

LEVELS = 63
"""Largest weight: seven bits with sign."""
SURE = 0.9999
"""Share of the activations of the calibration texts that the scale of a layer covers."""

CONTRIBUTED = "com.microsoft"
"""Where ONNX Runtime keeps its sum of bytes and its convolution with the channels last."""

Floats = npt.NDArray[np.float32]


class Steps(NamedTuple):
    """How the bytes of a tensor are to be read: their step, and the names of the constants for step and zero."""

    size: float
    step: str
    zero: str


class _Graph:
    """Nodes and constants of one network; every layer gives the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def scale(self, name: str, values: Floats, *, signed: bool = False) -> Steps:
        """Step and zero of the bytes of a tensor, from what the calibration texts give."""
        largest = float(np.quantile(np.abs(values) if signed else values[values > 0], SURE))
        zero = 128 if signed else 0
        step = np.float32(largest / (255 - zero))
        return Steps(
            float(step),
            self.constant(f"{name}_step", step),
            self.constant(f"{name}_zero", np.uint8(zero)),
        )

    def convolution(
        self, name: str, source: str, before: Steps, weights: Floats, bias: Floats, after: Steps, dilation: int
    ) -> str:
        """``weights``: (width, in, out). Bytes in, bytes out; where the zero of ``after`` is 0, what is negative ends
        there, so the layer is rectified."""
        kernel = weights.transpose(2, 1, 0)
        step = np.maximum(np.abs(kernel).max(axis=(1, 2)), 1e-8).astype(np.float32) / LEVELS
        reach = weights.shape[0] // 2 * dilation
        inputs = [
            *(source, before.step, before.zero),
            self.constant(f"{name}_weights", np.rint(kernel / step[:, None, None]).astype(np.int8)),
            self.constant(f"{name}_weights_step", step),
            self.constant(f"{name}_weights_zero", np.zeros(len(step), dtype=np.int8)),
            *(after.step, after.zero),
            self.constant(f"{name}_bias", np.rint(bias / (step * np.float32(before.size))).astype(np.int32)),
        ]
        return self.node(
            "QLinearConv",
            inputs,
            name,
            domain=CONTRIBUTED,
            channels_last=1,
            kernel_shape=[weights.shape[0]],
            dilations=[dilation],
            pads=[reach, reach],
        )

    def sum(self, name: str, one: str, steps: Steps, other: str, other_steps: Steps, after: Steps) -> str:
        """Sum of two tensors of bytes."""
        inputs = [one, steps.step, steps.zero, other, other_steps.step, other_steps.zero, after.step, after.zero]
        return self.node("QLinearAdd", inputs, name, domain=CONTRIBUTED)


def export(arrays: dict[str, Any], letters: npt.NDArray[np.int32], marks: npt.NDArray[np.uint8], output: Path) -> None:
    """Write one network (as ``fit`` makes it) to ``output``.

    ``letters`` (characters,) and ``marks`` (characters, CHANNELS * 8) of calibration texts say how large the
    activations are.
    """
    import onnx
    from onnx import TensorProto, helper

    graph = _Graph()
    _layers(graph, arrays, letters, marks)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "name tagger",
            [
                helper.make_tensor_value_info(LETTERS, TensorProto.INT32, [1, None]),
                helper.make_tensor_value_info(MARKS, TensorProto.UINT8, [1, None, CHANNELS * 8]),
            ],
            [helper.make_tensor_value_info(TAGS, TensorProto.FLOAT, [1, None, 5])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(CONTRIBUTED, 1)],
        ir_version=9,
    )
    onnx.checker.check_model(model)
    output.write_bytes(model.SerializeToString())


def _layers(
    graph: _Graph, arrays: dict[str, Any], letters: npt.NDArray[np.int32], marks: npt.NDArray[np.uint8]
) -> None:
    """All layers, from letters and marks to the probabilities of the tags."""
    layers = _activations(arrays, letters, marks)
    plain = Steps(1.0, graph.constant("step", np.float32(1)), graph.constant("zero", np.uint8(0)))
    around = graph.scale("rows", arrays["embedding"], signed=True)
    table = np.clip(np.rint(arrays["embedding"] / around.size) + 128, 0, 255).astype(np.uint8)
    rows = graph.node("Gather", [graph.constant("embedding", table), LETTERS], "rows", axis=0)
    steps = graph.scale("listed", layers["listed"], signed=True)
    nothing = np.zeros(table.shape[1], dtype=np.float32)
    listed = graph.convolution("listed", MARKS, plain, arrays["flags"][None], nothing, steps, 1)
    now = graph.scale("seen", layers["seen"], signed=True)
    hidden = graph.sum("seen", rows, around, listed, steps, now)
    after = graph.scale("first", layers["first"])
    hidden = graph.convolution("first", hidden, now, arrays["wide"], arrays["wide_bias"], after, 1)
    now = after
    for i, dilation in enumerate(DILATIONS):
        weights, bias = arrays[f"dilated{i}"], arrays[f"dilated_bias{i}"]
        after = graph.scale(f"change{i}", layers[f"change{i}"])
        change = graph.convolution(f"change{i}", hidden, now, weights, bias, after, dilation)
        total = graph.scale(f"sum{i}", layers[f"sum{i}"])
        hidden, now = graph.sum(f"sum{i}", hidden, now, change, after, total), total
    after = graph.scale("logits", layers["logits"], signed=True)
    logits = graph.convolution("logits", hidden, now, arrays["out"][None], arrays["out_bias"], after, 1)
    back = graph.node("DequantizeLinear", [logits, after.step, after.zero], "back")
    graph.node("Softmax", [back], TAGS, axis=2)


def _activations(
    arrays: dict[str, Any], letters: npt.NDArray[np.int32], marks: npt.NDArray[np.uint8]
) -> dict[str, Floats]:
    """What every layer gives on the calibration texts, computed with floats; each (characters, channels)."""
    layers: dict[str, Floats] = {"listed": marks.astype(np.float32) @ arrays["flags"]}
    layers["seen"] = arrays["embedding"][letters] + layers["listed"]
    hidden = np.maximum(_convolve(layers["seen"], arrays["wide"], 1) + arrays["wide_bias"], 0)
    layers["first"] = hidden
    for i, dilation in enumerate(DILATIONS):
        step = _convolve(hidden, arrays[f"dilated{i}"], dilation) + arrays[f"dilated_bias{i}"]
        layers[f"change{i}"] = np.maximum(step, 0)
        hidden = layers[f"sum{i}"] = hidden + layers[f"change{i}"]
    layers["logits"] = hidden @ arrays["out"] + arrays["out_bias"]
    return layers


def _convolve(x: Floats, weights: Floats, dilation: int) -> Floats:
    half = weights.shape[0] // 2 * dilation
    padded = np.pad(x, ((half, half), (0, 0)))
    total = np.zeros((len(x), weights.shape[2]), dtype=np.float32)
    for k, taps in enumerate(weights):
        total += padded[k * dilation :][: len(x)] @ taps
    return total

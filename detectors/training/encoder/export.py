"""Writes the fitted encoder as what ``detectors.encoder`` reads: an ONNX network and a table of pieces.

The multiplications are on bytes: activations of eight bits, measured out anew for every tensor, weights of seven, one scale a
column. With eight, processors without VNNI would clip sums of pairs, and the same text would be read differently on two
machines. Norms, attention and the sums between layers stay floats. Word rows keep the four bits in which they came.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.encoder.reading import LETTERS, MARKS, OWNERS, TAGS, WORDS
from detectors.encoder.table import Table
from detectors.training.encoder.network import DILATIONS, EMBEDDING, EPS, HIDDEN, WIDTH, Form

LEVELS = 63
"""Largest weight: seven bits with sign."""
CONTRIBUTED = "com.microsoft"
"""Where ONNX Runtime keeps its attention, its sums with a norm and its product of bytes."""

Floats = npt.NDArray[np.float32]


class _Graph:
    """Nodes and constants of one network; every layer gives the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], *outputs: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, list(outputs), domain=domain, **attributes))
        return outputs[0]

    def quantized(self, source: str) -> list[str]:
        """Bytes, step and zero of a tensor."""
        names = [f"{source}_bytes", f"{source}_step", f"{source}_zero"]
        self.node("DynamicQuantizeLinear", [source], *names)
        return names

    def product(self, name: str, source: list[str], weights: Floats, bias: Floats) -> str:
        """``weights``: (in, out); ``source`` as ``quantized`` gives it."""
        step = np.maximum(np.abs(weights).max(axis=0), 1e-8).astype(np.float32) / LEVELS
        given, given_step, given_zero = source
        inputs = [
            given,
            self.constant(f"{name}_weights", np.rint(weights / step).astype(np.int8)),
            given_step,
            self.constant(f"{name}_steps", step),
            given_zero,
            self.constant(f"{name}_zeros", np.zeros(len(step), dtype=np.int8)),
            self.constant(f"{name}_bias", bias.astype(np.float32)),
        ]
        return self.node("MatMulIntegerToFloat", inputs, name, domain=CONTRIBUTED)

    def norm(self, name: str, source: str, added: str, weights: Floats, bias: Floats) -> str:
        """The norm of the sum of two tensors. ``Sum`` and not ``Add``: ONNX Runtime would join ``Add`` and norm to one operation that
        takes seven times as long."""
        both = self.node("Sum", [source, added], f"{name}_sum")
        constants = [self.constant(f"{name}_scale", weights), self.constant(f"{name}_shift", bias)]
        return self.node("LayerNormalization", [both, *constants], name, epsilon=EPS, axis=-1)


def export(state: dict[str, Floats], form: Form, heads: int, table: Table, folder: Path) -> None:
    """Write both files. ``state``: the module's weights by name."""
    from onnx import TensorProto, checker, helper

    graph = _Graph()
    _characters(graph, state, _layers(graph, state, form, heads))
    floats, whole, small = TensorProto.FLOAT, TensorProto.INT64, TensorProto.UINT8
    given = [
        helper.make_tensor_value_info(WORDS, floats, [1, "pieces", WIDTH]),
        helper.make_tensor_value_info(OWNERS, whole, ["characters"]),
        helper.make_tensor_value_info(LETTERS, whole, ["characters"]),
        helper.make_tensor_value_info(MARKS, small, ["characters", state["flags.weight"].shape[1]]),
    ]
    result = helper.make_tensor_value_info(TAGS, floats, ["characters", len(state["out.bias"])])
    made = helper.make_graph(graph.nodes, "encoder", given, [result], graph.constants)
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(CONTRIBUTED, 1)], ir_version=8
    )
    checker.check_model(model)
    (folder / "encoder.onnx").write_bytes(model.SerializeToString())
    table.save(folder / "pieces.npz")


def _layers(graph: _Graph, state: dict[str, Floats], form: Form, heads: int) -> str:
    """The states of the pieces, (1, pieces, WIDTH)."""
    scale, shift = graph.constant("ln_scale", state["ln.weight"]), graph.constant("ln_shift", state["ln.bias"])
    x = graph.node("LayerNormalization", [WORDS, scale, shift], "read", epsilon=EPS, axis=-1)
    thirds = graph.constant("thirds", np.array([WIDTH] * 3, dtype=np.int64))
    for number in range(form.layers):
        weights, bias = (
            np.concatenate([state[f"layers.{number}.{part}.{kind}"] for part in "qkv"]) for kind in ("weight", "bias")
        )
        joined = graph.product(f"l{number}_qkv", graph.quantized(x), weights.T, bias)
        parts = [f"l{number}_{part}" for part in "qkv"]
        graph.node("Split", [joined, thirds], *parts, axis=2)
        seen = graph.node("MultiHeadAttention", parts, f"l{number}_seen", domain=CONTRIBUTED, num_heads=heads)
        for steps, norm in ((("ao",), "aln"), (("fi", "fo"), "oln")):
            y = seen if norm == "aln" else x
            for step in steps:
                name = f"layers.{number}.{step}"
                given = graph.quantized(y)
                y = graph.product(f"l{number}_{step}", given, state[f"{name}.weight"].T, state[f"{name}.bias"])
                if step == "fi":
                    y = graph.node("Gelu", [y], f"l{number}_gelu", domain=CONTRIBUTED)
            name = f"layers.{number}.{norm}"
            x = graph.norm(f"l{number}_{norm}", x, y, state[f"{name}.weight"], state[f"{name}.bias"])
    return x


def _characters(graph: _Graph, state: dict[str, Floats], states: str) -> None:
    """From the states of the pieces to the probabilities of the characters' tags."""
    given = graph.quantized(states)
    weights = np.concatenate([state["to_embedding.weight"], state["to_hidden.weight"]]).T
    both = graph.product("told", given, weights, np.concatenate([state["to_embedding.bias"], state["to_hidden.bias"]]))
    first = graph.constant("first", np.array([0], dtype=np.int64))
    flat = graph.node("Squeeze", [both, first], "told_flat")
    told = graph.node("Gather", [flat, OWNERS], "told_characters", axis=0)
    graph.node(
        "Split", [told, graph.constant("halves", np.array([EMBEDDING, HIDDEN], dtype=np.int64))], "near", "far", axis=1
    )
    letters = graph.node("Gather", [graph.constant("letters_rows", state["letters.weight"]), LETTERS], "rows", axis=0)
    bits = graph.node("Cast", [MARKS], "bits", to=1)
    listed = graph.node("MatMul", [bits, graph.constant("flags", state["flags.weight"].T)], "listed")
    c = graph.node("Sum", [letters, listed, "near"], "seen")
    across = graph.node("Unsqueeze", [graph.node("Transpose", [c], "turned", perm=[1, 0]), first], "across")
    wide = graph.node("Conv", [across, *_kernel(graph, state, "wide")], "wide_out", pads=[2, 2])
    far = graph.node("Unsqueeze", [graph.node("Transpose", ["far"], "far_turned", perm=[1, 0]), first], "far_across")
    h = graph.node("Relu", [graph.node("Add", [wide, far], "wide_sum")], "wide_relu")
    for i, d in enumerate(DILATIONS):
        step = graph.node("Conv", [h, *_kernel(graph, state, f"dilated.{i}")], f"step{i}", pads=[d, d], dilations=[d])
        h = graph.node("Add", [h, graph.node("Relu", [step], f"relu{i}")], f"sum{i}")
    back = graph.node("Transpose", [graph.node("Squeeze", [h, first], "narrow")], "back", perm=[1, 0])
    out = [graph.constant("out", state["out.weight"].T), graph.constant("out_bias", state["out.bias"])]
    logits = graph.node("Add", [graph.node("MatMul", [back, out[0]], "product"), out[1]], "logits")
    graph.node("Softmax", [logits], TAGS, axis=1)


def _kernel(graph: _Graph, state: dict[str, Floats], name: str) -> list[str]:
    return [graph.constant(f"{name}_{kind}", state[f"{name}.{kind}"]) for kind in ("weight", "bias")]

"""Loops in ONNX: what no round changes is read from outside, not handed from round to round.

TensorFlow hands all that a loop reads through its state, the weights too. A runtime then takes
them for variables: it neither packs them for fast products nor can quantize them.
"""

from __future__ import annotations

from typing import Any


def free_invariants(graph: Any) -> None:
    """Changes a graph in place so that its loops carry only what changes.

    Args:
        graph: An `onnx.GraphProto` whose loops have no loops inside.

    Example:
        >>> free_invariants(model.graph)
    """
    for node in graph.node:
        if node.op_type == "Loop":
            _rename_inputs(graph.node, _freed(node))


def _freed(loop: Any) -> dict[str, str]:
    """Frees one loop, and returns what stands for the outputs that it no longer has."""
    (body,) = (attribute.g for attribute in loop.attribute if attribute.name == "body")
    copies = {node.output[0]: node.input[0] for node in body.node if node.op_type == "Identity"}
    inside, outside = {}, {}
    # A loop reads a limit, a condition and the state; its body a count, a condition and the
    # state. The body gives a condition, the state and more, the loop the state and more.
    for place in reversed(range(2, len(loop.input))):
        name, result = body.input[place].name, body.output[place - 1].name
        if copies.get(result, result) == name:
            inside[name] = outside[loop.output[place - 2]] = loop.input[place]
            del loop.input[place], loop.output[place - 2]
            del body.input[place], body.output[place - 1]
    _rename_inputs(body.node, inside)
    return outside


def _rename_inputs(nodes: Any, names: dict[str, str]) -> None:
    for node in nodes:
        for place, name in enumerate(node.input):
            node.input[place] = names.get(name, name)

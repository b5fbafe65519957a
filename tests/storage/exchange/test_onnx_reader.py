"""Reading ONNX: models of other programs answer as in onnxruntime, and all else is refused by name."""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnapp.engine import Network
from nnapp.errors import FileFormatError, MissingAnswerError, NetworkError, NnappError
from nnapp.storage.exchange.completion import Answers, complete
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS
from nnapp.storage.exchange.onnx_reader import is_onnx, read_onnx_network_from
from nnapp.storage.exchange.onnx_writer import write_onnx_to
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(5)
W1, B1 = RNG.normal(size=(12, 5)).astype(np.float32), RNG.normal(size=5).astype(np.float32)
W2, B2 = RNG.normal(size=(5, 3)).astype(np.float32), RNG.normal(size=3).astype(np.float32)
WEIGHTS = {"W1": W1, "B1": B1, "W2": W2, "B2": B2}


@pytest.fixture(scope="module")
def onnx() -> Any:
    return pytest.importorskip("onnx")


Node = tuple[Any, ...]
"""An operator, the names of its inputs, the name of its output, and maybe its attributes."""

DENSE: list[Node] = [
    ("MatMul", ["x", "W1"], "m1"),
    ("Add", ["m1", "B1"], "z1"),
    ("Relu", ["z1"], "a1"),
    ("MatMul", ["a1", "W2"], "m2"),
    ("Add", ["m2", "B2"], "z2"),
    ("Softmax", ["z2"], "y", {"axis": -1}),
]


def model(
    nodes: Sequence[Node],
    shape: Sequence[int | str | None] = ("n", 12),
    *,
    outputs: Sequence[str] = ("y",),
    opset: int = 17,
    element_type: int = 1,
    metadata: dict[str, str] | None = None,
    **constants: Any,
) -> bytes:
    """Return a model as the package onnx writes it."""
    onnx = pytest.importorskip("onnx")
    helper = onnx.helper
    made = [
        helper.make_node(
            operator.rpartition("|")[2],
            inputs,
            [output],
            domain=operator.rpartition("|")[0],
            **(rest[0] if rest else {}),
        )
        for operator, inputs, output, *rest in nodes
    ]
    used = {name for node in made for name in node.input}
    tensors = [
        value if isinstance(value, onnx.TensorProto) else onnx.numpy_helper.from_array(np.asarray(value), name)
        for name, value in ({name: WEIGHTS[name] for name in WEIGHTS if name in used} | constants).items()
    ]
    graph = helper.make_graph(
        made,
        "g",
        [helper.make_tensor_value_info("x", element_type, shape)],
        [helper.make_tensor_value_info(name, 1, None) for name in outputs],
        tensors,
    )
    domains = {node.domain for node in made} - {""}
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    whole = helper.make_model(graph, opset_imports=imports, ir_version=8)
    helper.set_model_props(whole, metadata or {})
    data: bytes = whole.SerializeToString()
    return data


def read(data: bytes) -> ForeignNetwork:
    return read_onnx_network_from(io.BytesIO(data), "a.onnx")


def refusal(data: bytes) -> str:
    with pytest.raises((FileFormatError, NetworkError)) as caught:
        read(data)
    return str(caught.value)


def run(data: bytes, inputs: Array) -> Any:
    """Return the first output of onnxruntime."""
    runtime = pytest.importorskip("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: inputs})[0]


def assert_same_answers(data: bytes, shape: Sequence[int] = (12,), scale: str = "unit") -> ForeignNetwork:
    """Compare our answers with onnxruntime's for inputs in the model's own scale."""
    found = read(data)
    pixels = np.random.default_rng(2).integers(0, 256, (6, int(np.prod(shape)))).astype(np.uint8)
    scaling = INPUT_SCALINGS[scale]
    inputs = ((pixels / 255 - scaling.mean) / scaling.std).astype(np.float32).reshape(6, *shape)
    answers = Answers(input_scaling=scale) if found.input_scaling is None else None
    ours = complete(found, answers).network.forward(pixels)
    np.testing.assert_allclose(ours, run(data, inputs), atol=2e-5, rtol=2e-5)
    return found


class TestModelsOfOtherPrograms:
    def test_products_and_sums(self) -> None:
        """As skl2onnx and Keras write dense layers."""
        found = assert_same_answers(model(DENSE))
        assert found.activations == ("relu", "softmax")
        assert found.input_scaling is None
        assert found.layer_sizes == (12, 5, 3)
        assert found.weights[0].tobytes() == np.ascontiguousarray(W1.T).tobytes()
        with pytest.raises(MissingAnswerError):
            complete(found)

    @pytest.mark.parametrize("dynamic", [True, False])
    @pytest.mark.parametrize("flatten", ["Flatten", "view", "reshape"])
    def test_pytorch(self, onnx: Any, torch: Any, dynamic: bool, flatten: str) -> None:
        class Model(torch.nn.Module):  # type: ignore[misc, name-defined]  # a module that is imported late
            def __init__(self) -> None:
                super().__init__()
                self.fc1, self.fc2, self.flatten = torch.nn.Linear(12, 5), torch.nn.Linear(5, 3), torch.nn.Flatten()

            def forward(self, x: Any) -> Any:
                x = {
                    "Flatten": self.flatten,
                    "view": lambda x: x.view(x.size(0), -1),
                    "reshape": lambda x: x.reshape(-1, 12),
                }[flatten](x)
                x = torch.nn.functional.dropout(torch.tanh(self.fc1(x)), 0.5, self.training)
                return torch.softmax(self.fc2(x), dim=1)

        torch.manual_seed(0)
        stream = io.BytesIO()
        example = torch.zeros(6, 1, 3, 4)
        axes = {"dynamic_axes": {"x": {0: "n"}}} if dynamic else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the newer exporter needs one more package
            torch.onnx.export(Model().eval(), (example,), stream, input_names=["x"], dynamo=False, **axes)
        found = assert_same_answers(stream.getvalue(), (1, 3, 4))
        assert found.activations == ("tanh", "softmax")
        assert found.input_shape == (3, 4)

    def test_as_the_newer_exporter_of_pytorch_writes(self) -> None:
        nodes: list[Node] = [
            ("Reshape", ["x", "flat"], "view", {"allowzero": 1}),
            ("Gemm", ["view", "V1", "B1"], "linear", {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1}),
            ("Relu", ["linear"], "relu"),
            ("Gemm", ["relu", "V2", "B2"], "linear_1", {"alpha": 1.0, "beta": 1.0, "transB": 1}),
            ("LogSoftmax", ["linear_1"], "y", {"axis": 1}),
        ]
        data = model(nodes, ("s77", 1, 3, 4), opset=20, flat=np.array([-1, 12]), V1=W1.T.copy(), V2=W2.T.copy())
        found = read(data)
        assert found.activations == ("relu", "softmax")
        assert any("LogSoftmax" in note for note in found.notes)
        pixels = np.arange(24, dtype=np.uint8).reshape(2, 12)
        ours = complete(found, Answers(input_scaling="bytes")).network.forward(pixels)
        theirs = run(data, pixels.astype(np.float32).reshape(2, 1, 3, 4))
        np.testing.assert_allclose(np.log(ours), theirs, atol=1e-4)

    def test_keras_with_images_last_and_scaling(self) -> None:
        """An input (n, height, width, 1), a Rescaling layer, Flatten, Dropout, layers."""
        nodes: list[Node] = [
            ("Mul", ["x", "factor"], "scaled"),
            ("Reshape", ["scaled", "flat"], "x0"),
            *[
                (name, ["x0" if value == "x" else value for value in inputs], *rest)
                for name, inputs, *rest in DENSE[:3]
            ],
            ("Dropout", ["a1"], "kept"),
            ("MatMul", ["kept", "W2"], "m2"),
            *DENSE[4:],
        ]
        data = model(nodes, ("n", 4, 3, 1), factor=np.float32(1 / 255), flat=np.array([-1, 12]))
        found = assert_same_answers(data, (4, 3, 1), "bytes")
        assert found.input_scaling == INPUT_SCALINGS["bytes"]
        assert found.input_shape == (4, 3)
        assert "taken for such" in found.notes[-1]

    def test_scikit_learn_with_the_chosen_class(self) -> None:
        """skl2onnx gives the label too, and the probabilities as a dictionary."""
        chosen: list[Node] = [
            ("ArgMax", ["y"], "best", {"axis": 1}),
            ("ai.onnx.ml|ArrayFeatureExtractor", ["classes", "best"], "label"),
            ("ai.onnx.ml|ZipMap", ["y"], "dictionary", {"classlabels_int64s": [0, 1, 2]}),
        ]
        data = model([*DENSE, *chosen], outputs=("label", "dictionary"), classes=np.arange(3))
        found = read(data)
        assert found.activations == ("relu", "softmax")
        assert "left out" in found.notes[-1]
        assert read(model([*DENSE, *chosen[:1]], outputs=("y", "best"))).layer_sizes == (12, 5, 3)


class TestOperators:
    @pytest.mark.parametrize(
        ("operator", "attributes", "activation"),
        [
            ("Relu", {}, "relu"),
            ("Sigmoid", {}, "sigmoid"),
            ("Tanh", {}, "tanh"),
            ("LeakyRelu", {}, "leaky-relu"),
            ("LeakyRelu", {"alpha": 0.01}, "leaky-relu"),
            ("Identity", {}, "linear"),
        ],
    )
    def test_activations(self, operator: str, attributes: dict[str, Any], activation: str) -> None:
        nodes = [*DENSE[:2], (operator, ["z1"], "a1", attributes), ("MatMul", ["a1", "W2"], "y")]
        assert assert_same_answers(model(nodes)).activations == (activation, "linear")

    @pytest.mark.parametrize(
        ("attributes", "bias"),
        [
            ({}, B1),
            ({"alpha": 0.5, "beta": 2.0}, B1),
            ({}, np.float32(0.5)),
            ({}, np.array([0.5], np.float32)),
            ({}, B1.reshape(1, 5)),
            ({"transB": 1}, None),
        ],
    )
    def test_gemm(self, attributes: dict[str, Any], bias: Any) -> None:
        weights = W1.T.copy() if attributes.get("transB") else W1
        inputs = ["x", "V"] if bias is None else ["x", "V", "c"]
        constants = {"V": weights} | ({} if bias is None else {"c": bias})
        assert_same_answers(model([("Gemm", inputs, "y", attributes)], **constants))

    @pytest.mark.parametrize(
        "nodes",
        [
            [("Div", ["x", "c"], "s")],
            [("Sub", ["c", "x"], "s")],
            [("Sub", ["x", "c"], "t"), ("Div", ["t", "c"], "s")],
            [("Mul", ["c", "x"], "t"), ("Add", ["c", "t"], "s")],
            [("Sub", ["x", "pixels"], "t"), ("Mul", ["t", "pixels"], "s")],
            [("Cast", ["x"], "t", {"to": 1}), ("Add", ["t", "pixels"], "s")],
        ],
    )
    def test_scaling_of_the_inputs(self, nodes: list[Node]) -> None:
        pixels = np.linspace(0.2, 3, 12, dtype=np.float32)
        rest: list[Node] = [("MatMul", ["s", "W1"], "m1"), *DENSE[1:]]
        assert_same_answers(model([*nodes, *rest], c=np.float32(0.3), pixels=pixels))

    def test_the_scaler_of_scikit_learn(self) -> None:
        attributes = {"offset": np.linspace(0, 0.4, 12).tolist(), "scale": np.linspace(2, 5, 12).tolist()}
        data = model([("ai.onnx.ml|Scaler", ["x"], "s", attributes), ("MatMul", ["s", "W1"], "y")])
        assert assert_same_answers(data).layer_sizes == (12, 5)
        data = model([("ai.onnx.ml|Scaler", ["x"], "s", {"offset": [0.0] * 12}), ("MatMul", ["s", "W1"], "y")])
        assert "scale of ai.onnx.ml.Scaler (s) in a.onnx must be a row of floats" in refusal(data)

    def test_scaling_between_layers(self) -> None:
        """After an activation it belongs to the next layer, before one to the layer itself."""
        nodes: list[Node] = [
            *DENSE[:2],
            ("Mul", ["z1", "B1"], "s1"),
            ("Relu", ["s1"], "a1"),
            ("Add", ["a1", "B1"], "t1"),
            ("Div", ["t1", "c"], "u1"),
            ("MatMul", ["u1", "W2"], "m2"),
            ("Sub", ["m2", "B2"], "y"),
        ]
        assert assert_same_answers(model(nodes, c=np.float32(3))).activations == ("relu", "linear")

    def test_scaling_of_images_by_pixel(self) -> None:
        image = np.linspace(1, 2, 12, dtype=np.float32).reshape(1, 3, 4)
        nodes: list[Node] = [("Div", ["x", "image"], "s"), ("Flatten", ["s"], "f"), ("MatMul", ["f", "W1"], "y")]
        assert_same_answers(model(nodes, ("n", 1, 3, 4), image=image), (1, 3, 4))

    @pytest.mark.parametrize("factor", [255, 127.5])
    def test_what_scales_bytes_takes_bytes(self, factor: float) -> None:
        data = model([("Div", ["x", "c"], "s"), ("MatMul", ["s", "W1"], "y")], c=np.float32(factor))
        assert assert_same_answers(data, scale="bytes").input_scaling == INPUT_SCALINGS["bytes"]

    def test_an_input_of_bytes(self) -> None:
        found = read(model([("Cast", ["x"], "s", {"to": 1}), ("MatMul", ["s", "W1"], "y")], element_type=2))
        assert found.input_scaling == INPUT_SCALINGS["bytes"]

    def test_what_the_file_says_about_its_inputs(self) -> None:
        """(p − 0.1307) / 0.3081 in the graph, for pixels of 0 to 1 as the metadata say."""
        nodes: list[Node] = [("Sub", ["x", "m"], "s"), ("Div", ["s", "d"], "t"), ("MatMul", ["t", "W1"], "y")]
        constants = {"m": np.float32(0.1307), "d": np.float32(0.3081)}
        found = assert_same_answers(model(nodes, metadata={"input_scale": "unit"}, **constants))
        assert found.input_scaling is not None
        assert found.input_scaling.mean == pytest.approx(0.1307)
        assert found.input_scaling.std == pytest.approx(0.3081)
        assert found.weights[0].tobytes() == np.ascontiguousarray(W1.T).tobytes()

    def test_shapes_that_change_nothing(self) -> None:
        nodes: list[Node] = [
            ("Transpose", ["x"], "t", {"perm": [0, 2, 3, 1]}),
            ("Reshape", ["t", "lengths"], "f"),
            ("Transpose", ["V"], "V1", {"perm": [1, 0]}),
            ("Identity", ["V1"], "V2"),
            ("MatMul", ["f", "V2"], "y"),
        ]
        assert_same_answers(model(nodes, ("n", 1, 3, 4), V=W1.T.copy(), lengths=np.array([0, -1])), (1, 3, 4))

    def test_constants_as_nodes(self, onnx: Any) -> None:
        value = onnx.numpy_helper.from_array(W1)
        nodes: list[Node] = [
            ("Constant", [], "V", {"value": value}),
            ("Constant", [], "c", {"value_floats": B1.tolist()}),
            ("Constant", [], "two", {"value_float": 2.0}),
            ("Gemm", ["x", "V", "c"], "z"),
            ("Mul", ["z", "two"], "y"),
        ]
        assert_same_answers(model(nodes))

    @pytest.mark.parametrize("opset", [7, 11, 13, 21])
    def test_versions_of_the_operators(self, opset: int) -> None:
        nodes = [*DENSE[:-1], ("Softmax", ["z2"], "y", {"axis": 1})]
        assert assert_same_answers(model(nodes, opset=opset)).activations == ("relu", "softmax")

    @pytest.mark.parametrize("kind", ["float16", "bfloat16", "double", "float_data", "double_data", "int32_data"])
    def test_types_of_weights(self, onnx: Any, kind: str) -> None:
        """Eighths are exact in all of them."""
        values = (np.arange(36) / 8 - 2).reshape(12, 3)
        types, helper = onnx.TensorProto, onnx.helper
        tensor = {
            "float16": lambda: onnx.numpy_helper.from_array(values.astype(np.float16), "V"),
            "bfloat16": lambda: helper.make_tensor(
                "V", types.BFLOAT16, [12, 3], (values.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes(), raw=True
            ),
            "double": lambda: onnx.numpy_helper.from_array(values, "V"),
            "float_data": lambda: helper.make_tensor("V", types.FLOAT, [12, 3], values.reshape(-1).tolist()),
            "double_data": lambda: helper.make_tensor("V", types.DOUBLE, [12, 3], values.reshape(-1).tolist()),
            "int32_data": lambda: helper.make_tensor("V", types.FLOAT16, [12, 3], values.reshape(-1).tolist()),
        }[kind]()
        found = read(model([("MatMul", ["x", "V"], "y")], V=tensor))
        assert found.weights[0].tolist() == values.T.tolist()

    def test_an_input_of_unknown_shape(self) -> None:
        assert read(model(DENSE, (None, None))).layer_sizes == (12, 5, 3)


class TestRefusals:
    @pytest.mark.parametrize(
        ("nodes", "sentence"),
        [
            ([("Conv", ["x", "W1"], "y")], "it uses Conv (y), which a network of dense layers does not have"),
            ([*DENSE[:2], ("Elu", ["z1"], "y")], "it uses Elu (y)"),
            ([("com.microsoft|FusedGemm", ["x", "W1"], "y")], "it uses com.microsoft.FusedGemm (y)"),
            ([*DENSE[:2], ("LeakyRelu", ["z1"], "y", {"alpha": 0.2})], "must have the slope 0.01; got 0.2"),
            ([*DENSE[:2], ("Softmax", ["z1"], "y", {"axis": 0})], "must be over the outputs of one image; got axis 0"),
            ([("Relu", ["x"], "y")], "Relu (y) in a.onnx must follow a dense layer"),
            ([*DENSE[:3], ("Tanh", ["a1"], "y")], "Tanh (y) in a.onnx must follow a dense layer"),
            ([*DENSE[:3], ("Mul", ["a1", "c"], "y")], "outputs that are scaled after their activation"),
            ([("Mul", ["x", "c"], "y")], "must have at least one dense layer"),
            ([("Gemm", ["x", "W1"], "y", {"transA": 1})], "must not transpose its input"),
            ([("Gemm", ["x", "W1", "B2"], "y")], "must have one bias per neuron; got (3,)"),
            ([("MatMul", ["W1", "x"], "y")], "must take what the operation before it gives"),
            ([("MatMul", ["x", "x"], "y")], "must have constants for weights; got 'x'"),
            ([("MatMul", ["x", "W2"], "y")], "must take the 12 values it is given; got 5"),
            ([("MatMul", ["x", "B1"], "y")], "must have a matrix of floats for weights; got 1 dimensions"),
            ([("MatMul", ["x", "whole"], "y")], "must have a matrix of floats for weights; got 2 dimensions of int64"),
            ([("Div", ["c", "x"], "s")], "must divide by a constant other than 0"),
            ([("Div", ["x", "zero"], "s")], "must divide by a constant other than 0"),
            ([("Add", ["x", "B1"], "s")], "must be one value or fit the 12 values of an image; got 5"),
            ([("Add", ["x", "W1"], "s")], "must be one value or fit the 12 values of an image; got 12 × 5"),
            ([("Add", ["x", "whole"], "s")], "must be of floats; got int64"),
            ([("Add", ["x", "x"], "s")], "must have constants for weights"),
            ([("Flatten", ["x"], "f", {"axis": 0})], "must flatten each image by itself (axis 1); got axis 0"),
            (
                [("Reshape", ["x", "lengths"], "f")],
                "must keep the images apart and say at most one length as −1; got 7 × 4",
            ),
            ([("Cast", ["x"], "y", {"to": 7})], "must keep floats; got ONNX's type 7"),
            ([("Dropout", ["x", "c", "training"], "y")], "must be for use, not for training"),
            ([("Transpose", ["x"], "y")], "must keep the order of an image's values; got the axes [1, 0]"),
            ([("Constant", [], "c2", {"value_string": "a"})], "must hold numbers"),
            ([("ArgMax", ["x"], "y")], "must have at least one dense layer"),
            ([("Concat", ["x", "x"], "y", {"axis": 1})], "Concat (y) in a.onnx must be of lengths"),
            ([("Unsqueeze", ["x", "lengths"], "y")], "Unsqueeze (y) in a.onnx must be of lengths"),
        ],
    )
    def test_what_is_no_dense_network(self, onnx: Any, nodes: list[Node], sentence: str) -> None:
        constants = {
            "c": np.float32(2),
            "zero": np.zeros(12, np.float32),
            "whole": np.ones((12, 2), np.int64),
            "lengths": np.array([7, 4]),
            "training": np.array(True),
        }
        data = model(nodes, outputs=(nodes[-1][2],), **constants)
        assert sentence in refusal(data)

    def test_branches(self) -> None:
        skip: list[Node] = [*DENSE[:3], ("MatMul", ["a1", "S"], "b"), ("Add", ["b", "a1"], "y")]
        assert "must have constants for weights" in refusal(model(skip, S=np.eye(5, dtype=np.float32)))
        two: list[Node] = [*DENSE[:3], ("Tanh", ["z1"], "t"), ("MatMul", ["t", "W2"], "y")]
        assert "has no branches; got 'z1'" in refusal(model(two))
        assert "must give the values of its last layer" in refusal(model(DENSE, outputs=("y", "a1")))
        assert "must give the values of its last layer" in refusal(model(DENSE, outputs=("W1",)))
        early: list[Node] = [*DENSE[:3], ("ArgMax", ["a1"], "best"), *DENSE[3:]]
        assert "must give the values of its last layer" in refusal(model(early, outputs=("best",)))

    def test_an_order_in_which_nothing_can_be_done(self) -> None:
        assert "must use values computed before; got 'm1'" in refusal(model([DENSE[1], DENSE[0]], outputs=("m1",)))
        assert "must have outputs of its own; got 'x'" in refusal(model([("Relu", ["x"], "x")], outputs=("x",)))

    def test_two_inputs(self, onnx: Any) -> None:
        whole = onnx.load_from_string(model(DENSE))
        whole.graph.input.append(onnx.helper.make_tensor_value_info("z", 1, [1]))
        assert "must have one input, the images; got x, z" in refusal(whole.SerializeToString())
        assert "must be floats or bytes; got ONNX's type 8" in refusal(model(DENSE, element_type=8))

    def test_initializers_that_are_listed_as_inputs(self, onnx: Any) -> None:
        """As up to version 3 of the format."""
        whole = onnx.load_from_string(model(DENSE))
        whole.graph.input.append(onnx.helper.make_tensor_value_info("W1", 1, [12, 5]))
        assert read(whole.SerializeToString()).layer_sizes == (12, 5, 3)

    def test_weights_in_another_file(self, onnx: Any) -> None:
        whole = onnx.load_from_string(model(DENSE))
        tensor = whole.graph.initializer[0]
        onnx.external_data_helper.set_external_data(tensor, "../../secret")
        tensor.ClearField("raw_data")
        assert "must be in the file itself; got a reference to another file, and none is followed" in refusal(
            whole.SerializeToString()
        )

    @pytest.mark.parametrize("missing", ["graph", "opset_import", "ir_version"])
    def test_parts_that_must_be_there(self, onnx: Any, missing: str) -> None:
        whole = onnx.load_from_string(model(DENSE))
        whole.ClearField(missing)
        assert "must" in refusal(whole.SerializeToString())

    def test_weights_that_are_not_finite(self) -> None:
        weights = W1.copy()
        weights[2, 1] = np.nan
        data = model([("MatMul", ["x", "V"], "y")], V=weights)
        assert "Weight 2 of neuron 1 in layer 1 of a.onnx must be a finite number" in refusal(data)
        data = model([("Gemm", ["x", "V"], "y", {"alpha": 1e30})], V=W1 * np.float32(1e30))
        assert "must be a finite number" in refusal(data)

    @pytest.mark.parametrize(
        ("dims", "sentence"),
        [
            ([50_000, 50_000], "must have 1 to 500,000,000 values; got 50,000 × 50,000"),
            ([10_000, 10_000], "must hold 400,000,000 bytes, as its dimensions say; got 240"),
            ([12, 5, 0], "must have 1 to 500,000,000 values"),
            ([-12, -5], "must have 1 to 500,000,000 values"),
            ([2**62, 2**62, 2**62], "must have 1 to 500,000,000 values"),
            ([1] * 9, "at most 8 numbers; got 9"),
            ([12, 6], "must hold 288 bytes, as its dimensions say; got 240"),
        ],
    )
    def test_claims_are_refused_at_once(self, onnx: Any, dims: list[int], sentence: str) -> None:
        whole = onnx.load_from_string(model(DENSE))
        tensor = next(item for item in whole.graph.initializer if item.name == "W1")
        del tensor.dims[:]
        tensor.dims.extend(dims)
        data = whole.SerializeToString()
        start = time.monotonic()
        assert sentence in refusal(data)
        assert time.monotonic() - start < 0.1

    def test_one_matrix_for_many_layers(self) -> None:
        """A small file must not become a large network."""
        weights = np.eye(12, dtype=np.float32)
        nodes: list[Node] = [("MatMul", ["x" if i == 0 else f"v{i}", "V"], f"v{i + 1}") for i in range(250)]
        assert "must have weights of its own" in refusal(model(nodes, outputs=("v250",), V=weights))

    def test_too_many_layers(self) -> None:
        weights = {f"V{i}": np.ones((1, 1), np.float32) for i in range(255)}
        nodes: list[Node] = [("MatMul", ["x" if i == 0 else f"v{i}", f"V{i}"], f"v{i + 1}") for i in range(255)]
        assert "must have 2 to 255 layers" in refusal(model(nodes, ("n", 1), outputs=("v255",), **weights))


def own_model() -> bytes:
    stream = io.BytesIO()
    network = Network.dense([4, 3, 2], rng=np.random.default_rng(0))
    write_onnx_to(stream, StoredNetwork(network, NetworkMetadata(class_names=("a", "b"), input_shape=(2, 2))))
    return stream.getvalue()


OWN = own_model()


def read_or_refuse(data: bytes) -> None:
    with suppress(NnappError):
        complete(read(data), Answers("relu", "softmax", "unit"))
    is_onnx(data[:512], io.BytesIO(data))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(OWN)), st.integers(0, 9), st.binary(max_size=9)), min_size=1, max_size=4))
def test_damaged_models_are_read_or_refused(changes: list[tuple[int, int, bytes]]) -> None:
    data = OWN
    for place, n_removed, inserted in changes:
        data = data[:place] + inserted + data[place + n_removed :]
    read_or_refuse(data)


@given(st.binary(max_size=80))
@example(b"")
@example(b"\x08\x07")
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises((FileFormatError, NetworkError)):
        read(data)
    is_onnx(data[:512], io.BytesIO(data))


def test_a_large_file_of_something_else_is_refused_unread(tmp_path: Path) -> None:
    """A hole in the file, which takes no room on the disk, and a graph that claims more than there is."""
    for start, sentence in ((b"", "got something else at offset 0"), (b"\x08\x07\x3a\xff\xff\xff\xff\x0f", "offset 2")):
        path = tmp_path / "a.onnx"
        path.write_bytes(start)
        with open(path, "r+b") as stream:
            stream.truncate(1_900_000_000)
            begun = time.monotonic()
            with pytest.raises(FileFormatError, match=sentence):
                read_onnx_network_from(stream, "a.onnx")
            stream.truncate(2**31)
            with pytest.raises(FileFormatError, match=r"must have at most 2,147,483,647 bytes"):
                read_onnx_network_from(stream, "a.onnx")
            assert time.monotonic() - begun < 0.1


def test_other_files_are_not_taken_for_onnx() -> None:
    for data in (b"", b"PK\x03\x04", b"\x93NUMPY", b"{", b"\x08" * 600, b"\x08\x07\x12", b"\x08\x07" * 300):
        assert not is_onnx(data[:512], io.BytesIO(data))

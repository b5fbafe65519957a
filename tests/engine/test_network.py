"""Networks: two ways to build the same one, the layout of its memory, what it computes and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.layers import Dense, Dropout, Layer, LeakyReLU, Linear, ReLU, Sigmoid, Softmax, Tanh
from nnapp.engine.network import MAX_LAYERS, MAX_NEURONS, Network, outputs_to_probabilities
from nnapp.errors import NetworkError


def small_network() -> Network:
    """Return a 2-2-3 network: W1 = [[1, 2], [3, −4]], b1 = [5, −6], W2 = [[1, 1], [0, −1], [2, 0]], b2 = [0, 9, −7]."""
    network = Network.dense([2, 2, 3])
    network.parameters[:] = [1, 2, 3, -4, 5, -6, 1, 1, 0, -1, 2, 0, 0, 9, -7]
    return network


class TestBuilding:
    def test_both_forms_are_the_same_network(self) -> None:
        from_layers = Network(
            [Dense(6, 5), Tanh(), Dropout(0.25), Dense(5, 4), Tanh(), Dropout(0.25), Dense(4, 3), Softmax()],
            initializer="xavier",
            rng=np.random.default_rng(1),
        )
        from_sizes = Network.dense(
            [6, 5, 4, 3],
            hidden_activation="tanh",
            dropout=0.25,
            initializer="xavier",
            rng=np.random.default_rng(1),
        )
        images = np.random.default_rng(2).random((7, 6))

        for first, second in ((from_layers, from_sizes), (from_sizes, from_layers)):
            assert repr(first) == repr(second)
            assert first.summary() == second.summary()
            assert first.layer_sizes == second.layer_sizes == (6, 5, 4, 3)
            assert first.activation_names == second.activation_names == ("tanh", "tanh", "softmax")
            np.testing.assert_array_equal(first.parameters, second.parameters)
            np.testing.assert_array_equal(first.forward(images), second.forward(images))

    def test_layers_of_a_list_may_be_of_any_kind(self) -> None:
        network = Network([Dense(3, 4), LeakyReLU(), Dense(4, 5), Dropout(0.5), Dense(5, 2), Sigmoid()])

        assert network.activation_names == ("leaky-relu", "linear", "sigmoid")
        assert network.output_activation == "sigmoid"
        assert (network.n_inputs, network.n_outputs) == (3, 2)

    def test_network_may_end_with_weighted_sums(self) -> None:
        bare = Network([Dense(3, 2)], rng=np.random.default_rng(3))
        linear = Network([Dense(3, 2), Linear()], rng=np.random.default_rng(3))
        images = np.random.default_rng(4).random((5, 3))

        assert bare.activation_names == linear.activation_names == ("linear",)
        np.testing.assert_array_equal(bare.forward(images), linear.forward(images))
        np.testing.assert_array_equal(bare.logits(images), linear.logits(images))

    def test_activations_may_differ_from_layer_to_layer(self) -> None:
        names = ["relu", "sigmoid", "linear", "softmax"]

        assert Network.from_activations([2, 3, 4, 5, 6], names).activation_names == tuple(names)

    def test_same_generator_same_bits(self) -> None:
        first, second = (Network.dense([5, 4, 3], rng=np.random.default_rng(5)) for _ in range(2))

        assert first.parameters.tobytes() == second.parameters.tobytes()
        first.initialize("he", np.random.default_rng(6))
        assert first.parameters.tobytes() != second.parameters.tobytes()

    def test_without_a_generator_every_network_is_another(self) -> None:
        assert not np.array_equal(Network.dense([5, 4]).parameters, Network.dense([5, 4]).parameters)

    def test_largest_sizes_are_allowed(self) -> None:
        assert Network.dense([1] * MAX_LAYERS).layer_sizes == (1,) * 255
        assert Network.dense([1, 65_535]).n_parameters == 2 * MAX_NEURONS == 131_070

    @pytest.mark.parametrize(
        ("layers", "sentence"),
        [
            ([], "A network must start with a Dense layer; got no layer."),
            ([ReLU(), Dense(2, 2)], "A network must start with a Dense layer; got ReLU()."),
            ([Dense(2, 3), Dense(4, 2)], "Dense(4, 2) must follow a layer of 4 outputs; got 3."),
            ([Dense(2, 3), ReLU(), Tanh()], "An activation must follow a Dense layer; got Tanh() after ReLU()."),
            (
                [Dense(2, 3), Sigmoid(), Dropout(0.5), Softmax()],
                "An activation must follow a Dense layer; got Softmax() after Dropout(0.5).",
            ),
            (
                [Dense(2, 3), Softmax(), Dense(3, 2)],
                "Softmax() must be the activation of the last layer; got it in a hidden layer.",
            ),
            (
                [Dense(2, 3), Dropout(0.5)],
                "The last layer must be Dense or an activation; got dropout, which would drop the answer.",
            ),
            ([Dense(65_536, 1)], "A layer must have at most 65,535 neurons; got 65,536."),
            ([Dense(1, 70_000), ReLU(), Dense(70_000, 1)], "A layer must have at most 65,535 neurons; got 70,000."),
            (
                [layer for _ in range(255) for layer in (Dense(1, 1), ReLU())],
                "A network must have 2 to 255 layers, inputs included; got 256.",
            ),
        ],
    )
    def test_layers_that_do_not_fit_are_refused(self, layers: list[Layer], sentence: str) -> None:
        with pytest.raises(NetworkError) as caught:
            Network(layers)

        assert str(caught.value) == sentence

    def test_same_dense_layer_twice_is_refused(self) -> None:
        layer = Dense(3, 3)

        with pytest.raises(NetworkError, match=r"must be an object of its own; got the same Dense\(3, 3\) twice"):
            Network([layer, ReLU(), layer])

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ({"layer_sizes": [784]}, "A network must have 2 to 255 layers, inputs included; got 1."),
            ({"layer_sizes": []}, "A network must have 2 to 255 layers, inputs included; got 0."),
            ({"layer_sizes": [1] * 256}, "A network must have 2 to 255 layers, inputs included; got 256."),
            (
                {"layer_sizes": [4, 0, 2]},
                "The number of outputs of a dense layer must be a whole number of at least 1; got 0.",
            ),
            (
                {"hidden_activation": "swish"},
                "The activation must be one of sigmoid, relu, leaky-relu, tanh, linear, softmax; got swish.",
            ),
            (
                {"hidden_activation": "softmax"},
                "Softmax() must be the activation of the last layer; got it in a hidden layer.",
            ),
            ({"initializer": "best"}, "The initializer must be one of uniform, xavier, he, lecun, normal; got best."),
            ({"dropout": 1}, "The dropout rate must be at least 0 and less than 1; got 1."),
            (
                {"layer_sizes": [4, 2], "dropout": -1},
                "The dropout rate must be at least 0 and less than 1; got -1.",
            ),
            ({"dtype": np.int32}, "The dtype of a network must be float32 or float64; got int32."),
            ({"dtype": np.float16}, "The dtype of a network must be float32 or float64; got float16."),
        ],
    )
    def test_wrong_arguments_are_refused(self, arguments: dict[str, Any], sentence: str) -> None:
        with pytest.raises(NetworkError) as caught:
            Network.dense(**{"layer_sizes": [4, 3, 2]} | arguments)

        assert str(caught.value) == sentence

    def test_number_of_activations_must_fit(self) -> None:
        with pytest.raises(NetworkError, match=r"^3 layers need 2 activations; got 1\.$"):
            Network.from_activations([4, 3, 2], ["relu"])


class TestMemory:
    def test_parameters_are_in_the_order_of_the_file(self) -> None:
        network = small_network()
        first, second = network.dense_layers

        assert network.parameters.dtype == np.float32
        assert network.parameters.flags.c_contiguous
        np.testing.assert_array_equal(first.weights, [[1, 2], [3, -4]])
        np.testing.assert_array_equal(first.biases, [5, -6])
        np.testing.assert_array_equal(second.weights, [[1, 1], [0, -1], [2, 0]])
        np.testing.assert_array_equal(second.biases, [0, 9, -7])

    def test_layers_share_the_memory(self) -> None:
        network = small_network()
        first, second = network.dense_layers

        first.weights[1, 0] = 30
        second.biases[2] = -70
        network.parameters[0] = 10

        assert network.parameters[2] == 30
        assert network.parameters[14] == -70
        assert first.weights[0, 0] == 10

    def test_split_gives_each_layer_its_stretch(self) -> None:
        network = Network([Dense(2, 3), ReLU(), Dropout(0.1), Dense(3, 1)])
        vector = np.arange(13.0)

        stretches = [(repr(layer), stretch.tolist()) for layer, stretch in network.split(vector)]

        # 2·3 weights and 3 biases, then 3·1 weights and 1 bias.
        assert stretches == [
            ("Dense(2, 3)", list(range(9))),
            ("ReLU()", []),
            ("Dropout(0.1)", []),
            ("Dense(3, 1)", list(range(9, 13))),
        ]
        assert all(np.shares_memory(stretch, vector) for _, stretch in network.split(vector) if stretch.size)

    def test_weight_slices_leave_the_biases_out(self) -> None:
        # 4 weights, 2 biases, 6 weights, 3 biases.
        assert small_network().weight_slices == [slice(0, 4), slice(6, 12)]

    @pytest.mark.parametrize("dtype", [None, np.float64, np.float32])
    def test_copy_is_independent(self, dtype: type | None) -> None:
        network = Network.dense([3, 4, 2], dropout=0.5, rng=np.random.default_rng(8))
        before = network.parameters.copy()

        twin = network.copy(dtype)
        np.testing.assert_array_equal(twin.parameters, before)
        assert repr(twin) == repr(network)
        assert twin.dtype == (np.float32 if dtype is None else dtype)

        twin.parameters += 1
        twin.dense_layers[0].weights *= 2
        twin.set_dropout(0)
        np.testing.assert_array_equal(network.parameters, before)
        np.testing.assert_array_equal(network.dense_layers[0].weights.ravel(), before[:12])
        np.testing.assert_array_equal(twin.dense_layers[0].weights.ravel(), 2 * (before[:12].astype(twin.dtype) + 1))
        assert "Dropout(0.5)" in repr(network)

    def test_double_precision_twin_computes_the_same(self) -> None:
        network = Network.dense([6, 5, 4], rng=np.random.default_rng(9))
        images = np.random.default_rng(10).random((8, 6))

        np.testing.assert_allclose(network.forward(images), network.copy(np.float64).forward(images), rtol=1e-5)
        assert network.copy(np.float64).forward(images).dtype == np.float64


class TestDropout:
    def test_is_put_after_every_hidden_layer(self) -> None:
        network = Network.dense([2, 3, 4, 5], dropout=0.5)

        network.set_dropout(0.25)

        assert repr(network) == (
            "Network([Dense(2, 3), ReLU(), Dropout(0.25), Dense(3, 4), ReLU(), Dropout(0.25), Dense(4, 5), Softmax()])"
        )
        network.set_dropout(0)
        assert repr(network) == "Network([Dense(2, 3), ReLU(), Dense(3, 4), ReLU(), Dense(4, 5), Softmax()])"

    def test_parameters_stay_where_they_are(self) -> None:
        network = small_network()
        images = np.ones((1, 2))
        expected = network.forward(images)

        network.set_dropout(0.9)

        np.testing.assert_array_equal(network.forward(images), expected)
        assert np.shares_memory(network.dense_layers[0].weights, network.parameters)

    def test_wrong_rate_changes_nothing(self) -> None:
        network = Network.dense([2, 3, 4], dropout=0.5)
        before = repr(network)

        with pytest.raises(NetworkError, match="got 2"):
            network.set_dropout(2)

        assert repr(network) == before


class TestComputing:
    def test_forward_by_arithmetic(self) -> None:
        network = small_network()
        inputs = np.array([[1, 1]])

        # z1 = [1 + 2 + 5, 3 − 4 − 6] = [8, −7], so a1 = [8, 0]; z2 = [8, 0 + 9, 16 − 7] = [8, 9, 9].
        np.testing.assert_array_equal(network.logits(inputs), [[8, 9, 9]])
        # Softmax: e⁸ : e⁹ : e⁹ = 1 : e : e, divided by 1 + 2e.
        expected = np.array([1, np.e, np.e]) / (1 + 2 * np.e)
        np.testing.assert_allclose(network.forward(inputs), [expected], rtol=1e-6)
        np.testing.assert_allclose(network.predict_proba(inputs), [expected], rtol=1e-6)
        assert network.predict(inputs).tolist() == [1], "of equal outputs the first"

    def test_activations_are_those_of_every_layer(self) -> None:
        inputs, hidden, outputs = small_network().activations(np.array([[1, 1], [0, 0]]))

        np.testing.assert_array_equal(inputs, [[1, 1], [0, 0]])
        # Of the second image z1 = b1 = [5, −6].
        np.testing.assert_array_equal(hidden, [[8, 0], [5, 0]])
        np.testing.assert_array_equal(outputs, small_network().forward(np.array([[1, 1], [0, 0]])))

    def test_activations_of_a_layer_without_a_function_are_its_sums(self) -> None:
        network = Network([Dense(1, 1), Dropout(0.5), Dense(1, 2)])
        network.parameters[:] = [2, 1, 3, -3, 0, 0]

        # z1 = 2·4 + 1, z2 = ±3·9.
        assert [found.tolist() for found in network.activations(np.array([[4]]))] == [[[4]], [[9]], [[27, -27]]]

    def test_pixels_are_scaled(self) -> None:
        network = small_network()
        pixels = np.array([[[0, 255]], [[51, 102]]], np.uint8)

        np.testing.assert_array_equal(network.forward(pixels), network.forward(np.array([[0, 1], [0.2, 0.4]])))

    def test_dropout_is_not_applied(self) -> None:
        network = Network.dense([4, 50, 3], dropout=0.5, rng=np.random.default_rng(11))
        images = np.random.default_rng(12).random((5, 4))

        first = network.forward(images)
        network.set_dropout(0)

        np.testing.assert_array_equal(network.forward(images), first)

    def test_images_are_not_changed_and_outputs_are_new(self) -> None:
        for network in (Network([Dense(3, 3)]), Network.dense([3, 3, 3]), Network([Dense(3, 3), Linear()])):
            images = np.random.default_rng(13).random((4, 3)).astype(np.float32)
            images.setflags(write=False)

            first, second = network.forward(images), network.forward(images)

            assert not np.shares_memory(first, second)
            assert not np.shares_memory(first, images)

    def test_no_image_has_no_output(self) -> None:
        network = small_network()

        assert network.forward(np.zeros((0, 2))).shape == (0, 3)
        assert network.predict(np.zeros((0, 2))).shape == (0,)
        assert network.predict_proba(np.zeros((0, 2))).shape == (0, 3)

    def test_images_of_another_size_are_refused(self) -> None:
        network = Network.dense([784, 10])

        for compute in (network.forward, network.logits, network.activations, network.predict, network.predict_proba):
            with pytest.raises(NetworkError, match=r"784 values each, one per input .*; got 32×32 = 1024\."):
                compute(np.zeros((1, 32, 32), np.uint8))


class TestProbabilities:
    @pytest.mark.parametrize(
        ("outputs", "expected"),
        [
            ([0.5, 0.25, 0.25], [0.5, 0.25, 0.25]),
            ([1, 1, 0.5], [0.4, 0.4, 0.2]),  # divided by 2.5
            ([-1, 3, 1], [0, 0.75, 0.25]),
            ([0, 0, 0], [1 / 3, 1 / 3, 1 / 3]),
            ([-1, -2, -3], [1 / 3, 1 / 3, 1 / 3]),
        ],
    )
    def test_other_outputs_are_divided_by_their_sum(self, outputs: list[float], expected: list[float]) -> None:
        values = np.array([outputs], float)

        np.testing.assert_allclose(outputs_to_probabilities(values, "sigmoid"), [expected], rtol=1e-15)
        np.testing.assert_array_equal(values, [outputs])

    @pytest.mark.parametrize("name", ["sigmoid", "relu", "leaky-relu", "tanh", "linear", "softmax"])
    def test_rows_sum_to_one_for_every_output_activation(self, name: str) -> None:
        network = Network.dense([5, 8, 4], output_activation=name, rng=np.random.default_rng(14))

        rows: NDArray[Any] = network.predict_proba(np.random.default_rng(15).normal(0, 10, (50, 5)))

        assert (rows >= 0).all()
        np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-6)


class TestDescription:
    def test_repr_builds_the_network_again(self) -> None:
        network = Network([Dense(784, 10), ReLU(), Dropout(0.2), Dense(10, 10), Softmax()])

        assert repr(network) == "Network([Dense(784, 10), ReLU(), Dropout(0.2), Dense(10, 10), Softmax()])"
        assert repr(eval(repr(network))) == repr(network)

    def test_summary_counts_parameters_and_bytes(self) -> None:
        rows = [line.split() for line in Network.dense([784, 128, 10]).summary().splitlines()]

        assert rows == [
            ["layer", "outputs", "activation", "parameters", "bytes"],
            ["inputs", "784", "0", "0"],
            # 784·128 + 128 = 100,480 parameters of 4 bytes.
            ["hidden", "layer", "1", "128", "relu", "100,480", "401,920"],
            # 128·10 + 10 = 1,290
            ["outputs", "10", "softmax", "1,290", "5,160"],
            ["total", "101,770", "407,080"],
        ]

    def test_summary_lines_up(self) -> None:
        lines = Network.dense([65_535, 1, 1, 2], hidden_activation="leaky-relu").summary().splitlines()

        assert len({len(line) for line in lines}) == 1

    def test_bytes_of_a_double_precision_network_are_twice_as_many(self) -> None:
        summary = Network.dense([2, 3], dtype=np.float64).summary()

        assert summary.splitlines()[-1].split() == ["total", "9", "72"]


def test_network_too_large_for_any_machine_is_refused_before_memory_is_taken() -> None:
    n_parameters = 65_535 * 65_535 + 65_535  # weights and biases of one layer
    with pytest.raises(NetworkError, match=f"got {n_parameters:,}"):
        Network([Dense(65_535, 65_535)])


def test_network_without_initializer_is_all_zeros() -> None:
    assert not Network.dense([3, 4, 2], initializer=None).parameters.any()

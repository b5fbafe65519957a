from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.diagram_model import DiagramModel
from nnapp.display.network_arrangement import arrange_network
from nnapp.display.network_layout import Connection, NetworkLayout, Neuron
from nnapp.display.network_scene import Answer
from nnapp.engine.network import Network

NAMES = [str(label) for label in range(10)]
SIZES = [784, 20, 10]


def lay_out(first_layer: int = 0, sizes: list[int] = SIZES) -> NetworkLayout:
    return arrange_network(480, 380, sizes, NAMES, 12, 4, lambda text, size_px: 7 * len(text), first_layer)


@pytest.fixture
def model() -> DiagramModel:
    """Return a model that shows what a network makes of noise, arranged and composed."""
    network = Network.dense(SIZES, rng=np.random.default_rng(3))
    model = DiagramModel(network, NAMES, (28, 28))
    image = np.random.default_rng(4).random((1, 784), np.float32)
    model.show_activations(
        [values[0] for values in network.activations(image)], Answer(network.predict_proba(image)[0])
    )
    model.arrange(lay_out())
    model.compose()
    return model


def place(model: DiagramModel, neuron: Neuron) -> tuple[int, int]:
    """Return where a neuron is."""
    assert model.layout is not None
    column, slot = model.layout.column_of(neuron.layer), model.shown.slot_of(neuron)
    assert column is not None
    assert slot is not None
    return column.x, column.ys[slot]


def middle(model: DiagramModel, connection: Connection) -> tuple[float, float]:
    (x0, y0), (x1, y1) = place(model, connection.source), place(model, connection.target)
    return (x0 + x1) / 2, (y0 + y1) / 2


def test_every_shown_neuron_is_found_and_described_at_its_place(model: DiagramModel) -> None:
    activations = model.compose().levels
    for layer in range(3):
        assert len(activations[layer]) == len(model.shown.neurons(layer))
        for index in model.shown.neurons(layer):
            neuron = Neuron(layer, int(index))
            assert model.neuron_at(*place(model, neuron)) == neuron
            assert model.sentence_at(*place(model, neuron)) == model.neuron_sentence(neuron)
            assert model.names.title(neuron) in model.neuron_sentence(neuron)


def test_the_strongest_signal_is_found_and_described(model: DiagramModel) -> None:
    lines = model.scene.lines[1]
    source = model.neuron_in(1, int(lines.sources[-1]))
    target = model.neuron_in(2, int(lines.targets[-1]))
    connection = Connection(source, target)
    weight = float(model.network.dense_layers[1].weights[target.index, source.index])

    x, y = middle(model, connection)

    found = model.connection_at(x, y)
    assert found is not None
    near = {found} | {model.connection_at(x, y + offset) for offset in (-2, -1, 1, 2)}
    assert connection in near
    assert f"weight {'+' if weight > 0 else '−'}{abs(weight):.3f} × " in model._connection_sentence(connection)


def test_nothing_is_said_where_nothing_is(model: DiagramModel) -> None:
    assert model.sentence_at(1, 1) == ""
    assert model.neuron_at(1, 1) is None


def test_a_neuron_before_the_selected_one_tells_their_connection(model: DiagramModel) -> None:
    model.selected = Neuron(2, 7)
    model.compose()
    neuron = Neuron(1, 5)
    weight = float(model.network.dense_layers[1].weights[7, 5])

    _, second_line = model.neuron_sentence(neuron).split("\n")

    assert second_line.startswith(f"layer 1, neuron 6 → output 7: weight {'+' if weight > 0 else '−'}{abs(weight):.3f}")
    assert "\n" not in model.neuron_sentence(Neuron(0, 5))
    model.selected = Neuron(0, 5)
    assert "row 1, column 6 → layer 1, neuron 6" in model.neuron_sentence(neuron)


def test_only_weights_into_the_selected_neuron_are_found(model: DiagramModel) -> None:
    model.selected = Neuron(2, 7)
    model.compose()

    for source in (0, 12, 19):
        found = model.connection_at(*middle(model, Connection(Neuron(1, source), Neuron(2, 7))))
        assert found is not None
        assert found.target == Neuron(2, 7)
    assert model.connection_at(*middle(model, Connection(model.neuron_in(0, 0), Neuron(1, 0)))) is None


def test_arrows_are_found_while_they_lead_somewhere(model: DiagramModel) -> None:
    assert model.layout is not None
    up, down = model.layout.buttons
    middles = [((left + right) // 2, (top + bottom) // 2) for left, top, right, bottom in (up.box, down.box)]

    assert model.button_at(*middles[0]) is None
    assert model.button_at(*middles[1]) == down
    assert model.sentence_at(*middles[1]) == "More neurons, by number (PageDown)"
    model.shown.turn(0, 1)
    assert model.sentence_at(*middles[0]) == "The most active neurons (PageUp)"
    model.shown.turn(0, 1)
    assert model.sentence_at(*middles[0]) == "Neurons before these, by number (PageUp)"


def test_the_keyboard_starts_at_the_answer_and_stays_where_it_went(model: DiagramModel) -> None:
    assert model.scene.answer is not None
    assert model.visible_cursor() == Neuron(2, model.scene.answer.predicted)

    model.cursor = Neuron(1, 3)
    assert model.visible_cursor() == Neuron(1, 3)

    hidden = next(index for index in range(784) if index not in model.shown.neurons(0))
    model.cursor = Neuron(0, hidden)
    assert model.visible_cursor() == model.neuron_in(0, 0)


def test_the_bias_of_the_selected_neuron_is_known(model: DiagramModel) -> None:
    assert model.selected_bias is None
    model.network.dense_layers[0].biases[4] = 0.25

    model.selected = Neuron(1, 4)
    assert model.selected_bias == 0.25
    assert "bias +0.250" in model.legend("standard")[0]
    model.selected = Neuron(0, 4)
    assert model.selected_bias is None


def test_new_places_keep_image_and_selection(model: DiagramModel) -> None:
    model.selected = Neuron(0, 0)

    model.arrange(lay_out())
    scene = model.compose()

    assert scene.levels.keys() == {0, 1, 2}
    assert scene.selection is not None
    assert model.neuron_in(0, scene.selection.slot) == Neuron(0, 0)


def test_scales_stay_while_they_suit(model: DiagramModel) -> None:
    before = model.scales[1]
    image = np.zeros((1, 784), np.float32)

    model.show_activations([values[0] for values in model.network.activations(image)], None)
    model.compose()

    assert model.scales[1] is before


def test_without_activations_neurons_tell_their_bias_alone(model: DiagramModel) -> None:
    model.show_activations(None, None)

    scene = model.compose()

    assert not model.has_activations
    assert scene.levels == {}
    assert model.neuron_sentence(Neuron(1, 0)) == "layer 1, neuron 1: bias 0.000"

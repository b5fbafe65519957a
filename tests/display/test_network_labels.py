from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.activation_scale import ActivationScale
from nnapp.display.network_arrangement import arrange_network
from nnapp.display.network_labels import Label, diagram_labels
from nnapp.display.network_layout import NetworkLayout
from nnapp.display.network_scene import Answer, Scene, Selection
from nnapp.display.palettes import contrast, palette
from nnapp.display.shown_neurons import ShownNeurons

LIGHT = palette("light")
SIZES = [784, 16, 3]
NAMES = ["zero", "one", "two"]
SCALES = {0: ActivationScale(0.0, 1.0), 1: ActivationScale(0.0, 2.5), 2: ActivationScale(-1.0, 1.0)}
LEVELS = {layer: np.zeros(1, np.uint8) for layer in range(40)}


def measure(text: str, size_px: int) -> float:
    return 0.6 * size_px * len(text)


def lay_out(sizes: list[int], width: int = 600) -> NetworkLayout:
    return arrange_network(width, 380, sizes, NAMES, 12, 4, measure, first_layer=99)


def labels_of(
    layout: NetworkLayout,
    scene: Scene,
    *,
    shown: ShownNeurons | None = None,
    scales: dict[int, ActivationScale] = SCALES,
    legend: tuple[str, ...] = ("legend",),
    bias: float | None = None,
) -> dict[str, Label]:
    """Return the labels by name."""
    shown = ShownNeurons(layout.columns) if shown is None else shown
    found = list(diagram_labels(layout, shown, scales, scene, legend, bias, LIGHT, measure))
    assert len({label.name for label in found}) == len(found)
    return {label.name: label for label in found}


def answering(probabilities: list[float], label: int | None) -> Scene:
    return Scene(LEVELS, output_neurons=np.arange(3), answer=Answer(np.array(probabilities), label))


def test_captions_and_scales_stand_above_their_columns() -> None:
    layout = lay_out(SIZES)
    labels = labels_of(layout, Scene(LEVELS, output_neurons=np.arange(3)))

    assert [labels[f"caption {layer}"].text for layer in range(3)] == ["inputs · 784", "layer 1 · 16", "outputs · 3"]
    assert [labels[f"black {layer}"].text for layer in range(3)] == ["0", "0", "−1"]
    assert [labels[f"white {layer}"].text for layer in range(3)] == ["1", "2.5", "1"]
    for column in layout.columns:
        assert labels[f"caption {column.layer}"].x == column.x
        assert labels[f"black {column.layer}"].x < column.x < labels[f"white {column.layer}"].x


def test_without_an_image_there_are_no_scales_and_no_numbers() -> None:
    labels = labels_of(lay_out(SIZES), Scene(output_neurons=np.arange(3)))

    assert not [name for name in labels if name.startswith(("black", "white", "scale", "number", "mark"))]
    assert [labels[f"name {slot}"].text for slot in range(3)] == NAMES


def test_where_columns_are_close_a_scale_is_its_numbers_or_its_end() -> None:
    sizes = [9, *[4] * 12, 3]
    layout = lay_out(sizes, 480)
    scales = dict.fromkeys(range(len(sizes)), ActivationScale(0.0, 1.0))
    wide_layer = layout.columns[2].layer
    scales[wide_layer] = ActivationScale(0.0, 0.125)

    labels = labels_of(layout, Scene(LEVELS, output_neurons=np.arange(3)), scales=scales)

    assert layout.scale_px == 0
    assert labels[f"scale {layout.last_layer}"].text == "0…1"
    # Seven letters of 7.2 pixels are more than the 32 between the columns, five are not much more.
    assert labels[f"scale {wide_layer}"].text in ("0.125", "")


def test_each_class_has_its_name_and_probability_on_its_row() -> None:
    layout = lay_out(SIZES)
    labels = labels_of(layout, answering([0.02, 0.9, 0.08], None))

    assert [labels[f"number {slot}"].text for slot in range(3)] == ["0.02", "0.90", "0.08"]
    for slot, y in enumerate(layout.columns[-1].ys):
        assert labels[f"name {slot}"].y == labels[f"number {slot}"].y == y
    assert [labels[f"name {slot}"].is_bold for slot in range(3)] == [False, True, False]
    assert not [name for name in labels if name.startswith("mark")], "nobody knows whether it is right"


def test_a_right_answer_is_ticked() -> None:
    labels = labels_of(lay_out(SIZES), answering([0.02, 0.9, 0.08], 1))

    assert (labels["mark 1"].text, labels["mark 1"].color) == ("✓", LIGHT.success)
    assert "mark 0" not in labels
    assert "mark 2" not in labels


def test_a_wrong_answer_is_crossed_and_the_right_class_ticked() -> None:
    labels = labels_of(lay_out(SIZES), answering([0.02, 0.9, 0.08], 2))

    assert (labels["mark 1"].text, labels["mark 1"].color) == ("✗", LIGHT.error)
    assert (labels["mark 2"].text, labels["mark 2"].color) == ("✓", LIGHT.success)
    assert "mark 0" not in labels


def test_classes_are_named_by_what_is_in_the_slots() -> None:
    scene = Scene(LEVELS, output_neurons=np.array([2, 0, 1]), answer=Answer(np.array([0.1, 0.2, 0.7])))

    labels = labels_of(lay_out(SIZES), scene)

    assert [labels[f"name {slot}"].text for slot in range(3)] == ["two", "zero", "one"]
    assert [labels[f"number {slot}"].text for slot in range(3)] == ["0.70", "0.10", "0.20"]


def test_layers_with_pages_say_how_many_neurons_are_not_shown_and_which_page_it_is() -> None:
    layout = lay_out(SIZES)
    shown = ShownNeurons(layout.columns)
    n_slots = layout.columns[0].n_slots
    scene = Scene(output_neurons=np.arange(3))

    labels = labels_of(layout, scene, shown=shown)
    assert labels["page 0"].text == f"{784 - n_slots} more"
    assert labels["arrow 0 1"].text == "▼"
    assert "arrow 0 -1" not in labels, "there is nothing before the most active"
    assert "page 1" not in labels

    shown.turn(0, 1)
    shown.turn(0, 1)
    labels = labels_of(layout, scene, shown=shown)
    assert labels["page 0"].text == f"{n_slots + 1}–{2 * n_slots}"
    assert labels["arrow 0 -1"].text == "▲"

    while shown.turn(0, 1):
        pass
    assert "arrow 0 1" not in labels_of(layout, scene, shown=shown)


def test_arrows_lead_to_layers_out_of_sight() -> None:
    layout = lay_out([9, *[4] * 60, 3], 480)

    labels = labels_of(layout, Scene(output_neurons=np.arange(3)))

    assert labels["arrow layers -1"].text == "◀"
    assert "arrow layers 1" not in labels


@pytest.mark.parametrize(
    ("legend", "expected"),
    [
        (("fits", "no"), "fits"),
        (("x" * 400, "fits"), "fits"),
        # (600 − 2 · 8) / 7.2 = 81 letters, one of which is the ellipsis.
        (("x" * 400, "y" * 200), "y" * 80 + "…"),
    ],
)
def test_the_longest_legend_that_fits_is_written(legend: tuple[str, ...], expected: str) -> None:
    assert labels_of(lay_out(SIZES), Scene(output_neurons=np.arange(3)), legend=legend)["legend"].text == expected


@pytest.mark.parametrize(("bias", "text"), [(0.31, "bias +0.310"), (-0.25, "bias −0.250"), (0.0, "bias 0.000")])
def test_the_bias_stands_beside_the_selected_neuron(bias: float, text: str) -> None:
    layout = lay_out(SIZES)
    scene = Scene(LEVELS, selection=Selection(1, 4, 0.5), output_neurons=np.arange(3))

    label = labels_of(layout, scene, bias=bias)["bias"]

    assert label.text == text
    assert label.y == layout.columns[1].ys[4]
    assert label.x > layout.columns[1].x
    assert label.is_boxed


def test_the_bias_of_an_output_stands_to_the_left_of_it() -> None:
    layout = lay_out(SIZES)
    scene = Scene(LEVELS, selection=Selection(2, 1, 0.5), output_neurons=np.arange(3))

    label = labels_of(layout, scene, bias=1.0)["bias"]

    assert label.anchor == "e"
    assert label.x < layout.columns[2].x


def test_the_bias_is_shortened_or_left_out_where_columns_are_close() -> None:
    layout = lay_out([9, *[4] * 12, 3], 480)
    layer = layout.columns[2].layer
    scales = dict.fromkeys(range(14), ActivationScale(0.0, 1.0))

    scene = Scene(LEVELS, selection=Selection(layer, 1, 0.5), output_neurons=np.arange(3))

    assert "bias" not in labels_of(layout, scene, scales=scales, bias=0.25)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colors", ["standard", "colour-blind"])
def test_all_text_can_be_read_on_the_canvas(theme: str, colors: str) -> None:
    look = palette(theme, colors)
    layout = lay_out(SIZES)
    scene = Scene(
        LEVELS,
        selection=Selection(1, 0, 0.5),
        output_neurons=np.arange(3),
        answer=Answer(np.array([0.1, 0.2, 0.7]), 1),
    )

    shown = ShownNeurons(layout.columns)
    for label in diagram_labels(layout, shown, SCALES, scene, ["legend"], 0.5, look, measure):
        assert contrast(label.color, look.canvas) >= 4.5, label

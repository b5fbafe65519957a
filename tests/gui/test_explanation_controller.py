"""Selecting neurons in the testing window and asking why, by real events: weights and explanations on the grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.testing_window import TestingWindowUser as Tester
from support.testing_window import row_of, write_row_network

from nnapp.display.network_layout import Neuron
from nnapp.engine.explanations import occlusion, saliency
from nnapp.engine.network import Network
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata


def select(tester: Tester, neuron: Neuron) -> None:
    tester.click_neuron(neuron)
    tester.wait_until(lambda: tester.window.diagram.selected == neuron)


def overlay(tester: Tester) -> np.ndarray:
    """Return the values drawn over the grid."""
    values = tester.window.grid._overlay_values
    assert values is not None
    return np.array(values)


def choose(tester: Tester, words: str) -> None:
    tester.open_tab("Why?")
    tester.xdo.click(tester.button(words))


def test_neuron_of_the_first_hidden_layer_shows_its_weights(tester: Tester) -> None:
    select(tester, Neuron(1, 4))
    expected = np.zeros((28, 28))
    expected[8] = 0.1  # as written in row_network
    tester.wait_until(lambda: tester.window.grid.read_line() == "layer 1, neuron 5: weights")
    np.testing.assert_allclose(overlay(tester), expected, atol=1e-7)
    palette = tester.app.style.palette
    assert tester.pixel_color(8, 3) == palette.positive
    assert tester.pixel_color(3, 3) == palette.neutral
    assert tester.tab == "Neuron"
    assert tester.window.neuron.read_title() == "Layer 1, neuron 5"
    select(tester, Neuron(1, 10))  # weight −2 from the sixth pixel
    tester.wait_until(lambda: overlay(tester)[0, 5] == -2)
    assert tester.pixel_color(0, 5) == palette.negative


def test_weight_is_said_for_the_pixel_under_the_pointer(tester: Tester) -> None:
    select(tester, Neuron(1, 4))
    left, top, right, bottom = tester.window.grid.canvas.pixel_box(8, 3)
    tester.xdo.move(tester.window.grid.canvas, (left + right) // 2, (top + bottom) // 2)
    tester.wait_until(lambda: "weight +0.1" in tester.window.grid.read_line())
    value = tester.window.grid.read_image()[8, 3]
    assert f"{value:.2f}" in tester.window.grid.read_line()


@pytest.mark.parametrize(
    ("neuron", "row", "weight", "title"),
    [
        (Neuron(2, 6), 12, 0.1, "layer 2, neuron 7"),  # 1 · 0.1
        (Neuron(3, 7), 6, 0.3, "output 7"),  # 3 · 1 · 0.1, of the swapped digit 3
    ],
)
def test_neuron_of_a_later_layer_shows_its_weights_at_the_pixels(
    tester: Tester, neuron: Neuron, row: int, weight: float, title: str
) -> None:
    select(tester, neuron)
    tester.wait_until(lambda: tester.window.grid.read_line() == f"{title}: weights, at the pixels")
    expected = np.zeros((28, 28))
    expected[row] = weight
    np.testing.assert_allclose(overlay(tester), expected, atol=1e-6)
    assert tester.pixel_color(row, 10) == tester.app.style.palette.positive


def test_input_shows_no_weights_but_its_value(tester: Tester) -> None:
    neuron = tester.window.diagram._model.neuron_in(0, 2)
    select(tester, neuron)
    assert tester.window.grid._overlay is None
    row, column = divmod(neuron.index, 28)
    assert tester.window.neuron.read_title() == f"Row {row + 1}, column {column + 1}"


def test_panel_writes_the_sum_out_and_it_adds_up(tester: Tester) -> None:
    tester.press("Delete")
    tester.xdo.click(tester.button("As Drawn"))
    tester.draw(row_of(0))
    select(tester, Neuron(1, 0))
    ink = float(tester.window.grid.read_image()[0].sum())
    # 0.1 · the ink of row 0, and the bias of +0.25.
    z = f"{0.1 * ink + 0.25:.2f}"
    tester.wait_until(lambda: f"= {z}" in tester.window.neuron.read_sum())
    assert "+ 0.25" in tester.window.neuron.read_sum()
    assert f"ReLU → {z}" in tester.window.neuron.read_sum()
    assert "bias +0.250" in tester.window.neuron.read_facts()
    assert tester.window.diagram.canvas.read_labels()["bias"] != ""


def test_sum_follows_the_pen(tester: Tester) -> None:
    select(tester, Neuron(1, 4))
    before = tester.window.neuron.read_sum()
    tester.press("Right")
    tester.wait_until(lambda: tester.window.neuron.read_sum() != before)


def test_panel_shows_what_excites_the_neuron_over_the_test_set(tester: Tester, data_folder: Path) -> None:
    select(tester, Neuron(1, 4))
    images = tester.session.images.astype(np.float64) / 255
    activations = 0.1 * images[:, 8].sum(axis=1)
    top = np.argsort(-activations, kind="stable")[:10]
    assert set(top[:8] % 10) == {4}  # eight images have a bright row 8
    tester.wait_until(lambda: len(tester.window.neuron.exciting.read_captions()) > 0)
    shown = tester.window.neuron.exciting._images
    np.testing.assert_allclose(activations[[image.index for image in shown]], activations[top], rtol=1e-5)
    # A click shows the image.
    wanted = shown[0].index
    assert wanted == top[0]
    tester.xdo.click(tester.window.neuron.exciting, 12, 12)
    tester.wait_until(lambda: tester.session.index == wanted and tester.session.source == "data set")
    assert tester.answer == "4"


def test_escape_and_a_click_beside_deselect(tester: Tester) -> None:
    select(tester, Neuron(1, 4))
    tester.press("Escape")
    tester.wait_until(lambda: tester.window.diagram.selected is None)
    assert tester.window.grid._overlay is None
    assert tester.window.neuron.read_title() == ""
    select(tester, Neuron(2, 4))
    tester.xdo.click(tester.window.diagram.canvas, 2, 2)
    tester.wait_until(lambda: tester.window.diagram.selected is None)
    assert tester.window.grid._overlay is None
    # From anywhere, not only while the diagram has the focus.
    select(tester, Neuron(2, 4))
    tester.xdo.click(tester.window.drawing._paper)
    tester.press("Escape")
    tester.wait_until(lambda: tester.window.diagram.selected is None)


def test_saliency_is_drawn_and_follows_the_image(tester: Tester) -> None:
    choose(tester, "Saliency")
    tester.wait_until(lambda: tester.window.grid.read_line() == "saliency of the answer 0")
    network = tester.session.network
    np.testing.assert_allclose(overlay(tester), saliency(network, tester.session.image, 0))
    # d output 0 / d pixel of row 0: 3 · 1 · 0.1.
    np.testing.assert_allclose(overlay(tester)[0], 0.3, rtol=1e-5)
    assert "gradient" in tester.window.why.read_sentence()
    tester.xdo.click(tester.window.drawing._paper)  # out of the buttons, which take the arrow keys
    tester.press("Right")
    tester.wait_until(lambda: tester.window.grid.read_line() == "saliency of the answer 1" or tester.answer == "0")
    np.testing.assert_allclose(overlay(tester), saliency(network, tester.session.image, int(tester.answer)), atol=1e-6)


def test_occlusion_is_drawn(tester: Tester) -> None:
    choose(tester, "Occlusion")
    tester.wait_until(lambda: "wiped out" in tester.window.grid.read_line())
    np.testing.assert_allclose(overlay(tester), occlusion(tester.session.network, tester.session.image, 0), atol=1e-6)
    assert overlay(tester)[0].max() == overlay(tester).max() > 0.001
    tester.wait_until(lambda: tester.is_idle)


def test_preferred_image_of_the_selected_neuron_grows_on_the_grid(tester: Tester) -> None:
    select(tester, Neuron(1, 4))
    choose(tester, "What would this neuron like to see?")
    tester.wait_until(lambda: tester.window.grid.read_line() == "layer 1, neuron 5 would like to see", 10)
    tester.wait_until(lambda: tester.is_idle, 20)
    ink = 255 - tester.window.grid._overlay[..., 0].astype(int)
    # Its only weights are in row 8.
    assert ink[8].mean() > ink[:7].mean() + 50
    choose(tester, "Nothing")
    tester.wait_until(lambda: tester.window.grid.read_line() == "layer 1, neuron 5: weights")


def test_explanations_of_nothing_are_none(tester: Tester) -> None:
    choose(tester, "Saliency")
    tester.wait_until(lambda: tester.window.grid._overlay is not None)
    tester.press("Delete")
    tester.wait_until(lambda: tester.answer == "" and tester.window.grid._overlay is None)
    for words in ("Occlusion", "Saliency"):
        tester.xdo.click(tester.button(words))
        assert tester.window.grid._overlay is None


def test_another_network_lets_go_of_the_neuron(tester: Tester, tmp_path: Path) -> None:
    select(tester, Neuron(1, 4))
    tester.answer_files(write_row_network(tmp_path / "other.nn"))
    tester.press("ctrl+o")
    tester.wait_until(lambda: tester.session.name == "other.nn" and tester.is_idle)
    assert tester.window.diagram.selected is None
    assert tester.window.grid._overlay is None
    assert tester.window.neuron.read_title() == ""


def test_colours_of_the_weights_follow_the_palette(tester: Tester) -> None:
    select(tester, Neuron(1, 4))
    tester.choose("View", "Colours", "Blue and orange")
    tester.wait_until(lambda: tester.app.style.colors == "colour-blind")
    tester.wait_until(lambda: tester.pixel_color(8, 3) == tester.app.style.palette.positive)


def test_activity_tab_shows_the_present_image(tester: Tester) -> None:
    tester.open_tab("Activity")
    tester.press("ctrl+g")
    tester.xdo.type("53")
    tester.press("Return")
    tester.wait_until(lambda: tester.answer == "7")
    assert tester.window.activity.read_views() == [
        "input",
        "probabilities",
        "layers",
        "weights",
        "confidence",
        "confusion",
    ]
    # 8 images of each class, and the 3s among them are taken for 7s.
    assert tester.session.evaluation.confusion.counts[3, 7] == 8
    tester.wait_until(lambda: tester.window.activity.confusion.read_mark() is not None)


def test_confusion_of_another_network_does_not_stay(tester: Tester, tmp_path: Path) -> None:
    tester.open_tab("Activity")
    tester.wait_until(lambda: tester.window.activity.confusion.read_mark() is not None)
    write_network(tmp_path / "small.nn", Network.dense([64, 3]), NetworkMetadata())
    tester.answer_files(tmp_path / "small.nn")
    tester.press("ctrl+o")
    tester.wait_until(lambda: tester.session.name == "small.nn")
    tester.wait_until(lambda: tester.window.activity.confusion.read_mark() is None)
    assert tester.window.activity.confusion.read_sentence() != ""

"""The activity views: numbers by arithmetic, what is shown and hidden, and no work for what nobody sees."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.tooltips import shown_tip

from nnapp.engine.evaluation import ConfusionMatrix
from nnapp.engine.layers import Dense, ReLU, Softmax
from nnapp.engine.network import Network
from nnapp.gui.activity_view import ACTIVITY_VIEWS, ActivityView
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
NAMES = ["cat", "dog", "cow"]
IMAGE = np.array([[0.0, 0.5, 1.0, 0.5]], np.float32)


@pytest.fixture
def network() -> Network:
    """Return 4-2-3: hidden neurons with the activations 2 and 1 for IMAGE, and the logits 0, ln 8 and 0."""
    network = Network([Dense(4, 2), ReLU(), Dense(2, 3), Softmax()], initializer=None)
    hidden, output = network.dense_layers
    hidden.weights[0, 2], hidden.weights[1, 1] = 2, 2
    output.weights[1] = [-0.25, 0.75]
    output.biases[1] = np.log(8) + 0.5 - 0.75
    return network


@pytest.fixture
def chosen() -> list[str]:
    return []


@pytest.fixture
def view(root: tk.Tk, style: Style, chosen: list[str]) -> ActivityView:
    root.geometry("1200x240")
    view = ActivityView(root, style, lambda: chosen.append("chosen"))
    view.pack(fill="both", expand=True)
    root.update()
    return view


def show(view: ActivityView, network: Network, label: int | None, image: Any = IMAGE) -> None:
    activations = [row[0] for row in network.activations(image[np.newaxis])]
    view.show_prediction(network, image, activations, activations[-1], NAMES, label)


def texts(panel: tk.Canvas) -> list[str]:
    """Return all that is written on a panel but its title."""
    items = [item for item in panel.find_all() if panel.type(item) == "text"]
    return [panel.itemcget(item, "text") for item in items if panel.itemcget(item, "state") != "hidden"][1:]


def test_input_has_its_label_and_the_answer(
    view: ActivityView, network: Network, style: Style, wait_until: WaitUntil
) -> None:
    show(view, network, 0)
    # Logits 0, ln 8, 0: probabilities 1, 8, 1 of 10.
    wait_until(lambda: texts(view.input) == ["answer dog, 80.0 %", "label cat ✗ wrong"])
    assert view.input.items.read_fill("label") == style.palette.error
    show(view, network, 1)
    wait_until(lambda: texts(view.input) == ["answer dog, 80.0 %", "label dog ✓ right"])
    assert view.input.items.read_fill("label") == style.palette.success
    show(view, network, None)
    wait_until(lambda: texts(view.input) == ["answer dog, 80.0 %"])


def test_probabilities_have_bars_as_long_as_they_are(
    view: ActivityView, network: Network, style: Style, wait_until: WaitUntil
) -> None:
    show(view, network, 0)

    wait_until(lambda: texts(view.probabilities) == ["cat", "10.0 %", "dog", "80.0 %", "cow", "10.0 %"])
    cat, dog = (view.probabilities.items.read_box(f"bar {label}") for label in (0, 1))
    assert cat is not None
    assert dog is not None
    assert (dog[2] - dog[0]) / (cat[2] - cat[0]) == pytest.approx(8, rel=0.1)
    assert view.probabilities.items.read_fill("bar 1") == style.palette.negative


def test_layers_have_mean_and_maximum(view: ActivityView, network: Network, wait_until: WaitUntil) -> None:
    show(view, network, 0)

    # Inputs 0, ½, 1, ½; hidden 2, 1; outputs 0.1, 0.8, 0.1.
    numbers = ["inputs", "0.50 ❘ 1.00", "layer 1", "1.50 ❘ 2.00", "outputs", "0.33 ❘ 0.80"]
    wait_until(lambda: texts(view.layers) == numbers)
    # The scale ends at 2: the mark of layer 1 is at its end, the bar at three quarters.
    track, bar, mark = (view.layers.items.read_box(f"{part} 1") for part in ("track", "bar", "mark"))
    assert track is not None
    assert bar is not None
    assert mark is not None
    assert bar[2] == pytest.approx(track[0] + 0.75 * (track[2] - track[0]), abs=1)
    assert mark[0] == pytest.approx(track[2], abs=1)


def test_outputs_are_the_probabilities_at_the_temperature(
    view: ActivityView, network: Network, wait_until: WaitUntil
) -> None:
    activations = [row[0] for row in network.activations(IMAGE[np.newaxis])]
    # At temperature 3 the logits 0, ln 8, 0 become 0, ln 2, 0: probabilities 1, 2, 1 of 4.
    probabilities = network.predict_proba(IMAGE[np.newaxis], 3.0)[0]
    view.show_prediction(network, IMAGE, activations, probabilities, NAMES, 0)

    wait_until(lambda: texts(view.layers)[-2:] == ["outputs", "0.33 ❘ 0.50"])
    assert texts(view.probabilities)[3] == "50.0 %"


def test_histogram_of_weights_into_the_answer_marks_zero(
    view: ActivityView, network: Network, style: Style, wait_until: WaitUntil
) -> None:
    show(view, network, 0)

    # Weights −¼ and ¾ with the mean ¼; the axis ends at 1 and has bins of 1/15: −¼ is in bin 11 of 0…29, ¾ in 26.
    wait_until(lambda: texts(view.weights) == ["dog: 2 weights, mean 0.25", "0", "−1", "+1"])
    items = view.weights.items
    heights = {place: items.read_box(f"bar {place}") for place in range(30)}
    assert [place for place, box in heights.items() if box is not None and box[3] > box[1]] == [11, 26]
    assert items.read_fill("bar 11") == style.palette.negative
    assert items.read_fill("bar 26") == style.palette.positive
    zero = items.read_box("zero")
    assert zero is not None
    assert zero[0] == pytest.approx(view.weights.winfo_width() / 2, abs=1)


def test_confidence_keeps_the_last_fifty_answers(
    view: ActivityView, network: Network, style: Style, wait_until: WaitUntil
) -> None:
    for label in [0, *[1] * 49, None]:
        show(view, network, label)

    items = view.confidence.items
    wait_until(lambda: items.read_box("bar 49") is not None)
    assert items.read_box("bar 50") is None
    fills = [items.read_fill(f"bar {age}") for age in (0, 1, 49)]
    # The wrong one was 51 answers ago.
    assert fills == [style.palette.accent, style.palette.positive, style.palette.positive]
    assert texts(view.confidence) == ["50 %", "90 %"]
    half, most, bar = (items.read_box(name) for name in ("level 0.5", "level 0.9", "bar 0"))
    assert half is not None
    assert most is not None
    assert bar is not None
    # From the axis up: 0.5, 0.8 and 0.9 of the same height.
    assert (bar[3] - bar[1]) / (bar[3] - half[1]) == pytest.approx(0.8 / 0.5, rel=0.05)
    assert (bar[3] - most[1]) / (bar[3] - half[1]) == pytest.approx(0.9 / 0.5, rel=0.05)

    show(view, network, 0)
    wait_until(lambda: items.read_fill("bar 0") == style.palette.negative)
    assert items.read_box("wrong 0") is not None
    assert items.read_box("wrong 1") is None


def test_another_network_begins_anew(view: ActivityView, network: Network, wait_until: WaitUntil) -> None:
    show(view, network, 0)
    show(view, network, 0)
    wait_until(lambda: view.confidence.items.read_box("bar 1") is not None)

    show(view, network.copy(), 0)
    wait_until(lambda: view.confidence.items.read_box("bar 1") is None)


def test_confusion_matrix_marks_the_cell_of_the_image(
    view: ActivityView, network: Network, wait_until: WaitUntil
) -> None:
    assert "not been evaluated" in view.confusion.read_sentence()
    labels = np.array([0, 0, 1, 1, 2])
    view.show_confusion(ConfusionMatrix(labels, np.array([0, 1, 1, 1, 0]), 3), NAMES)
    show(view, network, 0)

    wait_until(view.confusion.read_mark)
    left, top, right, bottom = view.confusion.cell_box(0, 1)
    assert view.confusion.read_mark() == pytest.approx((left, top, right, bottom), abs=2)
    show(view, network, None)
    # What it is, is not known: the whole column of the answer.
    column = (*view.confusion.cell_box(0, 1)[:2], *view.confusion.cell_box(2, 1)[2:])
    wait_until(lambda: view.confusion.read_mark() == pytest.approx(column, abs=2))
    view.show_empty()
    wait_until(lambda: view.confusion.read_mark() is None)


def test_matrix_without_a_pixel_for_each_cell_says_so(
    view: ActivityView, network: Network, wait_until: WaitUntil
) -> None:
    names = [f"class {number}" for number in range(400)]
    labels = np.arange(400)
    view.show_confusion(ConfusionMatrix(labels, labels, 400), names)
    show(view, network, 0)
    wait_until(lambda: "need a larger window" in view.confusion.read_sentence())
    assert view.confusion.read_mark() is None
    view.show_confusion(ConfusionMatrix(np.array([0, 0]), np.array([0, 1]), 3), NAMES)
    wait_until(lambda: view.confusion.read_mark() is not None)
    assert view.confusion.read_sentence() == ""


def test_long_names_leave_the_numbers_whole(
    view: ActivityView, network: Network, root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    names = [f"photographs_of_the_{animal}_from_the_summer_2019" for animal in NAMES]
    activations = [row[0] for row in network.activations(IMAGE[np.newaxis])]
    view.show_prediction(network, IMAGE, activations, activations[-1], names, 0)
    wait_until(lambda: len(texts(view.input)) == 2)
    answer, label = texts(view.input)
    assert answer.startswith("answer photo")
    assert answer.endswith("…, 80.0 %")
    assert label.endswith("… ✗ wrong")
    xdo.move(view.input, 10, view.input.winfo_height() // 2)
    wait_until(lambda: shown_tip(root) == f"answer {names[1]}\nlabel {names[0]}")


def test_pointer_tells_more(view: ActivityView, network: Network, root: tk.Tk, xdo: Any, wait_until: WaitUntil) -> None:
    view.show_confusion(ConfusionMatrix(np.array([0, 0]), np.array([0, 1]), 3), NAMES)
    show(view, network, 0)
    wait_until(view.confusion.read_mark)

    left, top, right, bottom = view.confusion.cell_box(0, 1)
    xdo.move(view.confusion, (left + right) // 2, (top + bottom) // 2)
    wait_until(lambda: "1 image" in shown_tip(root))
    box = view.weights.items.read_box("bar 26")
    assert box is not None
    xdo.move(view.weights, int(box[0] + box[2]) // 2, int(box[3]) - 3)
    wait_until(lambda: shown_tip(root) == "0.73 to 0.80: 1 weight")
    box = view.confidence.items.read_box("bar 0")
    assert box is not None
    xdo.move(view.confidence, int(box[0]) + 1, int(box[3]) - 3)
    wait_until(lambda: shown_tip(root) == "the newest: dog with 80.0 %, wrong: cat")


def test_each_view_can_be_hidden_and_shown(
    view: ActivityView, chosen: list[str], root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    assert view.read_views() == list(ACTIVITY_VIEWS)
    width = view.layers.winfo_width()

    xdo.click(view.switches["layers"])
    wait_until(lambda: not view.layers.winfo_ismapped())
    assert chosen == ["chosen"]
    assert view.read_views() == [name for name in ACTIVITY_VIEWS if name != "layers"]
    wait_until(lambda: view.weights.winfo_width() > width)
    xdo.key("space")
    wait_until(lambda: view.layers.winfo_ismapped())
    assert view.weights.winfo_width() == width


def test_views_chosen_by_name(view: ActivityView, root: tk.Tk) -> None:
    view.show_views(["confidence", "input"])
    root.update()

    assert view.read_views() == ["input", "confidence"]
    assert [panel.winfo_ismapped() for panel in (view.input, view.confidence, view.layers)] == [1, 1, 0]
    view.show_views([])
    root.update()
    assert not view.input.winfo_ismapped()
    assert view.read_views() == []


def test_hidden_view_is_not_drawn_until_it_is_shown(
    view: ActivityView, network: Network, let_pass: Any, wait_until: WaitUntil
) -> None:
    view.show_views(["input"])
    show(view, network, 0)
    let_pass(0.1)
    assert texts(view.probabilities) == ["Draw a digit or choose an image."]

    view.show_views(["probabilities"])
    wait_until(lambda: texts(view.probabilities)[0] == "cat")


def test_empty_view_keeps_the_last_answers(view: ActivityView, network: Network, wait_until: WaitUntil) -> None:
    show(view, network, 0)
    view.show_empty()

    wait_until(lambda: view.probabilities.read_sentence() and view.confidence.items.read_box("bar 0"))
    assert view.input.read_sentence() == view.layers.read_sentence() == "Draw a digit or choose an image."


@pytest.mark.parametrize(("size", "n_rows"), [("1400x200", 1), ("800x500", 2), ("260x900", 6)])
def test_views_take_as_many_rows_as_suit_the_shape(
    view: ActivityView, root: tk.Tk, wait_until: WaitUntil, size: str, n_rows: int
) -> None:
    root.geometry(size)
    wait_until(lambda: f"{root.winfo_width()}x{root.winfo_height()}" == size)
    root.update()

    panels = [view.input, view.probabilities, view.layers, view.weights, view.confidence, view.confusion]
    assert len({panel.winfo_y() for panel in panels}) == n_rows
    assert len({(panel.winfo_width(), panel.winfo_height()) for panel in panels}) == 1


def test_many_classes_and_many_layers(view: ActivityView, root: tk.Tk, style: Style, wait_until: WaitUntil) -> None:
    network = Network.dense([4, *[3] * 40, 200], hidden_activation="tanh", rng=np.random.default_rng(1))
    names = [f"class {number}" for number in range(200)]
    activations = [row[0] for row in network.activations(IMAGE[np.newaxis])]
    view.show_prediction(network, IMAGE, activations, activations[-1], names, 0)
    wait_until(lambda: view.layers.items.read_box("bar 41") is not None)

    # Of 200 classes the most probable, in their order, as many as have room for their names.
    items = view.probabilities.items
    shown = [place for place in range(200) if items.read_box(f"bar {place}")]
    assert 10 <= len(shown) < 32
    most_probable = sorted(np.argsort(-activations[-1])[: len(shown)].tolist())
    assert [items.read_text(f"name {place}") for place in shown] == [f"class {label}" for label in most_probable]
    style.apply(theme="dark", scale=1.5)
    root.update()
    assert items.read_box("bar 9") is not None


def test_label_that_the_network_does_not_know_is_wrong(
    view: ActivityView, network: Network, wait_until: WaitUntil
) -> None:
    view.show_confusion(ConfusionMatrix(np.array([0, 0]), np.array([0, 1]), 3), NAMES)
    show(view, network, 7)

    wait_until(lambda: texts(view.input) == ["answer dog, 80.0 %", "label 7 ✗ wrong"])
    assert view.confusion.read_mark() is None

"""The panel of a neuron: its sum follows the image, the exciting images open by click and keyboard."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.tooltips import shown_tip

from nnapp.display.network_layout import Neuron
from nnapp.engine.layers import Dense, ReLU, Softmax
from nnapp.engine.network import Network
from nnapp.engine.neuron_statistics import NeuronStatistics, neuron_statistics
from nnapp.gui.neuron_view import NeuronView
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
NAMES = ["cat", "dog"]


def make_images() -> tuple[Any, Any]:
    """Return 20 images of 28×28 whose first pixel is 10, 20, …, 200 of 255, of classes 0 and 1 in turn."""
    images = np.zeros((20, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(10, 210, 10)
    return images, np.arange(20) % 2


@pytest.fixture
def network() -> Network:
    """Return 784-3-2: neuron 0 is twice the first pixel, neuron 1 half of it minus 10, neuron 2 pixel 2 + 0.25."""
    network = Network([Dense(784, 3), ReLU(), Dense(3, 2), Softmax()], initializer=None)
    first = network.dense_layers[0]
    first.weights[0, 0], first.weights[1, 0], first.weights[2, 1] = 2, 0.5, 1
    first.biases[1], first.biases[2] = -10, 0.25
    return network


@pytest.fixture
def opened() -> list[int]:
    return []


@pytest.fixture
def view(root: tk.Tk, style: Style, opened: list[int]) -> NeuronView:
    root.geometry("1200x220")
    view = NeuronView(root, style, opened.append)
    view.pack(fill="both", expand=True)
    root.update()
    return view


def show(view: NeuronView, network: Network, neuron: Neuron, statistics: NeuronStatistics | None, image: int) -> None:
    images, labels = make_images()
    activations = [row[0] for row in network.activations(images[image : image + 1])]
    view.show_neuron(network, neuron, activations, statistics, images, labels, NAMES)


def test_shows_title_facts_sum_means_and_images(view: NeuronView, network: Network, wait_until: WaitUntil) -> None:
    statistics = neuron_statistics(network, *make_images())
    show(view, network, Neuron(1, 0), statistics, 19)

    wait_until(lambda: view.exciting.read_captions())
    assert view.read_title() == "Layer 1, neuron 1"
    assert view.read_facts() == "ReLU · bias 0.000 · active for 100.0 % of the images"
    # The first pixel of image 19 is 200 / 255 = 0.78: z = 2 · 0.78 = 1.57.
    assert view.read_sum() == "z = Σ w·a + b = 2.00·0.78 + 0.00 = 1.57,  ReLU → 1.57"
    # Class 0 has 10, 30, …, 190 with the mean 100, class 1 20, …, 200 with 110: twice 100 / 255 and 110 / 255.
    assert view.chart.read_numbers() == ["0.78", "0.86"]
    # 2 · 200 / 255, 2 · 190 / 255, …
    assert view.exciting.read_captions()[:3] == ["dog: 1.57", "cat: 1.49", "dog: 1.41"]
    assert len(view.exciting.read_captions()) == 10


def test_sum_follows_the_image(view: NeuronView, network: Network, wait_until: WaitUntil) -> None:
    show(view, network, Neuron(1, 0), None, 19)
    wait_until(lambda: "= 1.57," in view.read_sum())
    show(view, network, Neuron(1, 0), None, 4)
    # 2 · 50 / 255.
    wait_until(lambda: "= 0.39," in view.read_sum())


def test_input_and_output_have_their_names(view: NeuronView, network: Network, wait_until: WaitUntil) -> None:
    show(view, network, Neuron(0, 29), neuron_statistics(network, *make_images()), 0)
    wait_until(lambda: view.read_sum() == "pixel value 0.00")
    assert view.read_title() == "Row 2, column 2"
    assert view.read_facts() == "no ink in any of the images"

    show(view, network, Neuron(2, 1), None, 0)
    wait_until(lambda: "softmax → 0.50" in view.read_sum())
    assert view.read_title() == "Output dog"


def test_silent_neuron_has_no_exciting_images(view: NeuronView, network: Network, let_pass: Any) -> None:
    # ½ · 200 / 255 − 10 is negative for all images.
    show(view, network, Neuron(1, 1), neuron_statistics(network, *make_images()), 0)
    let_pass(0.05)

    assert view.read_facts().endswith("silent for all images")
    assert view.exciting.read_captions() == []
    assert view.chart.read_numbers() == ["0.00", "0.00"]


def test_without_an_image_there_is_no_sum(view: NeuronView, network: Network, wait_until: WaitUntil) -> None:
    view.show_neuron(network, Neuron(1, 0), None, None, *make_images(), NAMES)

    wait_until(lambda: view.read_sum().startswith("Draw a digit"))


def test_click_on_an_image_opens_it(
    view: NeuronView, network: Network, opened: list[int], xdo: Any, wait_until: WaitUntil
) -> None:
    show(view, network, Neuron(1, 0), neuron_statistics(network, *make_images()), 0)
    wait_until(lambda: view.exciting.read_captions())

    xdo.click(view.exciting, *view.exciting.image_center(2))
    wait_until(lambda: opened)
    assert opened == [17]


def test_keyboard_moves_over_the_images_and_opens_one(
    view: NeuronView, network: Network, opened: list[int], xdo: Any, wait_until: WaitUntil
) -> None:
    show(view, network, Neuron(1, 0), neuron_statistics(network, *make_images()), 0)
    wait_until(lambda: view.exciting.read_captions())

    xdo.key("Tab")
    wait_until(lambda: view.focus_get() is view.exciting)
    xdo.key("Right", "Right", "Left", "Return")
    wait_until(lambda: opened)
    assert opened == [18]
    xdo.key("Left", "Left", "space")
    wait_until(lambda: len(opened) == 2)
    assert opened[1] == 19


def test_pointer_on_image_and_bar_tells_more(
    view: NeuronView, network: Network, root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    show(view, network, Neuron(1, 0), neuron_statistics(network, *make_images()), 0)
    wait_until(lambda: view.exciting.read_captions())

    xdo.move(view.exciting, *view.exciting.image_center(0))
    wait_until(lambda: "Test image 19, class dog: activation 1.57." in shown_tip(root))
    box = view.chart.bar_box(0)
    assert box is not None
    xdo.move(view.chart, int(box[0]) + 2, int(box[3]) - 2)
    wait_until(lambda: shown_tip(root) == "cat: mean activation 0.78 over 10 images")


def test_empty_view_says_what_to_do(view: NeuronView, network: Network, root: tk.Tk) -> None:
    assert view.read_sentence().startswith("Click a neuron")
    show(view, network, Neuron(1, 0), None, 0)
    assert view.read_sentence() == ""

    view.show_empty("Gone.")
    root.update()
    assert view.read_sentence() == "Gone."
    assert view.read_title() == ""
    assert not view.chart.winfo_viewable()


@pytest.mark.parametrize("scale", [0.75, 1.5])
def test_images_are_all_inside_at_any_size(
    view: NeuronView, network: Network, style: Style, root: tk.Tk, wait_until: WaitUntil, scale: float
) -> None:
    style.apply(theme="dark", scale=scale)
    show(view, network, Neuron(1, 0), neuron_statistics(network, *make_images()), 0)
    for size in ("1200x300", "700x220"):
        root.geometry(size)
        wait_until(lambda size=size: root.winfo_width() == int(size.partition("x")[0]))
        # The images are arranged anew a moment after the window has its size.
        wait_until(lambda: view.exciting.n_shown == 10 and is_inside(view.exciting, view.exciting.image_center(9)))


def is_inside(widget: tk.Misc, point: tuple[int, int]) -> bool:
    return 0 < point[0] < widget.winfo_width() and 0 < point[1] < widget.winfo_height()


def test_wider_panel_shows_more_terms(view: NeuronView, root: tk.Tk, wait_until: WaitUntil) -> None:
    network = Network.dense([784, 3, 2], rng=np.random.default_rng(1))
    images, labels = make_images()
    images[:] = 200
    activations = [row[0] for row in network.activations(images[:1])]
    view.show_neuron(network, Neuron(1, 0), activations, None, images, labels, NAMES)
    root.geometry("1600x220")
    wait_until(lambda: "(776 more)" in view.read_sum())
    root.geometry("600x220")
    wait_until(lambda: "(783 more)" in view.read_sum())

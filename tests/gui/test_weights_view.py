"""The weights as a person meets them: layers, hover, new parameters on wish, and a clean end."""

from __future__ import annotations

import subprocess
import sys
import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import Any

import numpy as np
import pytest

from nnapp.engine.network import Network
from nnapp.gui.style import Style
from nnapp.gui.weights_view import WeightsView

PROJECT = Path(__file__).resolve().parents[2]


def network(*sizes: int) -> Network:
    return Network.dense(sizes, rng=np.random.default_rng(5))


def chooser_of(view: WeightsView) -> ttk.Combobox:
    frames = [frame for frame in view.winfo_children() if isinstance(frame, ttk.Frame)]
    return next(child for frame in frames for child in frame.winfo_children() if isinstance(child, ttk.Combobox))


@pytest.fixture
def wishes() -> list[int]:
    """Return the list that gets an entry with every wish."""
    return []


@pytest.fixture
def view(root: tk.Tk, style: Style, wishes: list[int]) -> WeightsView:
    root.geometry("620x360")
    view = WeightsView(root, style, lambda: wishes.append(1))
    view.pack(fill="both", expand=True)
    root.update()
    return view


def test_empty_view_says_what_will_appear_and_wishes_nothing(
    view: WeightsView, wishes: list[int], let_pass: Any
) -> None:
    let_pass(0.6)
    texts = [view.canvas.itemcget(item, "text") for item in view.canvas.find_all() if view.canvas.type(item) == "text"]
    assert any("No network yet" in text for text in texts)
    assert chooser_of(view).instate(["disabled"])
    assert view.read_line() == ""
    assert wishes == []


def test_layers_can_be_chosen_with_the_keyboard(view: WeightsView, xdo: Any, wait_until: Any) -> None:
    view.show_network(network(784, 12, 8, 10), (28, 28))
    chooser = chooser_of(view)
    assert list(chooser["values"]) == ["Layer 1: 784 → 12", "Layer 2: 12 → 8", "Layer 3, outputs: 8 → 10"]
    wait_until(lambda: view.read_line() == "green +, red −, black 0")

    def box_width() -> int:
        left, _, right, _ = view.canvas.weight_box(0)
        return right - left

    small = box_width()
    chooser.focus_force()
    xdo.key("Down")  # opens the list
    wait_until(lambda: chooser.tk.call("winfo", "viewable", f"{chooser}.popdown"))
    xdo.key("Down", "Return")
    wait_until(lambda: chooser.get() == "Layer 2: 12 → 8")
    wait_until(lambda: box_width() > small)  # 12 × 8 weights fill the same place


def test_hover_says_neuron_pixel_and_weight(view: WeightsView, xdo: Any, wait_until: Any) -> None:
    shown = network(784, 12, 10)
    view.show_network(shown, (28, 28))
    wait_until(lambda: view.read_line() != "")
    # Neuron 3, row 6, column 12, all counted from 1.
    index = 2 * 784 + 5 * 28 + 11
    weight = float(shown.dense_layers[0].weights[2, 5 * 28 + 11])
    xdo.move(view.canvas, *middle(view, index))
    sign = "−" if weight < 0 else "+"
    wait_until(lambda: view.read_line() == f"neuron 3, row 6, column 12: {sign}{abs(weight):.4f}")

    view.show_layer(1)
    xdo.move_to(5, 5)
    wait_until(lambda: view.read_line() == "green +, red −, black 0")
    weight = float(shown.dense_layers[1].weights[4, 6])
    xdo.move(view.canvas, *middle(view, 4 * 12 + 6))
    sign = "−" if weight < 0 else "+"
    wait_until(lambda: view.read_line() == f"neuron 5, input 7: {sign}{abs(weight):.4f}")


def test_first_layer_is_a_matrix_where_inputs_are_no_pixels(view: WeightsView, xdo: Any, wait_until: Any) -> None:
    view.show_network(network(20, 10), (28, 28))
    wait_until(lambda: view.read_line() != "")
    xdo.move(view.canvas, *middle(view, 2 * 20 + 3))
    wait_until(lambda: view.read_line().startswith("neuron 3, input 4: "))


def test_wishes_go_on_while_they_are_granted_and_newer_weights_show(
    view: WeightsView, wishes: list[int], wait_until: Any, let_pass: Any
) -> None:
    shown = network(784, 12, 10)
    view.show_network(shown, (28, 28))
    wait_until(lambda: wishes == [1])
    let_pass(0.6)
    assert wishes == [1]  # not granted, so not repeated

    parameters = shown.parameters.copy()
    parameters[100:200] = 1.0
    view.show_parameters(parameters)
    wait_until(lambda: len(wishes) == 2)
    # 100 of 12 · 784 weights are 1, the variance of the others is 2/784 (He): 3 · √(100/9408 + 2/784) = 0.34.
    assert view.canvas.limit == 0.5
    view.show_parameters(np.zeros(5, dtype=np.float32))  # of another network, which is no longer shown
    let_pass(0.4)
    assert (view.canvas.limit, len(wishes)) == (0.5, 2)


def test_network_given_is_copied(view: WeightsView, wait_until: Any, xdo: Any) -> None:
    shown = network(784, 12, 10)
    shown.parameters[:] = 0.25
    view.show_network(shown, (28, 28))
    wait_until(lambda: view.read_line() != "")
    shown.parameters[:] = 0.5
    xdo.move(view.canvas, *middle(view, 0))
    wait_until(lambda: view.read_line().endswith("+0.2500"))


def test_hidden_view_neither_wishes_nor_draws(
    root: tk.Tk, style: Style, wishes: list[int], wait_until: Any, let_pass: Any
) -> None:
    notebook = ttk.Notebook(root)
    notebook.pack(fill="both", expand=True)
    view = WeightsView(notebook, style, lambda: wishes.append(1))
    notebook.add(ttk.Frame(notebook, width=300, height=300), text="other")
    notebook.add(view, text="weights")
    root.update()
    shown = network(784, 12, 10)
    view.show_network(shown, (28, 28))
    view.show_parameters(shown.parameters * 2)
    let_pass(0.6)
    assert wishes == []
    assert view.canvas._sheet is None
    notebook.select(view)
    wait_until(lambda: wishes)
    assert view.canvas._sheet is not None


def test_colour_words_follow_the_palette(view: WeightsView, style: Style, wait_until: Any) -> None:
    view.show_network(network(784, 12, 10), (28, 28))
    wait_until(lambda: view.read_line() == "green +, red −, black 0")
    style.apply(colors="colour-blind", theme="dark", scale=1.5)
    wait_until(lambda: view.read_line() == "blue +, orange −, black 0")


def test_same_kind_of_network_keeps_the_layer(view: WeightsView, wait_until: Any) -> None:
    view.show_network(network(784, 12, 10), (28, 28))
    view.show_layer(1)
    view.show_network(network(784, 12, 10), (28, 28))
    assert chooser_of(view).current() == 1
    view.show_network(network(784, 13, 10), (28, 28))
    assert chooser_of(view).current() == 0
    view.show_empty()
    assert chooser_of(view).get() == ""


CLOSING = """
import sys, tkinter as tk
import numpy as np
from nnapp.engine.network import Network
from nnapp.gui.style import Style
from nnapp.gui.weights_view import WeightsView

root = tk.Tk()
network = Network.dense((784, 100, 10), rng=np.random.default_rng(0))
view = WeightsView(root, Style(root), lambda: view.show_parameters(network.parameters * np.float32(1.01)))
view.pack(fill="both", expand=True)
view.show_network(network, (28, 28))
root.after(int(sys.argv[1]), root.destroy)
root.mainloop()
"""


@pytest.mark.parametrize("after_ms", [1, 500])
def test_window_closes_cleanly_at_any_moment(display: str, after_ms: int) -> None:
    command = [sys.executable, "-c", CLOSING, str(after_ms)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def middle(view: WeightsView, index: int) -> tuple[int, int]:
    """Return the middle of a weight on the canvas."""
    view.update()
    left, top, right, bottom = view.canvas.weight_box(index)
    return (left + right) // 2, (top + bottom) // 2

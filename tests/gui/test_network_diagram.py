from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.tooltips import shown_tip

from nnapp.display.network_layout import NetworkLayout, Neuron
from nnapp.display.palettes import rgb
from nnapp.engine.network import Network
from nnapp.gui.network_diagram import NetworkDiagram
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
NAMES = [str(label) for label in range(10)]


class Shown:
    """A diagram on the screen, and what it has told."""

    def __init__(self, root: tk.Tk, style: Style, sizes: list[int], size: str = "520x400") -> None:
        self.network = Network.dense(sizes, rng=np.random.default_rng(1))
        self.selections: list[Neuron | None] = []
        self.sentences: list[str] = []
        root.geometry(size)
        self.diagram = NetworkDiagram(root, style, self.selections.append, self.sentences.append)
        self.diagram.pack(fill="both", expand=True)
        root.update()
        self.diagram.show_network(self.network, NAMES[: sizes[-1]], (28, 28))
        self.canvas = self.diagram.canvas

    @property
    def layout(self) -> NetworkLayout:
        assert self.canvas.layout is not None
        return self.canvas.layout

    def show_image(self, seed: int = 0, label: int | None = None) -> int:
        """Show what the network makes of noise, and return its answer."""
        image = np.random.default_rng(seed).random((1, self.network.n_inputs), np.float32)
        probabilities = self.network.predict_proba(image)[0]
        self.diagram.show_activations([values[0] for values in self.network.activations(image)], probabilities, label)
        return int(probabilities.argmax())

    def place(self, layer: int, slot: int) -> tuple[int, int]:
        """Return the centre of a circle on the canvas."""
        column = self.layout.column_of(layer)
        assert column is not None
        return column.x, column.ys[slot]

    def color(self, x: int, y: int) -> tuple[int, ...]:
        """Return a colour of the picture at a point of the canvas."""
        [item] = [item for item in self.canvas.find_all() if self.canvas.type(item) == "image"]
        left, top = map(int, self.canvas.coords(item))
        picture = self.canvas.itemcget(item, "image")
        return tuple(map(int, self.canvas.tk.splitlist(self.canvas.tk.call(picture, "get", x - left, y - top))))

    def border(self, layer: int, slot: int) -> tuple[int, ...]:
        """Return the colour of the border of a circle, one pixel inside of it."""
        column = self.layout.column_of(layer)
        assert column is not None
        x, y = self.place(layer, slot)
        return self.color(x, y - column.diameter // 2 + 1)

    def outlined(self, kind: str) -> tuple[int, int] | None:
        """Return the middle of the "rectangle" of the keyboard or the "oval" of the pointer."""
        for item in self.canvas.find_all():
            if self.canvas.type(item) == kind and self.canvas.itemcget(item, "state") == "normal":
                left, top, right, bottom = self.canvas.coords(item)
                return round((left + right) / 2), round((top + bottom) / 2)
        return None

    def tip(self) -> str:
        """Return what the tooltip on the screen says, "" if there is none."""
        return shown_tip(self.canvas)


@pytest.fixture
def small(root: tk.Tk, style: Style) -> Shown:
    """Return a diagram of a network of which all but the inputs fit."""
    return Shown(root, style, [784, 16, 12, 10])


def test_before_there_is_a_network_a_sentence_says_what_will_appear(root: tk.Tk, style: Style, xdo: Any) -> None:
    diagram = NetworkDiagram(root, style, lambda neuron: pytest.fail("nothing can be selected"))
    diagram.pack(fill="both", expand=True)
    root.geometry("400x300")
    root.update()

    xdo.click(diagram.canvas)
    xdo.key("Down", "Return", "Escape", "Next")
    diagram.show_activations([np.zeros(4)], np.ones(2))
    diagram.select(Neuron(1, 1))
    diagram.page(0, 1)

    assert diagram.canvas.read_labels()["sentence"].startswith("No network yet.")
    assert diagram.selected is None
    diagram.show_empty("Nothing here.")
    assert diagram.canvas.read_labels() == {"sentence": "Nothing here."}


def test_clicking_every_neuron_of_every_layer_selects_it(small: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    small.show_image()

    for layer, slots in ((1, range(0, 16, 3)), (2, range(0, 12, 4)), (3, range(0, 10, 3))):
        for slot in slots:
            xdo.click(small.canvas, *small.place(layer, slot))
            wait_until(lambda layer=layer, slot=slot: small.diagram.selected == Neuron(layer, slot))

    expected = [Neuron(1, slot) for slot in range(0, 16, 3)] + [Neuron(2, slot) for slot in range(0, 12, 4)]
    assert small.selections == [*expected, *(Neuron(3, slot) for slot in range(0, 10, 3))]


def test_clicking_a_class_selects_its_output(small: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    places = small.layout.outputs
    assert places is not None

    xdo.click(small.canvas, (places.bar_left + places.bar_right) // 2, small.place(3, 7)[1])

    wait_until(lambda: small.selections == [Neuron(3, 7)])


@pytest.mark.parametrize("way", ["click", "key"])
def test_a_click_elsewhere_and_escape_select_none(small: Shown, xdo: Any, wait_until: WaitUntil, way: str) -> None:
    small.show_image()
    xdo.click(small.canvas, *small.place(1, 4))
    wait_until(lambda: small.diagram.selected is not None)
    assert small.canvas.read_labels()["legend"].startswith("layer 1, neuron 5")

    if way == "click":
        xdo.click(small.canvas, 4, 200)
    else:
        xdo.key("Escape")

    wait_until(lambda: small.selections == [Neuron(1, 4), None])
    assert small.diagram.selected is None
    assert "bias" not in small.canvas.read_labels()
    assert "signals" in small.canvas.read_labels()["legend"]


def test_the_same_neuron_is_told_once_and_selecting_from_outside_is_not_told(small: Shown, xdo: Any) -> None:
    xdo.click(small.canvas, *small.place(1, 4))
    xdo.click(small.canvas, *small.place(1, 4))
    small.diagram.select(Neuron(2, 3))
    small.diagram.select(None)
    xdo.click(small.canvas, 4, 200)

    assert small.selections == [Neuron(1, 4)]


def test_escape_with_nothing_selected_is_left_to_others(
    root: tk.Tk, small: Shown, xdo: Any, wait_until: WaitUntil
) -> None:
    heard: list[str] = []
    root.bind("<Escape>", lambda event: heard.append("escape"))
    small.canvas.focus_set()

    small.diagram.select(Neuron(1, 1))
    xdo.key("Escape")
    wait_until(lambda: small.diagram.selected is None)
    assert heard == []
    xdo.key("Escape")

    wait_until(lambda: heard == ["escape"])


@pytest.mark.parametrize("look", [("light", "standard"), ("dark", "standard"), ("light", "colour-blind")])
def test_bias_and_weights_colour_the_borders(style: Style, small: Shown, look: tuple[str, str]) -> None:
    style.apply(*look)
    dense = small.network.dense_layers[1]
    # The full colour is that of half of 3 standard deviations, rounded up: 3 · 0.7 → 5, of which 2.5 is a half.
    dense.weights[5] = 0
    dense.weights[5, [0, 1]] = [2.5, -2.5]
    palette = style.palette

    for bias, color, note in (
        (9.0, palette.positive, "+9.000"),
        (-9.0, palette.negative, "−9.000"),
        (0.0, palette.neutral, "0.000"),
    ):
        dense.biases[5] = bias
        small.diagram.select(Neuron(2, 5))
        assert small.border(2, 5) == rgb(color)
        assert small.canvas.read_labels()["bias"].removeprefix("bias ") == note
        assert f"bias {note}" in small.canvas.read_labels()["legend"]
        assert small.border(1, 0) == rgb(palette.positive)
        assert small.border(1, 1) == rgb(palette.negative)
        assert small.border(1, 2) == rgb(palette.neutral)


def test_connections_into_the_selected_neuron_are_coloured_by_weight(style: Style, small: Shown) -> None:
    dense = small.network.dense_layers[1]
    dense.weights[5] = 0
    dense.weights[5, [5, 10]] = [2.5, -2.5]
    small.diagram.select(Neuron(2, 5))

    for source, color in ((5, style.palette.positive), (10, style.palette.negative)):
        (x0, y0), (x1, y1) = small.place(1, source), small.place(2, 5)
        x, y = round((x0 + x1) / 2), round((y0 + y1) / 2)
        assert rgb(color) in {small.color(x, y + offset) for offset in (-1, 0, 1)}


def test_an_image_is_shown_at_once_with_its_answer(small: Shown) -> None:
    answer = small.show_image(label=None)
    labels = small.canvas.read_labels()

    image = np.random.default_rng(0).random((1, 784), np.float32)
    probabilities = small.network.predict_proba(image)[0]
    assert [labels[f"number {slot}"] for slot in range(10)] == [f"{share:.2f}" for share in probabilities]
    assert not [name for name in labels if name.startswith("mark")]

    small.show_image(label=answer)
    assert small.canvas.read_labels()[f"mark {answer}"] == "✓"
    other = (answer + 1) % 10
    small.show_image(label=other)
    assert small.canvas.read_labels()[f"mark {answer}"] == "✗"
    assert small.canvas.read_labels()[f"mark {other}"] == "✓"


def test_no_image_empties_neurons_and_numbers(style: Style, small: Shown) -> None:
    small.show_image()
    x, y = small.place(0, 0)
    before = small.color(x, y)

    small.diagram.show_activations(None)

    assert before != rgb(style.palette.canvas)
    assert small.color(x, y) == rgb(style.palette.canvas)
    labels = small.canvas.read_labels()
    assert not [name for name in labels if name.startswith(("number", "mark"))]
    assert labels["legend"].startswith("Draw a digit")


def test_neurons_are_grey_by_activation(small: Shown) -> None:
    activations = [np.zeros(784), np.linspace(0, 1, 16), np.zeros(12), np.zeros(10)]

    small.diagram.show_activations(activations, np.full(10, 0.1))

    # k / 15 · 255 = 17 k
    assert [small.color(*small.place(1, slot)) for slot in range(16)] == [(17 * slot,) * 3 for slot in range(16)]


def test_every_input_is_reached_by_paging_with_real_clicks(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, [100, 10])
    shown.show_image()
    n_slots = shown.layout.columns[0].n_slots
    down = next(button for button in shown.layout.buttons if button.step == 1)
    found: set[int] = set()
    n_pages = -(-100 // n_slots)
    assert n_pages > 1

    for page in range(n_pages):
        before = shown.canvas.read_labels()["page 0"]
        xdo.click(shown.canvas, (down.box[0] + down.box[2]) // 2, (down.box[1] + down.box[3]) // 2)
        wait_until(lambda before=before: shown.canvas.read_labels()["page 0"] != before)
        first = min(page * n_slots, 100 - n_slots)
        assert shown.canvas.read_labels()["page 0"] == f"{first + 1}–{first + n_slots}"
        for slot in range(n_slots):
            neuron = shown.diagram._model.neuron_at(*shown.place(0, slot))  # type: ignore[union-attr]  # there is one
            assert neuron is not None
            found.add(neuron.index)

    assert found == set(range(100))
    assert "arrow 0 1" not in shown.canvas.read_labels()
    assert shown.selections == [], "an arrow is not elsewhere"


def test_wheel_and_page_keys_turn_pages_of_the_layer(small: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    small.show_image()
    more = small.canvas.read_labels()["page 0"]
    n_slots = small.layout.columns[0].n_slots

    xdo.move(small.canvas, *small.place(0, 3))
    xdo._run("click", "5")
    wait_until(lambda: small.canvas.read_labels()["page 0"] == f"1–{n_slots}")
    xdo._run("click", "4")
    wait_until(lambda: small.canvas.read_labels()["page 0"] == more)
    xdo.click(small.canvas, *small.place(0, 3))
    xdo.key("Next")
    wait_until(lambda: small.selections[-1:] == [Neuron(0, 3)])
    xdo.key("Next")
    wait_until(lambda: small.selections[-1:] == [Neuron(0, n_slots + 3)])


def test_paging_from_outside_stops_at_the_ends(small: Shown) -> None:
    small.show_image()
    before = small.canvas.read_labels()["page 0"]

    small.diagram.page(0, -1)
    assert small.canvas.read_labels()["page 0"] == before
    small.diagram.page(0, 1)
    assert small.canvas.read_labels()["page 0"].startswith("1–")
    small.diagram.page(1, 1)
    assert "page 1" not in small.canvas.read_labels()


def test_arrow_keys_walk_from_the_answer_through_the_network(small: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    answer = small.show_image()
    xdo.key("Tab")
    wait_until(lambda: small.outlined("rectangle") == small.place(3, answer))
    assert small.selections == [], "reaching the diagram selects nothing"

    xdo.key("space")
    wait_until(lambda: small.selections == [Neuron(3, answer)])
    xdo.key("Home")
    wait_until(lambda: small.diagram.selected == Neuron(3, 0))
    xdo.key("Down", "Down", "Up")
    wait_until(lambda: small.diagram.selected == Neuron(3, 1))
    xdo.key("Left")
    # Outputs are at most 40 pixels apart and start lower: the nearest of the layer before is found by its height.
    heights = small.layout.columns[2].ys
    nearest = min(range(12), key=lambda slot: abs(heights[slot] - small.place(3, 1)[1]))
    wait_until(lambda: small.diagram.selected == Neuron(2, nearest))
    assert small.outlined("rectangle") == small.place(2, nearest)
    wait_until(lambda: f"layer 2, neuron {nearest + 1}: activation" in small.tip())
    xdo.key("Left", "End")
    wait_until(lambda: small.diagram.selected == Neuron(1, 15))
    assert small.sentences[-1].startswith("layer 1, neuron 16")


def test_the_outline_of_the_keyboard_goes_with_the_focus(
    root: tk.Tk, small: Shown, xdo: Any, wait_until: WaitUntil
) -> None:
    other = tk.Frame(root, takefocus=True)
    other.pack()
    small.canvas.focus_set()
    xdo.key("Home")
    wait_until(lambda: small.outlined("rectangle") == small.place(3, 0))

    other.focus_set()

    wait_until(lambda: small.outlined("rectangle") is None)


def test_hovering_tells_values_of_neurons_and_connections(small: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    small.show_image()
    image = np.random.default_rng(0).random((1, 784), np.float32)
    activation = small.network.activations(image)[1][0, 4]
    sentence = f"layer 1, neuron 5: activation {activation:.3f}, bias 0.000"

    xdo.move(small.canvas, *small.place(1, 4))
    wait_until(lambda: small.tip() == sentence)
    assert small.sentences[-1] == sentence
    assert small.outlined("oval") == small.place(1, 4)
    assert str(small.canvas["cursor"]) == "hand2"

    small.diagram.select(Neuron(2, 4))
    xdo.move(small.canvas, *small.place(1, 6))
    weight = small.network.dense_layers[1].weights[4, 6]
    sign = "−" if weight < 0 else "+"
    wait_until(lambda: f"→ layer 2, neuron 5: weight {sign}{abs(weight):.3f} ×" in small.tip())
    assert "\n" not in small.sentences[-1]

    xdo.move(small.canvas, 4, 200)
    wait_until(lambda: not small.tip())
    assert small.sentences[-1] == ""
    assert small.outlined("oval") is None
    assert str(small.canvas["cursor"]) == ""


def test_what_is_hovered_changes_with_the_image(small: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    small.show_image()
    xdo.move(small.canvas, *small.place(3, 4))
    wait_until(small.tip)
    before = small.tip()

    small.show_image(seed=1)

    wait_until(lambda: small.tip() not in ("", before))
    assert small.sentences[-1] == small.tip()


def test_selecting_a_neuron_that_is_not_shown_brings_it_into_sight(root: tk.Tk, style: Style) -> None:
    shown = Shown(root, style, [784, *[12] * 60, 10])
    shown.show_image()
    assert shown.layout.last_layer == 61, "the answer is in sight first"

    shown.diagram.select(Neuron(3, 11))

    assert shown.layout.column_of(3) is not None
    assert shown.border(3, 11) == rgb(style.palette.neutral), "the bias of a new network is 0"
    shown.diagram.select(Neuron(0, 783))
    model = shown.diagram._model
    assert model is not None
    assert model.shown.slot_of(Neuron(0, 783)) is not None


def test_arrows_and_keys_go_to_layers_out_of_sight(root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil) -> None:
    shown = Shown(root, style, [784, *[12] * 60, 10])
    first = shown.layout.first_layer
    [back] = [button for button in shown.layout.buttons if button.layer is None]

    xdo.click(shown.canvas, (back.box[0] + back.box[2]) // 2, (back.box[1] + back.box[3]) // 2)
    wait_until(lambda: shown.layout.last_layer == first)

    shown.diagram.select(Neuron(shown.layout.first_layer, 5))
    shown.canvas.focus_set()
    first = shown.layout.first_layer
    xdo.key("Left")
    wait_until(lambda: shown.layout.first_layer == first - 1)
    assert shown.selections == [Neuron(first - 1, 5)]


def test_a_new_network_selects_nothing_and_gets_its_own_places(small: Shown) -> None:
    small.show_image()
    small.diagram.select(Neuron(1, 15))

    small.diagram.show_network(Network.dense([9, 3], rng=np.random.default_rng(0)), ["a", "b", "c"])

    assert small.diagram.selected is None
    labels = small.canvas.read_labels()
    assert labels["caption 0"] == "inputs · 9"
    assert [labels[f"name {slot}"] for slot in range(3)] == ["a", "b", "c"]
    assert "name 3" not in labels
    assert "number 0" not in labels


def test_the_diagram_follows_the_size_of_its_widget_and_keeps_the_selection(
    root: tk.Tk, small: Shown, wait_until: WaitUntil
) -> None:
    small.show_image()
    small.diagram.select(Neuron(2, 5))
    n_slots = small.layout.columns[0].n_slots

    root.geometry("900x700")

    wait_until(lambda: small.layout.width > 800)
    assert small.layout.columns[0].n_slots > n_slots
    assert small.diagram.selected == Neuron(2, 5)
    assert small.canvas.read_labels()["bias"] == "bias 0.000"


def test_resizing_again_and_again_arranges_once(
    root: tk.Tk, small: Shown, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: not root.tk.call("after", "info"))
    arranged: list[int] = []
    arrange = small.canvas._arrange
    monkeypatch.setattr(small.canvas, "_arrange", lambda: (arranged.append(1), arrange()))

    for side in (500, 510, 520, 530):
        small.canvas.event_generate("<Configure>", width=side, height=side)
    wait_until(lambda: arranged)
    wait_until(lambda: not root.tk.call("after", "info"))

    assert len(arranged) == 1


def test_while_hidden_nothing_is_drawn_and_the_newest_is_shown_later(
    root: tk.Tk, small: Shown, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = small.canvas.draw
    monkeypatch.setattr(small.canvas, "draw", lambda *arguments: (drawn.append(1), draw(*arguments)))
    small.diagram.pack_forget()
    root.update()

    for seed in range(5):
        answer = small.show_image(seed)
    assert drawn == []
    small.diagram.pack(fill="both", expand=True)

    wait_until(lambda: f"number {answer}" in small.canvas.read_labels())
    assert 1 <= len(drawn) <= 2, "shown, and perhaps resized"


def test_one_picture_is_pasted_into_again_and_again(small: Shown) -> None:
    small.show_image()
    [item] = [item for item in small.canvas.find_all() if small.canvas.type(item) == "image"]
    picture, items = small.canvas.itemcget(item, "image"), small.canvas.find_all()

    for seed in range(5):
        small.show_image(seed)

    assert small.canvas.itemcget(item, "image") == picture
    assert small.canvas.find_all() == items


def test_text_and_places_grow_with_the_scale(root: tk.Tk, style: Style, small: Shown) -> None:
    root.geometry("1400x900")
    before = small.layout
    assert before.outputs is not None

    style.apply(scale=2.0)
    root.update()

    after = small.layout
    assert after.outputs is not None
    assert after.text_px == 2 * before.text_px
    # The room for a number is a gap and the width of the number.
    room = before.outputs.number_x - before.outputs.bar_right
    assert after.outputs.number_x - after.outputs.bar_right == pytest.approx(2 * room, rel=0.1)

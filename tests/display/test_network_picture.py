from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.display.network_arrangement import arrange_network
from nnapp.display.network_layout import NetworkLayout
from nnapp.display.network_picture import NetworkPicture
from nnapp.display.network_scene import Answer, Lines, Scene, Selection
from nnapp.display.palettes import Palette, palette, rgb

LIGHT, DARK = palette("light"), palette("dark")
PALETTES = [palette(theme, colors) for theme in ("light", "dark") for colors in ("standard", "colour-blind")]
OUTPUTS = np.arange(2)


@pytest.fixture
def layout() -> NetworkLayout:
    return arrange_network(480, 380, [3, 4, 2], ["a", "b"], 12, 4, lambda text, size_px: 7 * len(text))


def painted(layout: NetworkLayout, scene: Scene, look: Palette = LIGHT) -> NDArray[np.uint8]:
    """Return the picture on a canvas as large as the diagram, so that its places are those of the layout."""
    left, top, right, bottom = layout.picture_box
    picture = NetworkPicture(layout, look, 4).draw(scene)
    assert picture.shape == (bottom - top, right - left, 4)
    whole = np.full((layout.height, layout.width, 3), rgb(look.canvas), np.uint8)
    whole[top:bottom, left:right] = picture[..., :3]
    return whole


def levels(*columns: list[int]) -> dict[int, NDArray[np.uint8]]:
    return {layer: np.array(values, np.uint8) for layer, values in enumerate(columns)}


def pixel(picture: NDArray[np.uint8], x: float, y: float) -> tuple[int, ...]:
    return tuple(map(int, picture[round(y), round(x)]))


def one_line(strength: float, *, layer: int = 1, source: int = 0, target: int = 0) -> Lines:
    return Lines(layer, np.array([source]), np.array([target]), np.array([strength]))


@pytest.mark.parametrize("look", PALETTES)
def test_neurons_are_grey_by_their_level_within_a_border(layout: NetworkLayout, look: Palette) -> None:
    scene = Scene(levels([0, 128, 255], [10, 20, 30, 40], [255, 0]), output_neurons=OUTPUTS)

    picture = painted(layout, scene, look)

    for column, greys in zip(layout.columns, ([0, 128, 255], [10, 20, 30, 40], [255, 0]), strict=True):
        for y, grey in zip(column.ys, greys, strict=True):
            assert pixel(picture, column.x, y) == (grey, grey, grey)
            assert pixel(picture, column.x, y - column.diameter // 2) == rgb(look.field_border)


def test_without_an_image_neurons_are_empty(layout: NetworkLayout) -> None:
    picture = painted(layout, Scene(output_neurons=OUTPUTS))

    assert {pixel(picture, column.x, y) for column in layout.columns for y in column.ys} == {rgb(LIGHT.canvas)}


@pytest.mark.parametrize("look", PALETTES)
@pytest.mark.parametrize("shows_weights", [False, True])
def test_strong_lines_have_the_colour_of_their_sign(layout: NetworkLayout, look: Palette, shows_weights: bool) -> None:
    source, target = layout.columns[:2]
    x, y = (source.x + target.x) / 2, (source.ys[0] + target.ys[0]) / 2

    for strength, color in ((1.0, look.positive), (-1.0, look.negative)):
        scene = Scene(lines=(one_line(strength),), shows_weights=shows_weights, output_neurons=OUTPUTS)
        near = painted(layout, scene, look)[round(y) - 1 : round(y) + 2, round(x)]
        assert rgb(color) in [tuple(map(int, channels)) for channels in near]


def test_weaker_signals_are_fainter_and_weaker_weights_darker(layout: NetworkLayout) -> None:
    source, target = layout.columns[:2]
    x, y = (source.x + target.x) // 2, round((source.ys[1] + target.ys[1]) / 2)
    reds = []
    for shows_weights in (False, True):
        line = one_line(0.5, source=1, target=1)
        picture = painted(layout, Scene(lines=(line,), shows_weights=shows_weights, output_neurons=OUTPUTS))
        reds.append(int(picture[y - 2 : y + 3, x, 0].min()))

    # The red of #1a9641 is 26. A signal is 55 of 111 steps from white to it: 255 − 55 / 111 · 229 = 142. A weight is
    # 4 of 7 steps from black, 15, and 0.2 + 0.8 · 4 / 7 = 0.657 of it covers the white: 255 − 0.657 · 240 = 97.
    assert reds == [pytest.approx(142, abs=4), pytest.approx(97, abs=4)]


def test_other_connections_are_faint(layout: NetworkLayout) -> None:
    source, target = layout.columns[:2]
    picture = painted(layout, Scene(output_neurons=OUTPUTS))

    between = picture[source.ys[0] : target.ys[-1], source.x + 20 : target.x - 20]
    differences = np.abs(between.astype(int) - np.array(rgb(LIGHT.canvas))).max(axis=2)
    # The faintest share is 5 %, the strongest 22 % of the way to the text, which is about 230 steps from white.
    assert 0.05 * 230 * 0.8 < differences.max() < 0.25 * 255
    assert np.count_nonzero(differences) > 12 * (target.x - source.x - 40), "one for each of twelve connections"


@pytest.mark.parametrize("look", PALETTES)
def test_the_border_of_the_selected_neuron_is_its_bias_and_borders_before_it_are_weights(
    layout: NetworkLayout, look: Palette
) -> None:
    strengths = np.array([1.0, 0.0, -1.0])
    colors = [look.positive, look.neutral, look.negative]

    for bias, color in zip(strengths, colors, strict=True):
        scene = Scene(
            levels([90, 90, 90], [90] * 4, [90, 90]),
            shows_weights=True,
            ring_strengths={0: strengths},
            selection=Selection(1, 2, float(bias)),
            output_neurons=OUTPUTS,
        )
        picture = painted(layout, scene, look)
        column = layout.columns[1]
        border = column.diameter // 2 - 1
        assert pixel(picture, column.x, column.ys[2] - border) == rgb(color)
        assert pixel(picture, column.x, column.ys[2]) == (90, 90, 90)
        # Three units of 4 pixels out from the circle it is in the accent's ring, or beyond it.
        around = picture[column.ys[2], column.x + column.diameter // 2 : column.x + column.diameter // 2 + 12]
        assert rgb(look.accent) in [tuple(map(int, channels)) for channels in around]

    inputs = layout.columns[0]
    for y, color in zip(inputs.ys, colors, strict=True):
        assert pixel(picture, inputs.x, y - inputs.diameter // 2 + 1) == rgb(color)
        assert pixel(picture, inputs.x, y - inputs.diameter // 2 - 1) == rgb(look.field_border), "seen on any canvas"


def test_a_selected_input_has_no_bias_but_the_ring(layout: NetworkLayout) -> None:
    column = layout.columns[0]
    picture = painted(layout, Scene(selection=Selection(0, 1, None), shows_weights=True, output_neurons=OUTPUTS))

    assert pixel(picture, column.x, column.ys[1] - column.diameter // 2) == rgb(LIGHT.field_border)
    around = picture[column.ys[1], column.x + column.diameter // 2 : column.x + column.diameter // 2 + 12]
    assert rgb(LIGHT.accent) in [tuple(map(int, channels)) for channels in around]


@pytest.mark.parametrize(("label", "color"), [(1, LIGHT.positive), (0, LIGHT.negative), (None, LIGHT.accent)])
def test_bars_are_as_long_as_probable_and_the_answer_is_coloured(
    layout: NetworkLayout, label: int | None, color: str
) -> None:
    places, column = layout.outputs, layout.columns[-1]
    assert places is not None
    answer = Answer(np.array([0.25, 0.75]), label)

    picture = painted(layout, Scene(output_neurons=OUTPUTS, answer=answer))

    length = places.bar_right - places.bar_left
    for y, share, fill in zip(column.ys, (0.25, 0.75), (LIGHT.field_border, color), strict=True):
        row = [tuple(map(int, channels)) for channels in picture[y, places.bar_left : places.bar_right]]
        assert row.count(rgb(fill)) == round(share * length)
        assert row[0] == rgb(fill)
        assert row[-1] == rgb(LIGHT.grid)


def test_bars_follow_the_classes_into_their_slots(layout: NetworkLayout) -> None:
    places, column = layout.outputs, layout.columns[-1]
    assert places is not None
    answer = Answer(np.array([0.0, 1.0]), 1)

    picture = painted(layout, Scene(output_neurons=np.array([1, 0]), answer=answer))

    assert pixel(picture, places.bar_right - 1, column.ys[0]) == rgb(LIGHT.positive)
    assert pixel(picture, places.bar_left, column.ys[1]) == rgb(LIGHT.grid)


def test_the_scale_goes_from_black_to_white_above_every_column(layout: NetworkLayout) -> None:
    picture = painted(layout, Scene(levels([0] * 3, [0] * 4, [0] * 2), output_neurons=OUTPUTS))

    assert layout.scale_px > 0
    for column in layout.columns:
        left = column.x - layout.scale_px // 2
        strip = picture[layout.scale_y, left : left + layout.scale_px].astype(int)
        assert strip[0].tolist() == [0, 0, 0]
        assert strip[-1].tolist() == [255, 255, 255]
        assert np.all(np.diff(strip[:, 0]) > 0)


def test_a_picture_is_opaque_and_painted_over_by_the_next(layout: NetworkLayout) -> None:
    painter = NetworkPicture(layout, DARK, 4)

    first = painter.draw(Scene(lines=(one_line(1.0),), output_neurons=OUTPUTS)).copy()
    again = painter.draw(Scene(output_neurons=OUTPUTS)).copy()
    last = painter.draw(Scene(lines=(one_line(1.0),), output_neurons=OUTPUTS))

    assert np.all(first[..., 3] == 255)
    assert not np.array_equal(first, again)
    assert np.array_equal(first, last)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("sizes", [[784, 800, 800, 10], [784, *[20] * 8, 10], [9, 2]])
def test_networks_of_all_shapes_are_painted_with_every_neuron_selected(sizes: list[int], scale: float) -> None:
    names = [str(label) for label in range(sizes[-1])]
    layout = arrange_network(480, 380, sizes, names, round(12 * scale), 4 * scale, lambda text, size_px: 7 * len(text))
    painter = NetworkPicture(layout, LIGHT, 4 * scale)

    for column in layout.columns:
        for slot in (0, column.n_slots - 1):
            scene = Scene(
                selection=Selection(column.layer, slot, 0.5),
                shows_weights=True,
                output_neurons=np.arange(layout.columns[-1].n_slots),
            )
            assert painter.draw(scene).any()

"""How well networks name digits that are drawn with a mouse, on every part of the paper and with every pen.

    python benchmarks/drawn_digits.py networks/best.nn networks/wide-800.nn

Draws 8,000 digits in styles that nothing was trained on (`held_out_styles`), by pointer events as of a mouse
(`mouse_drawings`), brings them to the grid as drawn and like MNIST, and asks the networks. Half of the styles are there
to develop with, the other half only for the result; results go to docs/drawn-digits.md: a line for each network, and
of the first one what it finds difficult.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from machine import PROJECT, prepare, write_section

if TYPE_CHECKING:
    import numpy as np
    from mouse_drawings import Drawing
    from numpy.typing import NDArray

    from nnapp.engine.network import Network

DOCUMENT = PROJECT / "docs" / "drawn-digits.md"
PICTURE = PROJECT / "docs" / "images" / "drawn-digits.png"
WAYS = {"like-mnist": "like MNIST", "as-drawn": "as drawn"}
HALVES = ["development", "reported"]
_OF_HAND = (", careful", ", hasty")
_PIECE = 100


@dataclass(frozen=True, eq=False)
class DrawnDigits:
    """Drawings brought to the grid, one row each.

    Attributes
    ----------
    labels, pens, sizes : array (n,)
    hands, places, styles : array (n,) of str
    images : dict of array (n, 784) of float32
        By the ways of `nnapp.digits.normalization.DISCRETIZATIONS`.
    """

    labels: NDArray[np.int64]
    pens: NDArray[np.int64]
    sizes: NDArray[np.float64]
    hands: NDArray[np.str_]
    places: NDArray[np.str_]
    styles: NDArray[np.str_]
    images: dict[str, NDArray[np.float32]]


def main() -> int:
    """Run the benchmark and write its section."""
    options = _parse()
    prepare(options.processes, options.cpus)
    from nnapp.storage.network_file import read_network

    began = time.perf_counter()
    networks = {Path(path).stem: read_network(path).network for path in options.networks}
    halves = {half: drawn(half, options.seed, options.processes) for half in options.halves}
    lines = _report(networks, halves, with_styles=options.styles)
    print("\n".join(lines))
    print(f"\nTook {time.perf_counter() - began:.0f} s.")
    if not options.dry_run and options.halves == HALVES and not options.styles:
        write_section("drawn digits", lines, DOCUMENT)
        _draw_sample(options.seed)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="+", metavar="NETWORK", help=".nn files for images of 28×28 and ten digits")
    parser.add_argument("--halves", nargs="+", choices=HALVES, default=HALVES, help="of the styles; default both")
    parser.add_argument("--styles", action="store_true", help="also print how well each style is named")
    parser.add_argument("--seed", type=int, default=0, help="of the hands that draw; default 0")
    parser.add_argument("--processes", type=int, default=2, help="that draw at the same time; default 2")
    parser.add_argument("--cpus", default="", help="numbers of the processors, such as 2,3 (Linux)")
    parser.add_argument("--dry-run", action="store_true", help="leave docs/drawn-digits.md as it is")
    return parser.parse_args()


def drawn(half: str, seed: int = 0, n_processes: int = 1) -> DrawnDigits:
    """Draw all digits of a half of the styles, and bring them to the grid in both ways."""
    import numpy as np
    from mouse_drawings import drawings

    found = list(drawings(half, seed))
    if n_processes == 1:
        grids = [_grids(drawing) for drawing in found]
    else:
        with ProcessPoolExecutor(n_processes, get_context("spawn")) as pool:
            grids = list(pool.map(_grids, found, chunksize=_PIECE))
    return DrawnDigits(
        labels=np.array([drawing.style.digit for drawing in found]),
        styles=np.array([drawing.style.name for drawing in found]),
        hands=np.array([drawing.hand for drawing in found]),
        pens=np.array([drawing.pen for drawing in found]),
        sizes=np.array([drawing.size for drawing in found]),
        places=np.array([drawing.place for drawing in found]),
        images={way: np.stack([by_way[way] for by_way in grids]) for way in WAYS},
    )


def _grids(drawing: Drawing) -> dict[str, NDArray[np.float32]]:
    """Return a drawing on MNIST's grid, (784,) by each way."""
    from mouse_drawings import replayed

    from nnapp.digits.normalization import DISCRETIZATIONS, MNIST_SHAPE

    ink = replayed(drawing.strokes, drawing.pen)
    return {way: DISCRETIZATIONS[way](ink, MNIST_SHAPE).ravel() for way in WAYS}


def _report(networks: dict[str, Network], halves: dict[str, DrawnDigits], *, with_styles: bool) -> list[str]:
    """Return the tables: totals of all networks, and what the first one finds difficult in the last half."""
    right = {
        (name, half, way): network.predict(digits.images[way]) == digits.labels
        for name, network in networks.items()
        for half, digits in halves.items()
        for way in WAYS
    }
    n_drawings = sum(len(digits.labels) for digits in halves.values())
    lines = [f"{n_drawings:,} drawings; all figures are per cent named rightly.", ""]
    lines += _table(
        ["network", "styles", *(f"{title}{of_hand}" for title in WAYS.values() for of_hand in ("", *_OF_HAND))],
        [
            [name, half, *(cell for way in WAYS for cell in _by_hand(halves[half], right[name, half, way]))]
            for name in networks
            for half in halves
        ],
    )
    half, digits = list(halves.items())[-1]
    name = next(iter(networks))
    both = [right[name, half, way] for way in WAYS]
    lines += ["", *_by_digit(name, halves, right)]
    lines += ["", *_by_pen_and_size(f"{name}, {half}", digits, both)]
    lines += ["", *_by_place(f"{name}, {half}", digits, both)]
    if with_styles:
        lines += ["", *_by_style(f"{name}, {half}", digits, both)]
    return lines


def _by_hand(digits: DrawnDigits, right: NDArray[np.bool_]) -> list[str]:
    from mouse_drawings import HANDS

    return [_percent(right), *(_percent(right[digits.hands == hand]) for hand in HANDS)]


def _by_digit(
    name: str, halves: dict[str, DrawnDigits], right: dict[tuple[str, str, str], NDArray[np.bool_]]
) -> list[str]:
    rows = []
    for half, digits in halves.items():
        for way, title in WAYS.items():
            of_digit = [_percent(right[name, half, way][digits.labels == digit]) for digit in range(10)]
            rows.append([half, title, *of_digit])
    return [f"{name}, by digit:", "", *_table(["styles", "", *map(str, range(10))], rows)]


def _by_pen_and_size(title: str, digits: DrawnDigits, right: list[NDArray[np.bool_]]) -> list[str]:
    from mouse_drawings import PENS, SIZES

    rows = []
    for pen in PENS:
        cells = [(digits.pens == pen) & (digits.sizes == size) for size in SIZES]
        rows.append([str(pen), *(" / ".join(_percent(one[cell]) for one in right) for cell in cells)])
    head = ["pen, of 280", *(f"size {size:.0%}" for size in SIZES)]
    return [f"{title}, by pen and size ({' / '.join(WAYS.values())}):", "", *_table(head, rows)]


def _by_place(title: str, digits: DrawnDigits, right: list[NDArray[np.bool_]]) -> list[str]:
    from mouse_drawings import PLACES

    rows = [
        [way, *(_percent(one[digits.places == place]) for place in PLACES)]
        for way, one in zip(WAYS.values(), right, strict=True)
    ]
    return [f"{title}, by place:", "", *_table(["", *PLACES], rows)]


def _by_style(title: str, digits: DrawnDigits, right: list[NDArray[np.bool_]]) -> list[str]:
    rows = []
    for digit in range(10):
        for style in dict.fromkeys(digits.styles[digits.labels == digit]):
            drawn_so = (digits.labels == digit) & (digits.styles == style)
            rows.append([str(digit), style, *(_percent(one[drawn_so]) for one in right)])
    return [f"{title}, by style:", "", *_table(["digit", "style", *WAYS.values()], rows)]


def _draw_sample(seed: int) -> None:
    """Draw a picture with one drawing of every style: the paper, and beside it the grid."""
    import numpy as np
    from mouse_drawings import drawings, replayed
    from PIL import Image

    from nnapp.digits.normalization import like_mnist

    side, gap = 56, 3
    sheet = np.full((10 * (side + gap) + gap, 8 * 2 * (side + gap) + gap), 0.2, np.float32)
    for half, first_column in zip(HALVES, (0, 4), strict=True):
        found = list(drawings(half, seed))
        for index in range(40):
            # Every style comes with a hundred pens, sizes and places: another one of them for each.
            drawing = found[100 * index + 37 * index % 100]
            row, column = drawing.style.digit, 2 * (first_column + index % 4)
            ink = replayed(drawing.strokes, drawing.pen)
            paper = ink.reshape(side, 5, side, 5).mean(axis=(1, 3))
            for shown, place in ((paper, column), (np.kron(like_mnist(ink), np.ones((2, 2))), column + 1)):
                top, left = gap + row * (side + gap), gap + place * (side + gap)
                sheet[top : top + side, left : left + side] = shown
    Image.fromarray(np.uint8(255 - 255 * sheet)).save(PICTURE, optimize=True)


def _percent(right: NDArray[np.bool_]) -> str:
    return f"{100 * right.mean():.1f}" if len(right) else "–"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return the lines of a table, numbers to the right."""
    is_number = [text[:1].isdigit() or text == "–" for text in rows[0]]
    rule = ["--:" if number else "---" for number in is_number]
    return [f"| {' | '.join(row)} |" if row is not rule else f"|{'|'.join(row)}|" for row in (head, rule, *rows)]


if __name__ == "__main__":
    sys.exit(main())

"""What a person should see of a data set before anything is trained: twenty images, and a few facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nnapp.display.picture_font import text_width, write_text
from nnapp.display.text_fitting import elide, shorten
from nnapp.display.wording import counted, percent
from nnapp.engine.arrays import IntArray

__all__ = ["N_PREVIEWED", "brightness_fact", "image_sheet", "images_as_text", "preview_indices", "set_facts"]

N_PREVIEWED = 20
"""Enough to see how two people write the same digit, and few enough to look at each."""

_TEXT_COLUMNS, _TEXT_ROWS, _TEXT_GAP = 14, 7, 2
_SHADES = " ░▒▓█"
_ASCII_SHADES = " .:*#"
_SHOWN_NAMES = 12
_LONGEST_NAME = 40
_MARGIN, _CAPTION_HEIGHT, _FONT_PX = 8, 16, 11
_LEAST_SIDE = 56
_MOST_MEASURED = 5000


def preview_indices(labels: IntArray, n_images: int = N_PREVIEWED, seed: int = 0) -> IntArray:
    """Choose images that show a data set: equally many of each class, at random within a class.

    Parameters
    ----------
    labels : array (n,) of int
    n_images : int
        How many; all of a smaller set.
    seed : int

    Returns
    -------
    array (at most n_images,) of int
        In the order of the classes. Of more classes than images, every k-th is shown.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    classes, first, counts = np.unique(labels[by_class], return_index=True, return_counts=True)
    if len(classes) > n_images:
        kept = np.linspace(0, len(classes) - 1, n_images).round().astype(int)
        spread: IntArray = by_class[first[kept]]
        return spread
    # The first image of every class, then the second of every class that has one, until there are enough.
    place_in_class = np.arange(len(labels)) - np.repeat(first, counts)
    chosen = np.argsort(place_in_class, kind="stable")[:n_images]
    return by_class[np.sort(chosen)]


def set_facts(
    training_labels: IntArray, test_labels: IntArray, image_shape: tuple[int, int], class_names: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield what a data set is made of, as pairs of a word and what there is to say about it.

    Parameters
    ----------
    training_labels, test_labels : array (n,) of int
    image_shape : (height, width)
    class_names : sequence of str
    """
    n_training, n_test = counted(len(training_labels), "image"), counted(len(test_labels), "image")
    yield "images", f"{n_training} to learn from, {n_test} to test with"
    yield "size", f"{image_shape[0]} × {image_shape[1]} pixels, {image_shape[0] * image_shape[1]:,} inputs of a network"
    shown = ", ".join(shorten(name, _LONGEST_NAME) for name in class_names[:_SHOWN_NAMES])
    shown += ", …" if len(class_names) > _SHOWN_NAMES else ""
    yield "classes", f"{len(class_names):,}: {shown}"
    counts = np.bincount(training_labels, minlength=len(class_names))
    fewest, most = int(counts.argmin()), int(counts.argmax())
    if counts[fewest] == counts[most]:
        yield "per class", f"{counts[most]:,} to learn from"
    else:
        low, high = (f"{counts[label]:,} ({shorten(class_names[label], _LONGEST_NAME)})" for label in (fewest, most))
        yield "per class", f"{low} to {high} to learn from"


def brightness_fact(images: NDArray[np.uint8]) -> tuple[str, str]:
    """Return the word "brightness", and how much ink images have and on what background.

    A light background is told to be unusual: a network trained on MNIST takes it for ink.

    Parameters
    ----------
    images : array (n, height, width) of uint8
        0 background … 255 ink. Some thousand of them, evenly spread, are measured; at least one.
    """
    spread = images[:: max(1, len(images) // _MOST_MEASURED)]
    mean = f"{percent(float(spread.mean()) / 255, 0)} on average"
    border = np.concatenate([spread[:, 0], spread[:, -1], spread[:, :, 0], spread[:, :, -1]], axis=1)
    if np.median(np.median(border, axis=1)) <= 127:
        return "brightness", f"{mean}, on a dark background"
    return "brightness", f"{mean}, on a light background: probably inverted, since nnapp takes what is bright for ink"


def images_as_text(
    images: NDArray[np.uint8], captions: Sequence[str], *, n_columns: int = 5, is_ascii: bool = False
) -> Iterator[str]:
    """Yield the lines that show images on a terminal, each 14 characters wide and 7 high, five in 80 columns.

    Parameters
    ----------
    images : array (n, height, width) of uint8
    captions : sequence of str
        One over each image, cut to its width.
    n_columns : int
    is_ascii : bool
        For a terminal that has no other characters.
    """
    shades = np.array(list(_ASCII_SHADES if is_ascii else _SHADES))
    for start in range(0, len(images), n_columns):
        row = slice(start, start + n_columns)
        gap = " " * _TEXT_GAP
        yield gap.join(f"{caption[:_TEXT_COLUMNS]:<{_TEXT_COLUMNS}}" for caption in captions[row]).rstrip()
        drawn = [_shaded(image, shades) for image in images[row]]
        for lines in zip(*drawn, strict=True):
            yield gap.join(lines).rstrip()
        yield ""


def _shaded(image: NDArray[np.uint8], shades: NDArray[np.str_]) -> list[str]:
    small = np.asarray(Image.fromarray(image).resize((_TEXT_COLUMNS, _TEXT_ROWS), Image.Resampling.BOX))
    return ["".join(shades[row * len(shades) // 256]) for row in small.astype(np.intp)]


def image_sheet(images: NDArray[np.uint8], captions: Sequence[str], n_columns: int = 5) -> Image.Image:
    """Return one picture of many images with a caption under each.

    Parameters
    ----------
    images : array (n, height, width) of uint8
        Shown a whole number of times as large where they are smaller than 56 pixels.
    captions : sequence of str
    n_columns : int
    """
    n_images, height, width = images.shape
    scale = max(1, -(-_LEAST_SIDE // max(height, width)))
    tile = (max(width * scale, _LEAST_SIDE) + _MARGIN, height * scale + _CAPTION_HEIGHT + _MARGIN)
    n_columns = min(n_columns, n_images)
    n_rows = -(-n_images // n_columns)
    sheet = Image.new("L", (n_columns * tile[0] + _MARGIN, n_rows * tile[1] + _MARGIN), 255)
    draw = ImageDraw.Draw(sheet)
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left = _MARGIN + number % n_columns * tile[0]
        top = _MARGIN + number // n_columns * tile[1]
        large = Image.fromarray(image).resize((width * scale, height * scale), Image.Resampling.NEAREST)
        sheet.paste(large, (left, top))
        text = elide(caption, tile[0] - _MARGIN, _FONT_PX, text_width)
        write_text(draw, left, top + height * scale + 1, text, _FONT_PX, 0, "la")
    return sheet

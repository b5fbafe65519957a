"""The images of a cell of a confusion matrix, worst mistakes first, and what is said about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.display.confusion_labels import format_percent
from nnapp.display.text_fitting import short_names
from nnapp.engine.arrays import IntArray
from nnapp.engine.evaluation import Evaluation

__all__ = ["Caption", "Gallery", "worst_first"]

_LONGEST_CAPTION_NAME = 12


def worst_first(evaluation: Evaluation, indices: IntArray) -> IntArray:
    """Sort images so that those the network was most wrong, or least sure, about come first.

    Mistakes come before what is right: the higher the probability of the wrong answer the earlier, and
    where that is the same, the lower the probability of the right class. Among recognised images the
    least probable ones come first. What is equal stays in the order of the indices.

    Parameters
    ----------
    evaluation : Evaluation
    indices : array (n,)
        Places of images in the evaluation.

    Returns
    -------
    array (n,)
        The same indices.
    """
    indices = np.sort(indices)
    labels, predictions = evaluation.labels[indices], evaluation.predictions[indices]
    of_right_class = evaluation.probabilities[indices, labels]
    is_right = labels == predictions
    of_wrong_answer = np.where(is_right, 0, evaluation.probabilities[indices, predictions])
    # lexsort sorts by its last key first.
    return indices[np.lexsort((of_right_class, -of_wrong_answer, is_right))]


@dataclass(frozen=True)
class Caption:
    """What is written under an image.

    Attributes
    ----------
    number : str
        What the image is called, "115".
    probability : str
        Of the predicted class, "98.7 %".
    answer : str
        "4 → 9" for an image of class 4 that was taken for 9; long names are shortened.
    is_right : bool
    """

    number: str
    probability: str
    answer: str
    is_right: bool


class Gallery:
    """Evaluated images in the order in which to look at them.

    Parameters
    ----------
    evaluation : Evaluation
    images : array (n_images, height, width) of uint8
        All images evaluated, 0 background to 255 ink; not copied.
    indices : array (n,)
        Which of them to show, by their places in the evaluation.
    class_names : sequence of str
        One per class.
    image_numbers : array (n_images,), optional
        What to call the images, where that is not their place in the evaluation.

    Attributes
    ----------
    indices : array (n,)
        Worst mistakes first, see `worst_first`.
    numbers : array (n,)
        What these images are called.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        images: NDArray[np.uint8],
        indices: IntArray,
        class_names: Sequence[str],
        image_numbers: IntArray | None = None,
    ) -> None:
        self._evaluation = evaluation
        self._images = images
        self._class_names = class_names
        self._short_names = short_names(class_names, _LONGEST_CAPTION_NAME)
        self.indices = worst_first(evaluation, indices)
        self.numbers: IntArray = self.indices if image_numbers is None else image_numbers[self.indices]

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of the images."""
        _, height, width = self._images.shape
        return height, width

    @property
    def order(self) -> str:
        """What comes first, in words."""
        labels, predictions = self._evaluation.labels[self.indices], self._evaluation.predictions[self.indices]
        return "least certain first" if np.array_equal(labels, predictions) else "worst mistakes first"

    def pixels(self, positions: range) -> NDArray[np.uint8]:
        """Return a copy of the images at some positions of the gallery, (n, height, width)."""
        return self._images[self.indices[positions.start : positions.stop]]

    def caption(self, position: int) -> Caption:
        """Return what is written under the image at a position."""
        actual, predicted, probability, _ = self._answer(position)
        return Caption(
            number=str(self.numbers[position]),
            probability=f"{format_percent(probability)} %",
            answer=f"{self._short_names[actual]} → {self._short_names[predicted]}",
            is_right=actual == predicted,
        )

    def details(self, position: int) -> str:
        """Return "Image 115: actual 4, predicted 9 with 98.7 %; probability of 4: 1.2 %"."""
        actual, predicted, probability, of_right_class = self._answer(position)
        text = f"Image {self.numbers[position]}: actual {self._class_names[actual]}, "
        text += f"predicted {self._class_names[predicted]} with {format_percent(probability)} %"
        if actual != predicted:
            text += f"; probability of {self._class_names[actual]}: {format_percent(of_right_class)} %"
        return text

    def _answer(self, position: int) -> tuple[int, int, float, float]:
        """Return the actual and the predicted class, and the probabilities of the predicted and the actual one."""
        index = int(self.indices[position])
        actual, predicted = int(self._evaluation.labels[index]), int(self._evaluation.predictions[index])
        probabilities = self._evaluation.probabilities[index]
        return actual, predicted, float(probabilities[predicted]), float(probabilities[actual])

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.gallery import Caption, Gallery, worst_first
from nnapp.engine.evaluation import Evaluation

NAMES = ["cat", "dog", "cow"]

# Images 0…3 are of class 0; 0, 1 and 3 were taken for 1, image 2 for 0. Image 4 is of class 1 and right.
EVALUATION = Evaluation(
    loss=0.5,
    labels=np.array([0, 0, 0, 0, 1]),
    predictions=np.array([1, 1, 0, 1, 1]),
    probabilities=np.array([[0.3, 0.6, 0.1], [0.05, 0.9, 0.05], [0.8, 0.1, 0.1], [0.35, 0.6, 0.05], [0.4, 0.6, 0]]),
)
IMAGES = np.arange(5 * 2 * 3, dtype=np.uint8).reshape(5, 2, 3)


def test_the_most_certain_mistake_is_first_then_the_least_probable_right_class() -> None:
    # 0.9 for the wrong answer before 0.6; of those two, 0.3 for the right class before 0.35.
    assert worst_first(EVALUATION, np.array([0, 1, 3])).tolist() == [1, 0, 3]


def test_the_least_certain_recognised_image_is_first() -> None:
    assert worst_first(EVALUATION, np.array([2, 4])).tolist() == [4, 2]


def test_mistakes_come_before_recognised_images() -> None:
    assert worst_first(EVALUATION, np.arange(5)).tolist() == [1, 0, 3, 4, 2]


@given(st.integers(0, 2**32 - 1))
def test_order_is_that_of_a_plain_sort(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(3), 40).round(1)  # rounded so that there are ties
    evaluation = Evaluation(0.1, rng.integers(0, 3, 40), rng.integers(0, 3, 40), probabilities)

    def badness(index: int) -> tuple[bool, float, float, int]:
        actual, predicted = evaluation.labels[index], evaluation.predictions[index]
        of_wrong_answer = 0.0 if actual == predicted else probabilities[index, predicted]
        return actual == predicted, -of_wrong_answer, probabilities[index, actual], index

    assert worst_first(evaluation, rng.permutation(40)).tolist() == sorted(range(40), key=badness)


def test_captions_and_details_say_index_classes_and_probabilities() -> None:
    gallery = Gallery(EVALUATION, IMAGES, np.array([0, 1, 3, 4]), NAMES)

    assert len(gallery) == 4
    assert gallery.caption(0) == Caption(number="1", probability="90.0 %", answer="cat → dog", is_right=False)
    assert gallery.details(0) == "Image 1: actual cat, predicted dog with 90.0 %; probability of cat: 5.0 %"
    assert gallery.caption(3) == Caption(number="4", probability="60.0 %", answer="dog → dog", is_right=True)
    assert gallery.details(3) == "Image 4: actual dog, predicted dog with 60.0 %"


def test_images_are_called_by_their_numbers() -> None:
    gallery = Gallery(EVALUATION, IMAGES, np.array([0, 1]), NAMES, np.array([100, 101, 102, 103, 104]))

    assert gallery.numbers.tolist() == [101, 100]
    assert gallery.caption(1).number == "100"
    assert gallery.details(1).startswith("Image 100:")


def test_pixels_are_those_of_the_images_in_the_order_shown() -> None:
    gallery = Gallery(EVALUATION, IMAGES, np.array([0, 1, 3]), NAMES)

    assert gallery.image_shape == (2, 3)
    assert (gallery.pixels(range(0, 2)) == IMAGES[[1, 0]]).all()
    assert (gallery.pixels(range(2, 3)) == IMAGES[[3]]).all()


def test_order_is_said_in_words() -> None:
    assert Gallery(EVALUATION, IMAGES, np.array([0, 2]), NAMES).order == "worst mistakes first"
    assert Gallery(EVALUATION, IMAGES, np.array([2, 4]), NAMES).order == "least certain first"

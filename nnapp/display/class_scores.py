"""How well each class is recognised, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from nnapp.engine.evaluation import ConfusionMatrix

__all__ = ["ClassScore", "class_scores"]


@dataclass(frozen=True)
class ClassScore:
    """Scores of one class.

    Attributes
    ----------
    label : int
        The class.
    n_images, n_recognised : int
        Images of the class, and how many of them were recognised.
    recall, precision : float
        0…1; NaN for a class without images, or one never predicted.
    f1 : float
        Harmonic mean of recall and precision, 2·TP / (2·TP + FP + FN) (van Rijsbergen, Information
        Retrieval, 1979); NaN for a class that neither is there nor was predicted.
    mistaken_for : int or None
        The wrong class its images were most often taken for, the lowest of several; None without mistakes.
    n_mistaken : int
        How often.
    """

    label: int
    n_images: int
    n_recognised: int
    recall: float
    precision: float
    f1: float
    mistaken_for: int | None
    n_mistaken: int


def class_scores(confusion: ConfusionMatrix) -> list[ClassScore]:
    """Return one score per class, in the order of the classes."""
    counts = confusion.counts
    errors = counts - np.diag(np.diagonal(counts))
    recall, precision = confusion.recall, confusion.precision
    scores = []
    for label in range(confusion.n_classes):
        n_recognised = int(counts[label, label])
        n_images, n_predicted = int(counts[label].sum()), int(counts[:, label].sum())
        worst = int(errors[label].argmax())
        n_mistaken = int(errors[label, worst])
        scores.append(
            ClassScore(
                label=label,
                n_images=n_images,
                n_recognised=n_recognised,
                recall=float(recall[label]),
                precision=float(precision[label]),
                f1=2 * n_recognised / (n_images + n_predicted) if n_images + n_predicted else nan,
                mistaken_for=worst if n_mistaken else None,
                n_mistaken=n_mistaken,
            )
        )
    return scores

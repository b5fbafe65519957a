"""How calibration looks on a terminal: a table of bins of confidence, and the same as JSON."""

from __future__ import annotations

from typing import Any

from nnapp.display.wording import percent
from nnapp.engine.arrays import FloatArray
from nnapp.engine.calibration import Reliability, log_loss, reliability
from nnapp.engine.evaluation import Evaluation

__all__ = ["calibration_as_json", "calibration_table"]


def calibration_as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Return what ``--json`` tells about the confidence of answers; ``before`` is without the temperature."""
    before = evaluation.probabilities_before
    return {
        "temperature": evaluation.temperature,
        **_record(evaluation, evaluation.probabilities),
        "before": None if before is None else _record(evaluation, before),
    }


def calibration_table(evaluation: Evaluation) -> str:
    """Return the expected calibration error, and how many answers of each confidence are right, as text."""
    found = _reliability(evaluation, evaluation.probabilities)
    head = f"calibration: expected error {percent(found.expected_calibration_error)}"
    if evaluation.probabilities_before is not None:
        before = _reliability(evaluation, evaluation.probabilities_before)
        head += f" at temperature {evaluation.temperature:g}, {percent(before.expected_calibration_error)} without"
    lines = [head, f"{'confidence':<20}{'images':>10}{'mean':>11}{'right':>11}"]
    for index, (count, confidence, accuracy) in enumerate(
        zip(found.counts.tolist(), found.confidences.tolist(), found.accuracies.tolist(), strict=True)
    ):
        if count:
            edges = f"{100 * index / found.n_bins:.1f} – {100 * (index + 1) / found.n_bins:.1f} %"
            lines.append(f"{edges:<20}{count:>10,}{percent(confidence):>11}{percent(accuracy):>11}")
    return "\n".join(lines)


def _reliability(evaluation: Evaluation, probabilities: FloatArray) -> Reliability:
    return reliability(probabilities, evaluation.labels, evaluation.predictions)


def _record(evaluation: Evaluation, probabilities: FloatArray) -> dict[str, Any]:
    found = _reliability(evaluation, probabilities)
    bins = zip(found.counts, found.confidences, found.accuracies, strict=True)
    return {
        "expected_calibration_error": found.expected_calibration_error,
        "log_loss": log_loss(probabilities, evaluation.labels),
        "bins": [
            {
                "from": index / found.n_bins,
                "to": (index + 1) / found.n_bins,
                "n_images": count,
                "confidence": confidence,
                "accuracy": accuracy,
            }
            for index, (count, confidence, accuracy) in enumerate(bins)
        ],
    }

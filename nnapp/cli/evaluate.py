"""``nnapp evaluate``: how good a network is, class by class, or several together."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from nnapp.cli.calibration_table import calibration_as_json, calibration_table
from nnapp.cli.console import confusion_table, evaluation_as_json, evaluation_table, print_json, printable, warn
from nnapp.cli.network_data import OF_SPLIT, images_of_split, load_data_for
from nnapp.cli.network_options import NETWORK_HELP, add_network_options, load_network
from nnapp.cli.options import add_data_options, add_json_option, add_setting_options, given_settings
from nnapp.display.wording import gain_sentence, percent
from nnapp.engine.calibration import reliability
from nnapp.engine.ensembles import EnsembleComparison, compare
from nnapp.engine.evaluation import Evaluation, evaluate
from nnapp.errors import SettingError
from nnapp.storage.dataset import Dataset
from nnapp.storage.ensemble_members import ensemble_of
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.trained_split import split_warning

__all__ = ["add_parser"]


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "evaluate", help="measure networks on labelled images", description=__doc__, allow_abbrev=False
    )
    parser.add_argument(
        "networks",
        metavar="NETWORK",
        nargs="+",
        help=f"{NETWORK_HELP}. Several are measured one by one and as an ensemble: by the mean of their probabilities",
    )
    add_network_options(parser)
    add_data_options(parser)
    parser.add_argument(
        "--split",
        choices=("test", "train", "validation"),
        default="test",
        help="which images: the test set, or the training set's images that were learnt from (train) or held out "
        "(validation), as the settings in the network file split them; default: test",
    )
    add_json_option(parser)
    add_setting_options(parser, OF_SPLIT)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    given = given_settings(options)
    stored = [load_network(options, path) for path in options.networks]
    ensemble_of(list(zip(options.networks, stored, strict=True)))  # refused before data are loaded
    options.network = options.networks[0]
    dataset = load_data_for(options, stored[0])
    for path, member in zip(options.networks[1:], stored[1:], strict=True):
        sentence = split_warning(member.metadata, dataset)
        if sentence:
            warn(f"{path}: {sentence}")
    images, labels = _images(options.split, dataset, stored, given)
    evaluations = [
        evaluate(member.network, images, labels, loss=member.metadata.loss, temperature=member.metadata.temperature)
        for member in stored
    ]
    head = {"data": dataset.name, "split": options.split}
    if len(stored) > 1:
        _tell_ensemble(options, compare(evaluations), evaluations, stored[0].class_names, head)
    else:
        _tell(options, evaluations[0], stored[0].class_names, head)
    return 0


def _images(split: str, dataset: Dataset, stored: list[StoredNetwork], given: dict[str, Any]) -> Any:
    """Return the images and labels of a split, which must be the same for all networks."""
    images, labels = images_of_split(split, dataset, stored[0], given)
    for member in stored[1:]:
        others, _ = images_of_split(split, dataset, member, given)
        if not np.array_equal(others, images):
            raise SettingError(
                f"Several networks must have learnt from the same training images to be evaluated on --split {split}; "
                "got networks of different seeds or validation fractions. --split test is the same for all."
            )
    return images, labels


def _tell(
    options: argparse.Namespace, evaluation: Evaluation, class_names: tuple[str, ...], head: dict[str, Any]
) -> None:
    if options.json:
        record = {"network": options.network} | head | evaluation_as_json(evaluation, class_names)
        print_json(record | {"calibration": calibration_as_json(evaluation)})
        return
    title = f"{options.network} on {head['data']} ({head['split']} images)"
    print(evaluation_table(evaluation, class_names, title))
    print(f"\n{calibration_table(evaluation)}")


def _tell_ensemble(
    options: argparse.Namespace,
    comparison: EnsembleComparison,
    evaluations: list[Evaluation],
    class_names: tuple[str, ...],
    head: dict[str, Any],
) -> None:
    together = comparison.ensemble
    if options.json:
        members = [
            {
                "network": path,
                "accuracy": accuracy,
                "loss": loss,
                "temperature": evaluation.temperature,
                "expected_calibration_error": _calibration_error(evaluation),
            }
            for path, accuracy, loss, evaluation in zip(
                options.networks, comparison.accuracies, comparison.losses, evaluations, strict=True
            )
        ]
        record = {"networks": options.networks} | head | evaluation_as_json(together, class_names)
        gains = {"gain_over_best": comparison.gain_over_best, "gain_over_mean": comparison.gain_over_mean}
        print_json(record | {"calibration": calibration_as_json(together), "members": members} | gains)
        return
    print(_comparison_table(options.networks, comparison, evaluations, f"{head['data']}, {head['split']} images"))
    print(f"\n{confusion_table(together.confusion, class_names)}")
    print(f"\n{calibration_table(together)}")


def _comparison_table(
    paths: list[str], comparison: EnsembleComparison, evaluations: list[Evaluation], title: str
) -> str:
    """Return members and ensemble one below the other, and what the ensemble gains."""
    together = comparison.ensemble
    errors = [_calibration_error(evaluation) for evaluation in evaluations]
    rows = list(zip(map(printable, paths), comparison.accuracies, comparison.losses, errors, strict=True))
    mean = [float(np.mean(values)) for values in (comparison.accuracies, comparison.losses, errors)]
    rows.append((f"mean of the {len(paths)}", mean[0], mean[1], mean[2]))
    rows.append(("ensemble", together.accuracy, together.loss, _calibration_error(together)))
    width = max(len(name) for name, *_ in rows)
    lines = [
        f"{printable(title)} ({together.n_images:,})",
        f"{'':<{width}}{'right':>11}{'log loss':>11}{'calibration error':>20}",
    ]
    lines += [
        f"{name:<{width}}{percent(accuracy):>11}{loss:>11.4f}{percent(error):>20}"
        for name, accuracy, loss, error in rows
    ]
    lines.append(gain_sentence(comparison))
    return "\n".join(lines)


def _calibration_error(evaluation: Evaluation) -> float:
    found = reliability(evaluation.probabilities, evaluation.labels, evaluation.predictions)
    return found.expected_calibration_error

"""The numbers of a plan with their limits, said once for files, command line and windows."""

from __future__ import annotations

from nnapp.engine.setting import Setting

__all__ = ["MAX_RUNS", "PLAN_SETTINGS"]

MAX_RUNS = 100_000
"""Most runs of a search."""

PLAN_SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            name="sampling",
            label="Sampling",
            kind="choice",
            help="Whether all combinations of the values are tried (grid), or some, drawn by the seed (random).",
            choices=("grid", "random"),
        ),
        Setting(
            name="budget",
            label="Budget",
            kind="integer",
            help="How many combinations random sampling draws, none of them twice.",
            low=1,
            high=MAX_RUNS,
            unit="configurations",
        ),
        Setting(
            name="repeats",
            label="Repeats",
            kind="integer",
            help="How often each configuration is trained, each time with another seed, to see what is chance.",
            low=1,
            high=1000,
            unit="runs",
        ),
        Setting(
            name="first_epochs",
            label="First epochs",
            kind="integer",
            help="Epochs after which successive halving looks at all configurations for the first time.",
            low=1,
            high=1_000_000,
            unit="epochs",
        ),
        Setting(
            name="factor",
            label="Halving factor",
            kind="integer",
            help="One in so many configurations goes on at each rung of halving, for so many times the epochs.",
            low=2,
            high=100,
        ),
    )
}
"""The numbers of a plan with their limits, by name; a budget may also be left out."""

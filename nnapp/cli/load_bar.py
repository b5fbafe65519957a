"""The bar that shows how far a slow load or download is."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

from nnapp.storage.load_progress import LoadProgress

__all__ = ["with_progress"]

Result = TypeVar("Result")

_PATIENCE_S = 0.5
"""How long nobody wonders what is going on."""


def with_progress(steps: Generator[LoadProgress, None, Result]) -> Result:
    """Run a load or a download to its end and return what it gives, with a bar on a terminal if it is slow."""
    results: list[Result] = []

    def collecting() -> Iterator[LoadProgress]:
        results.append((yield from steps))

    started = time.monotonic()
    what, bar = "", None
    with ExitStack() as stack:
        stack.callback(steps.close)
        for report in collecting():
            if time.monotonic() - started < _PATIENCE_S:
                continue
            if bar is None or report.what != what:
                if bar is not None:
                    bar.close()
                what, bar = report.what, stack.enter_context(_new_bar(report))
            bar.total = report.total
            bar.update(report.done - bar.n)
    return results[0]


def _new_bar(report: LoadProgress) -> Any:
    # Imported here because most commands never show a bar, and all should start fast.
    from tqdm import tqdm

    return tqdm(
        desc=report.what,
        initial=report.done,
        total=report.total,
        unit="B" if report.unit == "bytes" else f" {report.unit}",
        unit_scale=True,
        disable=None,
        leave=False,
    )

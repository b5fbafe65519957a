"""How far the download of a data set has come, over all its files, and how fast it goes at the moment."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.published_datasets import PublishedDataset, PublishedFile

__all__ = ["DownloadMeter"]

_INTERVAL_S = 0.1
_SHORTEST_WINDOW_S = 0.5
_LONGEST_WINDOW_S = 5.0


class DownloadMeter:
    """Makes the reports of a download.

    The speed is that of the last five seconds, so that it goes to zero when a mirror falls silent and follows when
    another is faster; what was there before counts as done, but not as speed.

    Parameters
    ----------
    published : PublishedDataset
        What is downloaded. Its files' sizes are estimates until a mirror announces one.
    clock : callable () -> float
        Seconds that only go up.
    """

    def __init__(self, published: PublishedDataset, clock: Callable[[], float] = time.monotonic) -> None:
        self.what = f"Downloading {published.name}"
        self._clock = clock
        self._sizes = {file.name: file.gzip_bytes for file in published.files}
        self._done = dict.fromkeys(self._sizes, 0)
        self._received = 0
        self._reported = clock()
        self._samples = deque([(self._reported, 0)])

    @property
    def is_due(self) -> bool:
        """Whether a tenth of a second has gone by since the last report."""
        return self._clock() - self._reported >= _INTERVAL_S

    def announce(self, file: PublishedFile, n_bytes: int) -> None:
        """Take the length of a file that its mirror tells."""
        self._sizes[file.name] = n_bytes

    def receive(self, n_bytes: int) -> None:
        """Take bytes into the speed."""
        self._received += n_bytes

    def set_done(self, file: PublishedFile, n_bytes: int) -> None:
        """Take how much of a file is there."""
        self._done[file.name] = n_bytes
        self._sizes[file.name] = max(n_bytes, self._sizes[file.name])

    def finish(self, file: PublishedFile) -> None:
        """Take that a file is there as a whole."""
        self._done[file.name] = self._sizes[file.name]

    def report(self) -> LoadProgress:
        """Return how far it has come, in bytes as they are sent."""
        self._reported = now = self._clock()
        self._samples.append((now, self._received))
        while now - self._samples[1][0] >= _LONGEST_WINDOW_S:
            self._samples.popleft()
        since, received_before = self._samples[0]
        elapsed = now - since
        rate = (self._received - received_before) / elapsed if elapsed >= _SHORTEST_WINDOW_S else None
        done, total = sum(self._done.values()), sum(self._sizes.values())
        left = (total - done) / rate if rate else None
        return LoadProgress(self.what, done, total, "bytes", rate, left)

"""A mirror of a small data set that can be learnt, which can be made to fall silent in the middle of a file."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from support.published import small_set
from support.web_server import WebServer

from nnapp.storage.published_datasets import FILE_NAMES, MNIST, PublishedDataset

__all__ = ["Mirror"]

_LONGEST_SILENCE_S = 30


class Mirror:
    """Serves the four files of a data set, gzipped, until `running` is left.

    Attributes
    ----------
    published : PublishedDataset
        What is served, under the name of `like`.
    server : WebServer
        Knows what was asked for.
    goes_on : threading.Event
        Cleared, every answer stops after its first half until it is set.
    has_begun : threading.Event
        Set once half a file was sent.
    """

    def __init__(self, folder: Path, like: PublishedDataset = MNIST) -> None:
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.has_begun = threading.Event()
        contents = [(folder / name).read_bytes() for name in FILE_NAMES]
        # Not compressed, so that half of a file is many pieces.
        sent = {f"{name}.gz": gzip.compress(content, 0) for name, content in zip(FILE_NAMES, contents, strict=True)}
        self.server = WebServer(sent, self._answer)
        self.published: PublishedDataset = small_set(contents, sent, [self.server.address], like)

    def _answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        self.has_begun.set()
        self.goes_on.wait(_LONGEST_SILENCE_S)
        handler.wfile.write(body[len(body) // 2 :])

    @contextmanager
    def running(self) -> Iterator[None]:
        """Answer inside the ``with`` block, and no more after it."""
        try:
            yield
        finally:
            self.goes_on.set()
            self.server.close()

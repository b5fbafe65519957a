"""A mirror of a small data set on this machine, which can be made to fall silent in the middle of a file."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from nnapp.storage.published_datasets import FILE_NAMES, MNIST, PublishedDataset


class Mirror:
    """Serves the four files of a data set, gzipped.

    Attributes
    ----------
    published : PublishedDataset
        What is served, under the name of MNIST.
    goes_on : threading.Event
        Cleared, every answer stops after its first half until it is set.
    has_begun : threading.Event
        Set once half a file was sent.
    """

    def __init__(self, folder: Path) -> None:
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.has_begun = threading.Event()
        contents = [(folder / name).read_bytes() for name in FILE_NAMES]
        # Not compressed, so that half of a file is many pieces.
        bodies = {f"/{name}.gz": gzip.compress(content, 0) for name, content in zip(FILE_NAMES, contents, strict=True)}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(bodies))
        files = tuple(
            dataclasses.replace(file, n_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
            for file, content in zip(MNIST.files, contents, strict=True)
        )
        address = f"http://127.0.0.1:{self._server.server_port}/"
        self.published: PublishedDataset = dataclasses.replace(MNIST, files=files, mirrors=(address,))

    def _handler(self, bodies: dict[str, bytes]) -> type[BaseHTTPRequestHandler]:
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = bodies[self.path]
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body[: len(body) // 2])
                    mirror.has_begun.set()
                    mirror.goes_on.wait(30)
                    self.wfile.write(body[len(body) // 2 :])
                except ConnectionError:  # whoever asked is gone
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Keep the tests' output clean."""

        return Handler

    @contextmanager
    def running(self) -> Iterator[None]:
        """Answer inside the ``with`` block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            self.goes_on.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

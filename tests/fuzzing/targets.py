"""Every parser of files and of what people type, with small valid files for the fuzzer to start from."""

from __future__ import annotations

import importlib
import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import seeds

__all__ = ["ALL", "TARGETS", "Target"]

Parse = Callable[[bytes], object]


@dataclass(frozen=True)
class Target:
    """A parser.

    Attributes
    ----------
    module, function : str
        Where it is; imported by `load`, so that the fuzzer can watch which lines of it run.
    takes : {"stream", "path", "bytes", "text"}
        What it is called with; a stream is followed by a name for the sentence of an error.
    seeds : callable () -> list of bytes
        Valid files.
    ending : str
        Of the file, for a parser that takes a path.
    more : tuple
        Arguments after that.
    """

    module: str
    function: str
    takes: str
    seeds: Callable[[], list[bytes]]
    ending: str = ""
    more: tuple[object, ...] = ()

    def load(self) -> Callable[..., object]:
        """Return the parser."""
        function: Callable[..., object] = getattr(importlib.import_module(self.module), self.function)
        return function

    def parse(self, content: bytes) -> None:
        """Parse one file; a generator is run to its end."""
        function = self.load()
        if self.takes == "stream":
            result = function(io.BytesIO(content), "the file", *self.more)
        elif self.takes == "bytes":
            result = function(content, "the file", *self.more)
        elif self.takes == "text":
            result = function(content.decode("utf-8", "replace"), *self.more)
        else:
            _PATH.with_suffix(self.ending).write_bytes(content)
            result = function(_PATH.with_suffix(self.ending), *self.more)
        if hasattr(result, "__next__"):
            for _ in result:
                pass


# In memory, where the system has such a place.
_FOLDER = tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
_PATH = Path(_FOLDER.name, "file")

_EXCHANGE = "nnapp.storage.exchange"

TARGETS: dict[str, Target] = {
    "network": Target("nnapp.storage.network_file", "read_network_from", "stream", seeds.networks),
    "run": Target("nnapp.storage.run_file", "read_run", "path", seeds.runs, ".run.npz"),
    "idx": Target("nnapp.storage.idx_file", "read_idx", "path", seeds.idx_files),
    "json": Target("nnapp.storage.strict_json", "decode_json_object", "bytes", seeds.json_objects),
    "preferences": Target("nnapp.storage.preferences", "load_preferences", "path", seeds.preferences, ".json"),
    "picture": Target("nnapp.digits.picture_files", "read_picture", "path", seeds.pictures, ".png"),
}


def divide(content: bytes, _name: str) -> float:
    """Break for an empty file, to try the fuzzer with."""
    return 1 / len(content)


ALL = {**TARGETS, "broken": Target("targets", "divide", "bytes", lambda: [b"1"])}
"""Those and one that breaks, so that it can be seen that the fuzzer finds it."""

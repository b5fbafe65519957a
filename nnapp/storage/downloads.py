"""Download a published data set from its mirrors.

Nothing a mirror sends is trusted: what arrives is checked on disk, and takes its place only if its content has the
published checksum. What has arrived of a file survives as a ``.part`` file beside it whatever happens, and the next
attempt asks for the rest alone:

===================================================  ==========================================================
what a mirror does                                   what is done
===================================================  ==========================================================
cuts the connection, or falls silent                 asked for the rest, as long as each answer brings something
sends less than 1 KB a second, does not answer,      the next mirror is asked for the rest
answers 403, 503, …, redirects in a circle
sends a web page, or more than the file can have     the next mirror is asked; what was there before is kept
does not send the part that was asked for (200)      what it sends takes the place of what is there
has no such part (416), sends another part, or what  thrown away and fetched once from the beginning, since
it added makes no right file                         the old part may be damaged or of another mirror
sends a whole file that is wrong                     thrown away, and the next mirror is asked
===================================================  ==========================================================

Why not pooch (1.9 was read for this)? It compares the checksum of the compressed file, which differs between the
mirrors of MNIST; it starts anew after a broken connection, since its temporary file is deleted; it knows one address
per file; and its calls cannot be cancelled while a mirror is silent. All of that would be here nevertheless, and
`requests` and `platformdirs` would come with it.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from nnapp.errors import DataError, StorageError
from nnapp.storage.content_check import GZIP_MAGIC, ContentError, CutShortError, checking, max_gzip_bytes
from nnapp.storage.dataset_files import find_dataset_files, join_words
from nnapp.storage.download_meter import DownloadMeter
from nnapp.storage.files import make_folder
from nnapp.storage.folders import folder_for
from nnapp.storage.load_progress import LoadProgress, drained
from nnapp.storage.mirror_connection import Answer, BrokenOffError, MirrorConnection, MirrorError
from nnapp.storage.part_file import PartFile
from nnapp.storage.published_datasets import FILE_NAMES, PublishedDataset, PublishedFile

__all__ = ["download_dataset", "downloading"]

_POLL_S = 0.1
_MOST_ATTEMPTS = 10
"""How often one mirror is asked for one file, so that no mirror can go on forever byte by byte."""

_Steps = Generator[LoadProgress, None, None]


def downloading(
    published: PublishedDataset, folder: str | os.PathLike[str] | None = None, timeout_s: float = 30.0
) -> Generator[LoadProgress, None, Path]:
    """Fetch the files of a data set that are not there yet, gzipped as they are served, yielding how far it has come.

    Something is yielded at least every 0.2 s, also while a mirror is silent. Closing the generator ends the download
    at once; what has arrived is kept and the next download goes on from there.

    Parameters
    ----------
    published : PublishedDataset
        What to fetch, and where from.
    folder : path-like, optional
        Where to put the files, by default `folder_for`; created if it is missing. It stays if nothing arrives, since
        that is where people are then told to put the files by hand.
    timeout_s : float, default 30
        How long a mirror may be silent, or slower than a kilobyte a second, before it is given up, in seconds.

    Returns
    -------
    Path
        As the generator's value: the folder.

    Raises
    ------
    DataError
        If the folder holds a file of another data set, or a damaged one, under a name that is needed.
    StorageError
        If no mirror delivers a file, the folder cannot be written, or the disk is full.
    """
    target = folder_for(published) if folder is None else Path(folder)
    make_folder(target)
    yield from _Download(published, target, timeout_s).running()
    return target


def download_dataset(
    published: PublishedDataset, folder: str | os.PathLike[str] | None = None, timeout_s: float = 30.0
) -> Path:
    """Download as `downloading` does, at once, and return the folder."""
    return drained(downloading(published, folder, timeout_s))


class _Download:
    """The download of one data set to one folder."""

    def __init__(self, published: PublishedDataset, folder: Path, timeout_s: float) -> None:
        self._published = published
        self._folder = folder
        self._timeout_s = timeout_s
        self._mirrors = list(published.mirrors)  # those that have failed move to the end
        self._meter = DownloadMeter(published)

    def running(self) -> _Steps:
        yield self._meter.report()
        present = yield from self._finding_present()
        for file in self._published.files:
            if file not in present:
                yield from self._fetching(file)
        yield self._meter.report()

    def _finding_present(self) -> Generator[LoadProgress, None, set[PublishedFile]]:
        """Check the files that the folder already holds, plain or gzipped, and return which these are."""
        present = set()
        found = find_dataset_files(self._folder)
        for name, file in zip(FILE_NAMES, self._published.files, strict=True):
            path = found.paths.get(name)
            if path is None or found.prefix:
                continue
            try:
                yield from self._reporting(checking(path, file))
            except ContentError as error:
                raise DataError(
                    f"{path} must be the {self._published.name} file of that name to download the others beside it; "
                    f"it is {error}, so move it away or choose another folder."
                ) from error
            self._meter.finish(file)
            present.add(file)
        return present

    def _fetching(self, file: PublishedFile) -> _Steps:
        """Fetch one file from the first mirror that delivers it."""
        with closing(PartFile(self._folder / file.name)) as part:
            if part.n_bytes and (yield from self._is_complete(part, file)):
                return
            failures = []
            for mirror in tuple(self._mirrors):
                failure = yield from self._asking(mirror, part, file)
                if failure is None:
                    return
                failures.append(f"{_host(mirror)}: {failure}")
                self._mirrors.remove(mirror)
                self._mirrors.append(mirror)
            is_kept = part.is_resumable and part.n_bytes > 0
        raise StorageError(self._sentence(failures, is_kept=is_kept))

    def _is_complete(self, part: PartFile, file: PublishedFile) -> Generator[LoadProgress, None, bool]:
        """Put what an earlier download has left in place if it lacks nothing; throw it away if it is damaged."""
        try:
            yield from self._placing(part, file)
        except CutShortError:
            return False
        except ContentError:
            part.empty()
            return False
        return True

    def _asking(self, mirror: str, part: PartFile, file: PublishedFile) -> Generator[LoadProgress, None, str | None]:
        """Ask one mirror for one file, again where that helps; return why it failed, or None if it did not."""
        self._meter.what = f"Downloading {self._published.name} from {_host(mirror)}"
        part.is_of_one_mirror = part.n_bytes == 0
        failure = ""
        for _ in range(_MOST_ATTEMPTS):
            n_bytes_before = part.n_bytes
            try:
                yield from self._attempting(mirror + file.name, part, file)
                return None
            except CutShortError:
                failure = f"it broke off after {part.n_bytes:,} bytes"
            except BrokenOffError as error:
                failure = str(error)
            except MirrorError as error:
                return str(error)
            except ContentError as error:
                is_its_own = part.is_of_one_mirror
                part.empty()
                if is_its_own:
                    return f"what it sent is {error}"
                continue
            if part.n_bytes <= n_bytes_before:
                break
        return failure

    def _attempting(self, url: str, part: PartFile, file: PublishedFile) -> _Steps:
        """Receive what is missing of a file, and put it in place."""
        has_more = yield from self._receiving(url, part, file)
        try:
            yield from self._placing(part, file)
        except CutShortError as error:
            if has_more:
                raise
            raise ContentError("longer than the mirror's file") from error

    def _receiving(self, url: str, part: PartFile, file: PublishedFile) -> Generator[LoadProgress, None, bool]:
        """Write what a mirror sends to the end of what is there, and return whether it had any more."""
        with closing(MirrorConnection(url, part.n_bytes, self._timeout_s)) as connection:
            answer = None
            beginning: bytes | None = None
            while (event := connection.next_event(_POLL_S)) is not None:
                if isinstance(event, Answer):
                    answer = event
                    beginning = b"" if answer.offset == 0 else None
                    self._check_answer(answer, part, file)
                elif beginning is not None:
                    beginning = self._take_beginning(beginning + event, part)
                else:
                    part.append(event)
                if part.n_bytes > max_gzip_bytes(file):
                    part.empty()
                    raise MirrorError(f"it sent more than the {max_gzip_bytes(file):,} bytes the file can have")
                self._meter.receive(len(event) if isinstance(event, bytes) else 0)
                self._meter.set_done(file, part.n_bytes)
                if self._meter.is_due:
                    yield self._meter.report()
        if answer is not None and answer.total_bytes is not None and part.n_bytes < answer.total_bytes:
            raise BrokenOffError(f"it broke off after {part.n_bytes:,} bytes")
        return answer is None or not answer.is_unsatisfiable

    def _check_answer(self, answer: Answer, part: PartFile, file: PublishedFile) -> None:
        if answer.offset not in (0, part.n_bytes):
            raise ContentError(f"of byte {answer.offset:,} on where {part.n_bytes:,} was asked for")
        if answer.total_bytes is not None:
            if answer.total_bytes > max_gzip_bytes(file):
                raise MirrorError(f"it announces {answer.total_bytes:,} bytes, more than the file can have")
            self._meter.announce(file, answer.total_bytes)

    def _take_beginning(self, beginning: bytes, part: PartFile) -> bytes | None:
        """Write the first bytes of a whole file, which may replace what is there only if they are no web page's."""
        if len(beginning) < len(GZIP_MAGIC):
            return beginning
        if not beginning.startswith(GZIP_MAGIC):
            what = "a web page" if beginning.lstrip().startswith(b"<") else "something else"
            raise MirrorError(f"it sent {what} instead of the gzip file expected")
        part.empty()
        part.append(beginning)
        return None

    def _placing(self, part: PartFile, file: PublishedFile) -> _Steps:
        yield from self._reporting(part.placing(file))
        part.remove()
        self._meter.finish(file)

    def _reporting(self, steps: Generator[None, None, None]) -> _Steps:
        """Go through steps that report nothing, and report how far the download has come."""
        with closing(steps):
            for _ in steps:
                if self._meter.is_due:
                    yield self._meter.report()

    def _sentence(self, failures: list[str], *, is_kept: bool) -> str:
        names = join_words([file.name for file in self._published.files])
        kept = " What has arrived is kept, and the next download goes on from there." if is_kept else ""
        return (
            f"{self._published.name} cannot be downloaded ({'; '.join(failures)}); try again later, or put the four "
            f"files {names} into {self._folder} by hand.{kept}"
        )


def _host(mirror: str) -> str:
    return urlsplit(mirror).netloc

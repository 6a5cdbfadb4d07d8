"""The steps of a move and of an erasure, and what to do where they were broken off.

Before each step that could be noticed from outside, what will be done is in the journal, on the disk. So wherever the program, or
the machine, stops, the next start finds one of few states and either goes on or takes back; the bytes are whole at one of the two
places at every moment.

Move: copy to a name of our own in the target folder, check the copy by its hash, note its number (``copied``), give it its name
without overwriting (``placed``), take the source aside to a name of our own in its folder, check that what was taken aside is the very
file (``removing``), remove it. Erase: take aside, check, note (``emptying``), write over, remove. The taking aside is one act of the system:
what is checked afterwards cannot be exchanged for another file, as it could under a name that others know.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Literal

from scanner.acts.correction import files, streams
from scanner.acts.correction.files import Identity, Key
from scanner.acts.correction.folders import Folder, held
from scanner.acts.correction.stopping import Stopped, of_system
from scanner.paths.entries import identity

Step = Literal["copying", "copied", "placed", "removing", "taking", "emptying", "done"]


@dataclass(frozen=True, slots=True)
class Job:
    """One file and where it goes, ``None`` for nowhere. Names are single entries of their folders."""

    source: tuple[bytes, bytes]
    target: tuple[bytes, bytes] | None
    known: Identity
    content: bytes
    part: bytes
    """Name of our own for the copy while it is made."""
    aside: bytes
    """Name of our own for the source while it is removed."""
    overwrite: bool = False
    """Whether an erasure writes over the bytes first; never where the file has other names."""


@dataclass(slots=True)
class Journal:
    """Where a job stands, as far as it is on the disk."""

    note: Callable[[Step, tuple[int, int] | None], None]
    """Keep a step, with number and device of the copy; on the disk when it returns."""
    placed: tuple[int, int] | None = None
    lost: list[str] | None = None
    """What could not be taken along to the copy."""


def checkpoint(name: str) -> None:
    """Between two steps; tests die here."""


def move(job: Job, key: Key, journal: Journal) -> None:
    """Raises ``Stopped``; everything is as it was then."""
    assert job.target is not None
    with _held(job.source[0], job.target[0]) as (here, there):
        with files.opened(here, job.source[1]) as fd:
            files.verify(here, job.source[1], fd, job.known, job.content, key)
            files.refuse_in_use(here, job.source[1], fd)
            if there.there(job.target[1]):
                raise Stopped("target_exists")
            journal.note("copying", None)
            checkpoint("copying")
            number: tuple[int, int] | None = None
            try:
                number = _copied(job, here, there, fd, key, journal)
                journal.note("copied", number)
                checkpoint("copied")
                _named(there, job.part, job.target[1])
            except BaseException:
                _removed(there, job.part)
                if number is not None and _number(there, job.target[1]) == number:
                    _removed(there, job.target[1])
                raise
        there.flush()
        checkpoint("named")
        journal.note("placed", number)
        checkpoint("placed")
        _finish_move(job, key, here, there, journal, number)
    journal.note("done", number)
    checkpoint("done")


def erase(job: Job, key: Key, journal: Journal) -> None:
    """Raises ``Stopped``; everything is as it was then."""
    with _held(job.source[0]) as (here,):
        with files.opened(here, job.source[1]) as fd:
            files.verify(here, job.source[1], fd, job.known, job.content, key)
            files.refuse_in_use(here, job.source[1], fd)
        journal.note("taking", None)
        checkpoint("taking")
        _aside(job, key, here)
        checkpoint("aside")
        journal.note("emptying", None)
        checkpoint("emptying")
        _emptied(job, here)
    journal.note("done", None)
    checkpoint("done")


def recover(job: Job, key: Key, journal: Journal, step: Step) -> bool:
    """Go on with what was broken off at ``step`` (True), or take it back (False). Raises ``Stopped`` where neither can be done now:
    a folder is not there, or the copy is no longer what was made; the source is not touched then."""
    if step == "done":
        return True
    if job.target is None:
        with _held(job.source[0]) as (here,):
            if step == "taking":
                _put_back(job, here)
                return False
            _emptied(job, here)
        journal.note("done", None)
        return True
    folder, name = job.target
    with _held(job.source[0], folder) as (here, there):
        job, number = _mounted_anew(job, here), _number(there, name)
        if not here.there(job.aside) and (step == "removing" or (step == "placed" and not here.there(job.source[1]))):
            # The copy had its name, was whole and noted, and then the source went: the move is done, whatever people have made of
            # the copy since. The next scan tells whether all is as ordered.
            _removed(there, job.part)
            journal.note("done", journal.placed)
            return True
        ours = number is not None and _is_copy(job, key, there, number, journal.placed)
        _removed(there, job.part)
        if not ours:
            if step in ("placed", "removing"):
                journal.note("placed", journal.placed)  # from here on the source may have its name again
                _put_back(job, here)
                raise Stopped("target_gone")
            return False
        there.flush()
        journal.note("placed", number)
        _finish_move(job, key, here, there, journal, number, again=True)
    journal.note("done", number)
    return True


def _mounted_anew(job: Job, here: Folder) -> Job:
    """The job with the device that its source has now: after a start of the machine a file system may have another number."""
    for name in (job.source[1], job.aside):
        with suppress(FileNotFoundError, NotADirectoryError):
            size, written, _, number, device = identity(here.look(name))
            if (size, written, number) == (job.known[0], job.known[1], job.known[3]):
                return replace(job, known=(*job.known[:4], device))
    return job


def _is_copy(job: Job, key: Key, there: Folder, number: tuple[int, int], placed: tuple[int, int] | None) -> bool:
    """Whether what has the target's name is the copy that was made: by number and device, or by number and content."""
    if placed is None or number[0] != placed[0] or job.target is None:
        return False
    if number == placed:
        return True
    with files.opened(there, job.target[1]) as fd:
        return files.key_of(fd, key) == job.content


def clean(job: Job, placed: tuple[int, int] | None, step: str = "") -> bool:
    """Whether nothing of a job is left behind: no name of our own, no copy under the target's name, and, once bytes may have been
    removed (``step``), the source under its name."""
    if step == "emptying":
        return False
    try:
        with _held(job.source[0]) as (here,):
            left = here.there(job.aside) or (step == "removing" and not here.there(job.source[1]))
        if job.target is not None:
            with _held(job.target[0]) as (there,):
                left = left or there.there(job.part) or (placed is not None and _number(there, job.target[1]) == placed)
    except Stopped:
        return False  # a folder is not there: nobody can say
    return not left


@contextmanager
def _held(*paths: bytes) -> Iterator[list[Folder]]:
    """Folders for a block; what the system says is told as a reason of ours."""
    try:
        with held(*paths) as folders:
            yield folders
    except OSError as error:
        raise of_system(error) from None


def _copied(job: Job, here: Folder, there: Folder, source: int, key: Key, journal: Journal) -> tuple[int, int]:
    """Number and device of a checked copy under our own name."""
    fd = there.made(job.part)
    try:
        checkpoint("made")
        journal.lost = files.copy(source, fd)
        checkpoint("written")
    finally:
        os.close(fd)
    journal.lost += streams.copy(here, job.source[1], there, job.part)
    there.dated(job.part, job.known[1])
    there.flush()
    with files.opened(there, job.part) as again:
        if files.key_of(again, key) != job.content:
            raise Stopped("copy_differs")
        number = identity(there.look(job.part))[3:]
    return number


def _finish_move(
    job: Job,
    key: Key,
    here: Folder,
    there: Folder,
    journal: Journal,
    number: tuple[int, int] | None,
    *,
    again: bool = False,
) -> None:
    """The copy has its name: remove the source, if copy and source are what they should be; else take the copy back."""
    assert job.target is not None
    with files.opened(there, job.target[1]) as fd:
        good = _number(there, job.target[1]) == number and files.key_of(fd, key) == job.content
    if not good:
        _put_back(job, here)
        raise Stopped("target_gone")
    try:
        _aside(job, key, here, again=again)
        if here.there(job.aside) and streams.contents(here, job.aside) != streams.contents(there, job.target[1]):
            _put_back(job, here)
            raise Stopped("changed")
    except (Stopped, OSError):
        if here.there(job.source[1]) and not here.there(job.aside):
            _removed(there, job.target[1])
        raise
    checkpoint("aside")
    journal.note("removing", number)
    checkpoint("removing")
    _removed(here, job.aside)
    here.flush()
    checkpoint("removed")


def _aside(job: Job, key: Key, here: Folder, *, again: bool = False) -> None:
    """Take the source aside and check that it is the very file; else it gets its name back. ``again``: after a break, when what
    is gone already, be there another file under its name by now, needs nothing any more."""
    name = job.source[1]
    if not here.there(job.aside):
        if again and _number(here, name) != job.known[3:]:
            return
        here.rename(name, here, job.aside)
        here.flush()
    elif here.there(name) and _number(here, name) == _number(here, job.aside):
        here.remove(name)  # two names, because the system knows no renaming that does not overwrite
    checkpoint("taken")
    try:
        with files.opened(here, job.aside) as fd:
            files.verify(here, job.aside, fd, job.known, job.content, key, renamed=True)
            files.refuse_in_use(here, job.aside, fd)
    except Stopped:
        _put_back(job, here)
        raise


def _put_back(job: Job, here: Folder) -> None:
    """Give what was taken aside its name again. Where another file has taken the name, it keeps ours, and that is told."""
    if not here.there(job.aside):
        return
    name = job.source[1]
    if here.there(name) and _number(here, name) == _number(here, job.aside):
        here.remove(job.aside)
    else:
        try:
            here.rename(job.aside, here, name)
        except FileExistsError:
            raise Stopped("name_taken", name=os.fsdecode(job.aside)) from None
    here.flush()


def _emptied(job: Job, here: Folder) -> None:
    if here.there(job.aside):
        if job.overwrite:
            files.emptied(here, job.aside)
        checkpoint("emptied")
        here.remove(job.aside)
        here.flush()
    checkpoint("removed")


def _named(there: Folder, part: bytes, name: bytes) -> None:
    try:
        there.rename(part, there, name)
    except FileExistsError:
        raise Stopped("target_exists") from None


def _number(folder: Folder, name: bytes) -> tuple[int, int] | None:
    try:
        return identity(folder.look(name))[3:]
    except (FileNotFoundError, NotADirectoryError):
        return None


def _removed(folder: Folder, name: bytes) -> None:
    with suppress(FileNotFoundError):
        folder.remove(name)

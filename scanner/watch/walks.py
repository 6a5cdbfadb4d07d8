"""The walks of the watch, in small steps: new folders, and whole roots with the sweep at their end."""

from __future__ import annotations

import time
from collections import Counter

from scanner.inventory.journal import Aside, Journal
from scanner.model import FileRef, Outcome, Reason
from scanner.paths.system import is_folder, real
from scanner.sources.walk import Unseen
from scanner.watch.paths import PathSession
from scanner.watch.walker import Walker

FOLDERS = 200
"""So many new folders are one walk."""
STEP_FILES = 64
STEP_SECONDS = 0.2
"""A step ends after so many files or so long, whichever comes first."""
IN_USE_SECONDS = 60.0
"""A file that somebody else has open is tried again at least so often: that it is closed makes no event. One opening each."""
_YOUNG_NS = 2_000_000_000
_SETTLE_SECONDS, _CAP_SECONDS = 2.0, 30.0


class Walk:
    """What both kinds share: take some, examine them, keep what could not be seen."""

    def __init__(self, session: PathSession, journal: Journal, walker: Walker) -> None:
        self._session, self._journal, self._walker = session, journal, walker
        self._unseen: list[bytes] = []
        self._left_out: dict[bytes, str] = {}
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()
        self.read = 0
        """Bytes of the files of the last step that were read."""

    def step(self, wait: float = 0.0) -> bool:
        """Do a little; whether the walk is over now. ``wait``: seconds to wait for the first file."""
        met = list(self._walker.take(STEP_FILES, wait))
        self._session.expect([item.path for _, item in met if isinstance(item, FileRef)])
        until = time.monotonic() + STEP_SECONDS
        outcomes: list[Outcome] = []
        self.read = 0
        for number, (moment, item) in enumerate(met):
            if number and time.monotonic() > until:
                self._walker.put_back(met[number:])
                break
            self._one(moment, item, outcomes)
        self._session.after(outcomes)
        if not self._walker.finished:
            return False
        self._end()
        return True

    def _one(self, moment: int, item: FileRef | Unseen, outcomes: list[Outcome]) -> None:
        if isinstance(item, Unseen):
            if item.hides:
                self._unseen.append(item.path)
                self._left_out |= {item.path: item.left_out} if item.left_out else {}
            self._counts[self._session.name(item, item.ref).kind.value] += 1
            return
        outcome = self._session.meet(item, moment)
        if isinstance(outcome, Aside):
            self._unseen.append(item.path)
            later(self._journal, outcome)
            return
        self._counts[outcome.kind.value] += 1
        if outcome.contents.reason is Reason.IN_USE:
            self._journal.touch({item.path: time.monotonic() + IN_USE_SECONDS}, IN_USE_SECONDS)
        if outcome.kind.value != "unchanged":
            self.read += outcome.ref.size
        outcomes.append(outcome)

    def _end(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Give it up; what it was for is still in the journal."""
        self._walker.close()


class WholeWalk(Walk):
    """A root in one run of the inventory. Its end is the truth: what was not met is gone."""

    def __init__(
        self, session: PathSession, journal: Journal, wish: tuple[bytes, str, int], skip: frozenset[bytes]
    ) -> None:
        self.root, self.why, self._gen = wish
        session.begin_whole(self.root)
        super().__init__(session, journal, Walker((self.root,), skip, session.exclusions((self.root,))))

    def _end(self) -> None:
        seconds = time.monotonic() - self._began
        self._session.end_whole(self._walker.notes, self._unseen, self._counts, seconds, self._left_out.items())
        self._journal.rescanned(self.root, self._gen)
        self._journal.note("last_walk", self.why)


class FolderWalk(Walk):
    """Some new folders. What the inventory had below them and is not there any more is gone."""

    def __init__(self, session: PathSession, journal: Journal, folders: list[bytes], skip: frozenset[bytes]) -> None:
        self._folders = folders
        self._before = [path for folder in folders for path in session.below(folder)]
        # a folder that became a link is none any more: what it leads to is not below the root
        there = [f for f in folders if real(f) == f and is_folder(f) and not session.leaves_out(f, folder=True)]
        super().__init__(session, journal, Walker(there, skip, session.exclusions(session.roots)))

    def _one(self, moment: int, item: FileRef | Unseen, outcomes: list[Outcome]) -> None:
        if isinstance(item, FileRef) and moment - item.mtime_ns < _YOUNG_NS:
            # still being written, as often as not: it settles as a file that an event told of
            self._journal.touch({item.path: time.monotonic() + _SETTLE_SECONDS}, _CAP_SECONDS)
            return
        if isinstance(item, Unseen) and item.path in self._folders:
            return  # gone again
        super()._one(moment, item, outcomes)

    def _end(self) -> None:
        self._session.vanish(self._before)
        self._journal.walked(self._folders)


def later(journal: Journal, aside: Aside) -> None:
    """Have a path at which the work failed tried again when its patience is over."""
    journal.touch({aside.path: time.monotonic() + max(0.0, aside.until - time.time())}, aside.until - aside.at)

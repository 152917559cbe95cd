"""What happens to clients when the process forks or ends."""

from __future__ import annotations

import atexit
import os
import sys
import time
import weakref
from collections.abc import Sequence
from typing import Protocol

#: Seconds that the end of the process waits for all clients together.
EXIT_SECONDS = 2.0


class Member(Protocol):
    """Something with a thread or a buffer."""

    def after_fork(self) -> None:
        """In the child: forgets what belongs to the parent."""

    def hurry(self) -> None:
        """Begins to send what there is."""

    def drain(self, timeout: float) -> bool:
        """Waits until all is sent, or the first attempt failed; at most `timeout` seconds."""


_members: weakref.WeakSet[Member] = weakref.WeakSet()
_registered_pid: int | None = None
_fork_hook = False


def join(member: Member) -> None:
    """Flushes it at exit and tells it of forks, for as long as it lives."""
    global _fork_hook
    _members.add(member)
    if not _fork_hook:
        _fork_hook = True
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_after_fork)
        atexit.register(flush_all)


def used() -> None:
    """Called when something is to be sent: a child of `multiprocessing` ends without `atexit`."""
    global _registered_pid
    pid = os.getpid()
    if _registered_pid == pid:
        return
    _registered_pid = pid
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        from multiprocessing import util

        util.Finalize(None, flush_all, exitpriority=-100)


def flush_all() -> None:
    """Sends what all clients hold, within `EXIT_SECONDS`; a server that is away costs less."""
    drain_all(list(_members))


def drain_all(members: Sequence[Member]) -> None:
    """Sends what these hold, all at once, within `EXIT_SECONDS`."""
    deadline = time.monotonic() + EXIT_SECONDS
    for member in members:
        member.hurry()
    for member in members:
        member.drain(max(0.0, deadline - time.monotonic()))


def _after_fork() -> None:
    for member in list(_members):
        member.after_fork()

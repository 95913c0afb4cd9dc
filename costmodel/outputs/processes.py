"""Work cut over the processors of the machine where that is safe, else done in turn; the results are alike."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_FEWEST = 6
"""Pieces of work below which another process takes longer to start than it saves."""
_AHEAD = 2**20
"""Bytes that a helper may have ready before they are asked for."""

_Made = TypeVar("_Made")


def each(work: Callable[[int], _Made], count: int, *, fewest: int = _FEWEST) -> Iterator[_Made]:
    """The results of pieces of work by number, in order.

    Args:
        fewest: how many pieces there must be for another process to take up any.

    Raises:
        Whatever a piece of work raises.
    """
    helpers = _helpers(work, count) if count >= fewest and _may_fork() else []
    try:
        for at in range(count):
            place = at % (len(helpers) + 1)
            found = _from(helpers[place - 1][1]) if place else None
            if found is None:  # this process's own piece, or that of a helper that is gone
                yield work(at)
                continue
            made, wrong = found
            if wrong is not None:
                raise wrong
            yield made
    finally:
        for process, out in helpers:
            out.close()
            process.terminate()
            process.join()


def _may_fork() -> bool:
    """Whether copies of this process can take up its work: on Linux, where no other thread of Python is running."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def _helpers(work: Callable[[int], object], count: int) -> list[tuple[BaseProcess, Connection]]:
    """A process for each other processor, with what its results are read from."""
    from multiprocessing import get_context

    context = get_context("fork")
    step = min(count, len(os.sched_getaffinity(0)))
    started: list[tuple[BaseProcess, Connection]] = []
    for first in range(1, step):
        out, into = context.Pipe(duplex=False)
        _widen(into)
        unused = [out, *(other for _, other in started)]
        process = context.Process(target=_help, args=(work, range(first, count, step), into, unused), daemon=True)
        with warnings.catch_warnings():
            # Python warns of the threads that numpy keeps: they are idle, and start again in a copy.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        into.close()
        started.append((process, out))
    return started


def _help(work: Callable[[int], object], pieces: range, into: Connection, unused: list[Connection]) -> None:
    """Do some pieces of work, and hand each on; ends where nobody reads any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that a person interrupts ends this one
    for connection in unused:
        connection.close()
    for at in pieces:
        try:
            found: tuple[object, Exception | None] = work(at), None
        except Exception as wrong:
            found = None, wrong
        try:
            into.send(found)
        except BrokenPipeError:
            return


def _from(out: Connection) -> tuple[Any, Exception | None] | None:
    """What a helper made next; None where it is gone."""
    try:
        found: tuple[Any, Exception | None] = out.recv()
    except (EOFError, OSError):
        return None
    return found


def _widen(pipe: Connection) -> None:
    import fcntl

    try:
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _AHEAD)
    except OSError:  # not allowed here: a helper waits a little more
        return

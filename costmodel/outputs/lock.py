"""A lock on a folder: one process writes there at a time, and no lock outlives its process."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from costmodel.errors import BadInput, CannotWrite, shown_path

LOCK = ".costmodel-lock"
_PATIENCE = 10.0
"""Seconds to wait for another run, which holds the folder only while it puts its files in place."""
_PAUSE = 0.02


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder alone. It is made where it is not there, and is gone afterwards where it is empty then.

    Raises:
        BadInput: where another process holds it for longer than a run should.
        OSError: where the folder cannot be written to.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    until = time.monotonic() + _PATIENCE
    try:
        while (held := _take(folder / LOCK)) is None:
            if time.monotonic() > until:
                says = f"another run is writing to {shown_path(folder)}"
                hint = "Run again when it has ended, or name another folder with --outputs."
                raise BadInput([CannotWrite(says=says, hint=hint)])
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            _release(folder / LOCK, held)
    finally:
        for place in made:
            with suppress(OSError):  # it holds something
                place.rmdir()


def _take(file: Path) -> int | None:
    """The open lock; None where another process has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    held = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(held)
        if os.path.samestat(os.fstat(held), os.stat(file)):
            return held
    except BlockingIOError:
        pass
    except FileNotFoundError:  # it was released, and so removed, after it was opened here
        pass
    except BaseException:
        os.close(held)
        raise
    os.close(held)
    return None


def _lock(held: int) -> None:
    """Lock an open file, or raise BlockingIOError. The operating system unlocks it when the process ends."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
        except PermissionError as problem:  # what Windows says of a file that is locked
            raise BlockingIOError(problem.errno, problem.strerror) from None
    else:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _release(file: Path, held: int) -> None:
    """Unlock and remove the file."""
    if sys.platform == "win32":  # no file is removed there that is open, in this process or in another
        os.close(held)
        with suppress(OSError):
            file.unlink()
    else:  # the file goes while it is locked, so that nobody locks one that is about to go
        try:
            with suppress(OSError):
                file.unlink()
        finally:
            os.close(held)

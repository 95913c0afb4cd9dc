"""Work over several processes comes out as it does in one: in order, with its mistakes, and whole if a helper dies."""

from __future__ import annotations

import subprocess
import sys

import pytest
from helpers import environment

from costmodel.errors import BadInput, UnknownName
from costmodel.outputs.processes import each

START = """
import os, signal, sys
from costmodel.errors import BadInput, UnknownName
from costmodel.outputs.processes import each
here = os.getpid()
"""


def in_a_program(text: str) -> subprocess.CompletedProcess[str]:
    """Run a program in which no other thread runs, so that it may start helpers."""
    command = [sys.executable, "-W", "error", "-c", START + text]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)


def test_results_come_in_order_whoever_makes_them() -> None:
    assert list(each(lambda at: at * at, 20)) == [at * at for at in range(20)]
    assert in_a_program("print(list(each(lambda at: at * at, 20)))").stdout == f"{[at * at for at in range(20)]}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="helpers are started on Linux alone")
def test_helpers_take_part_where_there_are_processors() -> None:
    found = in_a_program("print(len(set(each(lambda at: os.getpid(), 20))) == min(20, len(os.sched_getaffinity(0))))")
    assert found.stdout == "True\n", found.stderr


def test_few_pieces_are_done_here() -> None:
    assert in_a_program("print(set(each(lambda at: os.getpid(), 3)) == {here})").stdout == "True\n"


@pytest.mark.parametrize("at", [0, 7])
def test_mistakes_of_a_piece_are_raised(at: int) -> None:
    found = in_a_program(
        f"""
def work(at):
    if at == {at}:
        raise BadInput([UnknownName(says="there is no line 'totl'", hint="Did you mean total?")])
    return at
try:
    list(each(work, 20))
except BadInput as bad:
    print(bad.mistakes[0])
"""
    )
    assert found.stdout == "there is no line 'totl'\n  Did you mean total?\n", found.stderr


def test_a_helper_that_dies_is_made_up_for() -> None:
    found = in_a_program(
        """
def work(at):
    if at == 7 and os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    return at
print(list(each(work, 20)) == list(range(20)))
"""
    )
    assert found.stdout == "True\n", found.stderr


def test_mistakes_keep_what_they_say_from_one_process_to_another() -> None:
    bad = BadInput([UnknownName(says="there is no line 'totl'")])
    kind, given = bad.__reduce__()
    assert kind(*given).mistakes == bad.mistakes

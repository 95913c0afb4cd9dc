"""The order in which lines are worked out, and the loops that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from costmodel.errors import Loop, Mistake
from costmodel.model.line import Block, Line
from costmodel.model.reads import names_read, whole_run_names


def in_order(lines: Mapping[str, Line]) -> tuple[tuple[Block, ...], list[Mistake]]:
    """Cut the lines into blocks, each after those that it reads; and say which loops cannot be worked out."""
    reads = {name: names_read(line, lines) for name, line in lines.items()}
    blocks: list[Block] = []
    mistakes: list[Mistake] = []
    for group in _groups({name: now | past for name, (now, past) in reads.items()}):
        members = set(group)
        if len(group) == 1 and group[0] not in reads[group[0]][0] | reads[group[0]][1]:
            blocks.append(Block((group[0],), year_by_year=False))
            continue
        now = {name: reads[name][0] & members for name in group}
        loop = _loop(now)
        if not loop:
            loop = next(([name, whole] for name in group for whole in _whole_run(lines[name]) if whole in members), [])
        if loop:
            mistakes.append(_loop_mistake(loop, lines))
            continue
        blocks.append(Block(tuple(name for part in _groups(now) for name in part), year_by_year=True))
    return tuple(blocks), mistakes


def _whole_run(line: Line) -> Iterable[str]:
    return whole_run_names(line.formula) if line.formula else ()


def _loop_mistake(loop: list[str], lines: Mapping[str, Line]) -> Loop:
    shown = list(dict.fromkeys(lines[name].step_of or name for name in loop))
    first = lines[shown[0]]
    chain = " needs ".join([*shown, shown[0]])
    return Loop(
        where=first.where,
        path=f"lines.{first.name}",
        says=f"these lines go round in a loop within one year: {chain}",
        hint="Read the past with prior(...), which stands one year earlier, or take one of them out of the loop.",
    )


def _groups(reads: Mapping[str, set[str]]) -> list[list[str]]:
    """Strongly connected groups, each after those that it reads (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups: list[list[str]] = []
    order = {name: place for place, name in enumerate(reads)}
    for root in reads:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = []

        def enter(name: str, work: list[tuple[str, Iterator[str]]] = work) -> None:
            index[name] = low[name] = len(index)
            stack.append(name)
            on_stack.add(name)
            work.append((name, iter(sorted((n for n in reads[name] if n in reads), key=order.__getitem__))))

        enter(root)
        while work:
            name, rest = work[-1]
            for following in rest:
                if following not in index:
                    enter(following)
                    break
                if following in on_stack:
                    low[name] = min(low[name], index[following])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    at = stack.index(name)
                    group = stack[at:]
                    del stack[at:]
                    on_stack.difference_update(group)
                    groups.append(sorted(group, key=order.__getitem__))
    return groups


def _loop(reads: Mapping[str, set[str]]) -> list[str]:
    """One loop in the graph, in order, or nothing."""
    for group in _groups(reads):
        members = set(group)
        if len(group) == 1 and group[0] not in reads[group[0]]:
            continue
        path = [group[0]]
        while True:
            following = min(reads[path[-1]] & members)
            if following in path:
                return path[path.index(following) :]
            path.append(following)
    return []

"""A template as read: held against the few statements that briefs need, and with the counting of its work put in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer

_STATEMENTS = (
    *(nodes.Output, nodes.If, nodes.For, nodes.Assign, nodes.AssignBlock, nodes.With, nodes.Macro),
    *(nodes.FilterBlock, nodes.Include, nodes.FromImport),
)
_IN_WORDS = ("filter", "for", "from", "if", "include", "macro", "set", "with")


class Counted(NodeTransformer):
    """Puts calls of an environment's ``spend``, ``turns``, ``counted``, ``flat`` and ``joined`` into a template.

    Visiting raises:
        TemplateSyntaxError: where the template uses what templates do not have.
    """

    def __init__(self, environment: Environment, name: str | None, filename: str | None) -> None:
        self.environment, self.name, self.filename = environment, name, filename

    def visit(self, node: nodes.Node) -> nodes.Node | list[nodes.Node]:
        """The node that takes a node's place, or several."""
        self._check(node)
        if isinstance(node, nodes.For | nodes.Macro | nodes.Template):
            steps = sum(1 for _ in node.find_all(nodes.Node))  # before the counting itself is put in
            self.generic_visit(node)
            if isinstance(node, nodes.For):
                node.iter = self._call("turns", node.iter, nodes.Const(steps))
            else:
                node.body.insert(0, self._spend(node.lineno, steps))
            return node
        self.generic_visit(node)
        match node:
            case nodes.Output():
                characters = sum(len(part.data) for part in node.nodes if isinstance(part, nodes.TemplateData))
                return [self._spend(node.lineno, 1, characters), node] if characters else node
            case nodes.Compare():
                node.expr = self._call("counted", node.expr)
                for operand in node.ops:
                    operand.expr = self._call("counted", operand.expr)
            case nodes.Concat():
                return self._call("joined", nodes.List(node.nodes, lineno=node.lineno))
            case nodes.List() | nodes.Tuple(ctx="load"):
                return self._call("flat", node)
        return node

    def _check(self, node: nodes.Node) -> None:
        match node:
            case nodes.Filter() if node.name not in self.environment.filters:
                self._refuse(node, f"filter {node.name!r}", self.environment.filters)
            case nodes.Test() if node.name not in self.environment.tests:
                self._refuse(node, f"test {node.name!r}", self.environment.tests)
            case nodes.Name(name="varargs" | "kwargs" | "self"):
                self._refuse(node, f"name {node.name!r}")
            case nodes.For(recursive=True):
                self._refuse(node, "recursive loop")
            case nodes.Dict():
                self._refuse(node, "mapping of its own")
            case nodes.Stmt() if not isinstance(node, _STATEMENTS):
                self._refuse(node, f"statement {type(node).__name__.lower()!r}", _IN_WORDS)

    def _refuse(self, node: nodes.Node, what: str, had: Iterable[str] = ()) -> NoReturn:
        names = ", ".join(sorted(had))
        says = f"a template has no {what}{f': it has {names}' if names else ''}"
        raise TemplateSyntaxError(says, node.lineno, self.name, self.filename)

    def _spend(self, line: int, *sizes: int) -> nodes.Node:
        return nodes.ExprStmt(self._call("spend", *(nodes.Const(size, lineno=line) for size in sizes)), lineno=line)

    def _call(self, name: str, *given: nodes.Node) -> nodes.Call:
        line = given[0].lineno
        function = nodes.EnvironmentAttribute(name, lineno=line)
        return nodes.Call(function, list(given), [], None, None, lineno=line)

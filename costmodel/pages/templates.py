"""Templates that anyone may have written: what they may use, how much they may do, and where their mistakes are.

A template gets plain values alone. What it may reach and call is listed here, and all else is refused. Whatever it does
is counted before it is done, so that it comes to an end soon, and at the same place on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import fields, is_dataclass
from functools import partial, wraps
from hashlib import sha256
from pathlib import Path
from traceback import walk_tb
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    nodes,
    pass_context,
)
from jinja2 import filters as shipped_filters
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.utils import Namespace

from costmodel.errors import BadInput, BadTemplate, Position, did_you_mean, shown_path
from costmodel.pages.tables import markdown_text
from costmodel.pages.template_nodes import Counted

MOST_STEPS = 1_000_000
"""Parts of a template that may be worked out, over all turns of its loops: about a second's work.

The longest shipped brief takes 7,000, so a proposal could have a hundred times as many lines and assumptions."""
MOST_CHARACTERS = 5_000_000
"""Characters that may be written, or made on the way: a hundred times the 50,000 of the longest shipped brief."""
LARGEST_BITS = 1_024
"""Binary digits of a whole number that a template makes: as large as a decimal number can be."""
LONGEST_FILE = 200_000
"""Characters of a template's file: forty times the shipped one. A file is read before anything in it is counted."""

_PLAIN = (str, int, float, bool, type(None))
"""The types of values that a template can write."""
_OF_LOOP = ("index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem")
_OF_LOOP_CALLED = ("cycle", "changed")
_TEXT_METHODS: dict[str, Callable[..., Any]] = {
    name: getattr(str, name)
    for name in (
        *("capitalize", "endswith", "lower", "lstrip", "removeprefix", "removesuffix"),
        *("rstrip", "split", "splitlines", "startswith", "strip", "title", "upper"),
    )
}
_FILTERS = (
    *("capitalize", "default", "first", "last", "length", "list", "lower", "map", "reject", "rejectattr"),
    *("reverse", "select", "selectattr", "sort", "title", "trim", "unique", "upper"),
)
_TESTS = (
    *("boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "ge", "gt", "in", "le", "lt", "mapping"),
    *("ne", "none", "number", "odd", "sequence", "string", "true", "undefined"),
)


def plain(value: Any) -> Any:
    """Facts as texts, numbers, lists and mappings, with nothing behind them; a dataclass becomes a mapping.

    Raises:
        TypeError: where there is anything else, such as a model, whose methods could be called.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {plain(name): plain(one) for name, one in value.items()}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"a template gets plain values, and not {type(value).__name__}")


class Templates:
    """Renders the templates of some folders; those of the first folders stand before others of their name."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        self.used: dict[str, str] = {}
        """The SHA-256 of each template that the last text came from, as it was read: included ones among them."""
        self.environment = _Bounded(folders, self.used)

    def render(self, name: str, facts: Mapping[str, Any]) -> str:
        """A template's text.

        Raises:
            BadInput: where it has a mistake, does too much or uses what it may not, with its line.
        """
        handed = plain(facts)
        self.used.clear()
        self.environment.steps = self.environment.characters = 0
        try:
            return self.environment.get_template(name).render(handed)
        except TemplateSyntaxError as problem:
            where = Position(_shown(Path(problem.filename or name)), problem.lineno, 1)
            raise BadInput([BadTemplate(where=where, says=f"the template cannot be read: {problem.message}")]) from None
        except RecursionError as problem:
            says = "the template does not work: it is nested too deep, or calls itself without end"
            raise BadInput([BadTemplate(where=self._place(name, problem), says=says)]) from None
        except Exception as problem:  # whatever a template does, such as dividing by 0, is a mistake of the template
            says = f"the template does not work: {problem or type(problem).__name__}"
            raise BadInput([BadTemplate(where=self._place(name, problem), says=says)]) from None

    def _place(self, name: str, problem: Exception) -> Position:
        """The line of a template at which it stopped, or the template as a whole."""
        where = Position(_shown(next((f for f in self.folders if (f / name).is_file()), Path()) / name))
        for frame, line in walk_tb(problem.__traceback__):
            file = Path(frame.f_code.co_filename)
            if any(file.is_relative_to(folder) for folder in self.folders):
                where = Position(_shown(file), line, 1)
        return where


class _Folders(BaseLoader):
    """Reads templates from folders, and from nowhere that a link in one of them leads to; notes which are used."""

    def __init__(self, folders: list[Path], used: dict[str, str]) -> None:
        self.folders, self.used = folders, used

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """A template's text and file, and what is asked each time that it is used again.

        Raises:
            TemplateNotFound: where no folder has it.
            SecurityError: where it is a link that leads out of its folder.
            ValueError: where it is too long, or not UTF-8.
        """
        file = self._file(template)
        with file.open("rb") as opened:
            data = opened.read(4 * LONGEST_FILE + 1)  # no character of UTF-8 takes more than 4 bytes
        if len(data) > 4 * LONGEST_FILE or len(text := data.decode("utf-8")) > LONGEST_FILE:
            raise ValueError(f"it has more than {LONGEST_FILE:,} characters")
        digest = sha256(data).hexdigest()

        def use() -> bool:
            self.used[template] = digest
            return True

        use()
        return text.replace("\r\n", "\n").replace("\r", "\n"), str(file), use

    def load(self, environment: Environment, name: str, given: MutableMapping[str, Any] | None = None) -> Template:
        """A template that is ready to run.

        Raises:
            TemplateNotFound: where no folder has it.
            TemplateSyntaxError: where it cannot be read, whatever the reason, so that the message names its file.
        """
        try:
            return super().load(environment, name, given)
        except TemplateNotFound:
            raise TemplateNotFound(name, f"{name!r} not found in the folders of templates") from None
        except (RecursionError, SyntaxError, ValueError) as problem:  # Python nests at most 20 loops
            says = str(problem) if isinstance(problem, ValueError) else "it is nested too deep"
            raise TemplateSyntaxError(says, 0, name, str(self._file(name))) from None

    def _file(self, template: str) -> Path:
        for folder in self.folders:
            file = folder.joinpath(*split_template_path(template))
            if file.is_file():
                if not file.resolve().is_relative_to(folder.resolve()):
                    raise SecurityError(f"{_shown(file)} is a link that leads out of the folder of templates")
                return file
        raise TemplateNotFound(template)


class _Bounded(SandboxedEnvironment):
    """Where templates run: nothing but what is listed can be reached, and everything is counted."""

    intercepted_binops = frozenset(("+", "*", "%", "**"))

    def __init__(self, folders: list[Path], used: dict[str, str]) -> None:
        super().__init__(
            loader=_Folders(folders, used),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            optimized=False,  # what is worked out before the template runs would not be counted
            finalize=pass_context(lambda context, value: self.written(value)),
        )
        self.steps = self.characters = 0
        self.globals = {"range": self.globals["range"], "namespace": Namespace}
        self.filters = {name: self._counting(shipped_filters.FILTERS[name]) for name in _FILTERS}
        self.filters |= {
            "cell": self._counting(markdown_text),
            "join": self._counting(self.joined),
            "replace": self._counting(self._replaced),
            "string": self.written,
        }
        self.tests = {name: self._counting(TESTS[name]) for name in _TESTS}
        self.text_methods = {name: self._counting(method) for name, method in _TEXT_METHODS.items()}
        self.text_methods |= {
            "join": self._counting(self._joining),
            "replace": self._counting(self._replaced),
        }

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        Counted(self, name, filename).visit(source)
        return super()._generate(source, name, filename, defer_init)

    # What may be reached

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A value of a mapping by name, a method of a text, or what a loop says of itself."""
        had: Iterable[str] = ()
        if isinstance(obj, dict):
            had = obj
            if attribute in had:
                return obj[attribute]
        elif isinstance(obj, str):
            had = self.text_methods
            if attribute in had:
                return partial(self.text_methods[attribute], obj)
        elif isinstance(obj, LoopContext):
            had = (*_OF_LOOP, *_OF_LOOP_CALLED)
            if attribute in had:
                return getattr(obj, attribute)
        elif isinstance(obj, Namespace) and not attribute.startswith("_"):
            return getattr(obj, attribute, self.undefined(obj=obj, name=attribute))
        elif isinstance(obj, Undefined):
            str(obj)  # says what is not defined
        return self.undefined(_nothing_such(obj, attribute, had), name=attribute, exc=SecurityError)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A value by name or place, or a part of a list or text."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, str | list | tuple | range):
            try:
                return self.counted(obj[argument]) if isinstance(argument, slice) else obj[argument]
            except (IndexError, TypeError):
                pass
        return self.undefined(obj=obj, name=argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """No attribute that Python gives a value is for templates: what they may have, they are given above."""
        return False

    # How much may be done

    def spend(self, steps: int, characters: int = 0) -> None:
        """Count what is about to be done.

        Raises:
            SecurityError: where that is more than a template may do.
        """
        self.steps += steps
        self.characters += characters
        if self.steps > MOST_STEPS:
            raise SecurityError(f"its loops and calls come to more than {MOST_STEPS:,} steps")
        if self.characters > MOST_CHARACTERS:
            raise SecurityError(f"it makes more than {MOST_CHARACTERS:,} characters of text")

    def turns(self, values: Iterable[Any], steps: int) -> Iterator[Any]:
        """The values of a loop, each turn of which takes some steps."""
        for value in values:
            self.spend(steps)
            yield value

    def counted(self, value: Any) -> Any:
        """A value, once the characters of a text or the members of a list are counted."""
        if isinstance(value, Iterator):
            value = list(value)
        if isinstance(value, str):
            self.spend(1, len(value))
        elif isinstance(value, list | tuple | dict | range):
            self.spend(1 + len(value))
        elif isinstance(value, (*_PLAIN, Undefined)):
            self.spend(1)
        else:
            raise SecurityError(f"{_called(value)} is no value")
        return value

    def _counting(self, function: Any) -> Callable[..., Any]:
        """A function whose arguments are counted, and what it gives."""
        first = int(hasattr(function, "jinja_pass_arg"))  # jinja hands such a function the place where it is called

        @wraps(function)
        def counting(*given: Any, **named: Any) -> Any:
            values = [self.counted(value) for value in given[first:]]
            return self.counted(
                function(*given[:first], *values, **{name: self.counted(value) for name, value in named.items()})
            )

        return counting

    def flat(self, values: list[Any]) -> list[Any]:
        """A list that a template sets down: without lists in it, which could be doubled time after time.

        Raises:
            SecurityError: where one of its values is a list.
        """
        for value in values:
            if isinstance(self.counted(value), list | tuple | range):
                raise SecurityError("a list that stands in a template holds texts, numbers and facts, and no lists")
        return values

    def written(self, value: Any) -> str:
        """A value as it is written.

        Raises:
            SecurityError: where it is a list, a mapping or no value at all.
        """
        if not isinstance(value, (*_PLAIN, Undefined)):
            raise SecurityError(f"{_called(value)} cannot be written: only a text or a number can")
        text = str(value)
        self.spend(1, len(text))
        return text

    def joined(self, values: Iterable[Any], separator: str = "") -> str:
        """Values written one after another."""
        texts = [self.written(value) for value in values]
        self.spend(len(texts), len(separator) * len(texts))
        return separator.join(texts)

    def _joining(self, separator: str, values: Iterable[Any]) -> str:
        return self.joined(values, separator)

    def _replaced(self, text: str, old: str, new: str, count: int = -1) -> str:
        self.spend(1, text.count(old) * len(new))
        return text.replace(old, new, count)

    def call(self, context: Context, obj: Any, /, *given: Any, **named: Any) -> Any:
        """Call what a template may call; its arguments may have come as one long list."""
        self.spend(1 + len(given) + len(named))
        return super().call(context, obj, *given, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Add, multiply, or give what is left of a division, once it is known how much would come of it."""
        left, right = self.counted(left), self.counted(right)
        if operator == "**" or (operator == "%" and isinstance(left, str)):
            raise SecurityError(f"a template has no powers and no formats: {operator} is not for it")
        if operator == "*":
            for value, times in ((left, right), (right, left)):
                if isinstance(times, int) and isinstance(value, str | list | tuple):
                    size = len(value) * max(times, 0)
                    self.spend(1 if isinstance(value, str) else size, size if isinstance(value, str) else 0)
            numbers = [value.bit_length() for value in (left, right) if isinstance(value, int)]
            if len(numbers) == 2 and sum(numbers) > LARGEST_BITS:
                raise SecurityError("it makes a number that is too large")
        return super().call_binop(context, operator, left, right)


def _shown(file: Path) -> str:
    """A template's file as a person would write it, and not as a link that it may be."""
    return shown_path(file) if file.is_absolute() else file.as_posix()


def _called(value: Any) -> str:
    """What a value is, in a word or two."""
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list | tuple | range):
        return "a list"
    if isinstance(value, dict | Namespace):
        return "a mapping"
    return "a number" if isinstance(value, int | float) else f"a {type(value).__name__}"


def _nothing_such(value: Any, name: str, had: Iterable[str]) -> str:
    """That a value has no such name, and which it has."""
    names = sorted(had)
    listed = f"it has {', '.join(names)}" if names else "it has none"
    return " ".join(filter(None, (f"{_called(value)} has no attribute {name!r}: {listed}.", did_you_mean(name, names))))

"""Functions: each is declared once, with all that every reader needs, or not at all."""

import ast
import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest

import costmodel
from costmodel.language.arguments import Takes
from costmodel.language.functions.by_year import COHORT
from costmodel.language.functions.over_rows import OverRows
from costmodel.language.tree import Function
from costmodel.language.vocabulary import VOCABULARY, function_of

EVERY = [function for alike in VOCABULARY.values() for function in alike]
READERS = ["cut", "excel", "from_excel", "reads", "shape", "unit", "value"]


def test_a_function_that_forgets_a_reader_cannot_be_declared_and_python_names_the_reader() -> None:
    @dataclass(frozen=True, kw_only=True, eq=False)
    class Forgetful(Function):
        pass

    with pytest.raises(TypeError) as raised:
        Forgetful(name="mode", form="mode(x)", words="the commonest of {}")  # type: ignore[abstract]
    for reader in READERS:
        assert reader in str(raised.value)


def test_a_function_that_forgets_what_its_family_asks_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="in_excel"):
        OverRows(name="mode", form="mode(x)", words="the commonest of {}", values=lambda values: values)  # type: ignore[call-arg]


@pytest.mark.parametrize("function", EVERY, ids=lambda function: function.name)
def test_a_functions_form_names_it_and_its_words_have_a_place_for_each_argument(function: Function) -> None:
    assert function.form.startswith(f"{function.name}(")
    assert "{}" in function.words
    assert function.takes


def test_a_function_is_handed_to_another_process_by_its_name() -> None:
    for function in (*EVERY, COHORT):
        assert pickle.loads(pickle.dumps(function)) is function


def test_two_functions_of_a_name_are_told_apart_by_how_many_arguments_they_take() -> None:
    for name, alike in VOCABULARY.items():
        for count in range(1, 4):
            fit = [one for one in alike if one.at_least <= count and (one.at_most is None or count <= one.at_most)]
            assert len(fit) <= 1, name
            assert not fit or function_of(name, count) is fit[0]


def test_no_reader_of_formulas_knows_a_function_by_its_name() -> None:
    named = {
        f"{file.name}:{node.lineno}: {node.value!r}"
        for file in (Path(costmodel.__file__).parent / "model").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in VOCABULARY
    }
    assert named == set()


def test_only_texts_are_written_in_quotes() -> None:
    assert {kind for kind in Takes if kind.is_text} == {Takes.YEAR, Takes.PERIOD}

"""A workbook file as XlsxWriter makes it, but for three things.

Its properties name its language; formulas are taken as given; and a number is written with every digit that it has, so
that what is read back is the same number.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.core import Core
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings, SharedStringTable
from xlsxwriter.worksheet import Worksheet

LANGUAGE = "en-GB"


class _Core(Core):  # type: ignore[misc]
    """The properties of a document, its language among them."""

    def _write_cp_category(self) -> None:
        super()._write_cp_category()
        self._xml_data_element("dc:language", LANGUAGE)


def properties(of: dict[str, object]) -> str:
    """The part of a package that holds a document's properties."""
    core, text = _Core(), io.StringIO()
    core._set_properties(of)
    core._set_xml_writer(text)
    core._assemble_xml_file()
    return text.getvalue()


def text_element(text: str) -> str:
    """A text as it stands in the table of a package's texts."""
    table, found = SharedStrings(), io.StringIO()
    table._set_xml_writer(found)
    table._write_si(text)
    return found.getvalue()


class _Packager(Packager):  # type: ignore[misc]
    """Packs a workbook with those properties."""

    def _write_core_file(self) -> None:
        core = _Core()
        core._set_properties(self.workbook.doc_properties)
        core._set_xml_writer(self._filename("docProps/core.xml"))
        core._assemble_xml_file()


class _Sheet(Worksheet):  # type: ignore[misc]
    """Takes formulas as given: no function in them is new enough to need a prefix, which XlsxWriter would look for."""

    def _xml_number_element(self, number: float, attributes: Sequence[tuple[str, object]] = ()) -> None:
        words = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{words}><v>{repr(float(number)).removesuffix('.0')}</v></c>")

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class _TextsInOrder(SharedStringTable):  # type: ignore[misc]
    """The texts of a workbook, each once, and how they came."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []
        """Every text, in the order in which cells were given it."""

    def _get_shared_string_index(self, string: str) -> int:
        self.order.append(string)
        index: int = super()._get_shared_string_index(string)
        return index


class British(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook in British English."""

    worksheet_class = _Sheet

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        self.str_table = _TextsInOrder()

    def _get_packager(self) -> _Packager:
        return _Packager()

"""A workbook file as XlsxWriter makes it, but for three things.

Its properties name its language; formulas are taken as given; and a number is written with every digit that it has, so
that what is read back is the same number.
"""

from __future__ import annotations

from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.core import Core
from xlsxwriter.packager import Packager
from xlsxwriter.worksheet import Worksheet

LANGUAGE = "en-GB"


class _Core(Core):  # type: ignore[misc]
    """The properties of a document, its language among them."""

    def _write_cp_category(self) -> None:
        super()._write_cp_category()
        self._xml_data_element("dc:language", LANGUAGE)


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


class British(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook in British English."""

    worksheet_class = _Sheet

    def _get_packager(self) -> _Packager:
        return _Packager()

"""The rules of a workbook that a finance reviewer can audit; each is one function, in one of these modules."""

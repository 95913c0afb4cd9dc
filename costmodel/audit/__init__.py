"""The audit of a workbook against the rules of one that a finance reviewer can audit; see :func:`report.audit`."""

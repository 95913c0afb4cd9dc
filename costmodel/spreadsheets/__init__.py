"""Any .xlsx file, whoever made it: its package, its cells, its formulas, and their recalculation by an engine."""

import os

# openpyxl reads with lxml where it finds it, and python-docx brings it. Workbooks are read, and every check was made,
# with the reader of Python itself.
os.environ.setdefault("OPENPYXL_LXML", "False")

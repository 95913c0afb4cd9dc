"""Any .xlsx file, whoever made it: its package, its cells, its formulas, and their recalculation by an engine."""

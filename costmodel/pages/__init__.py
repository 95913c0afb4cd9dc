"""What people read of a costing: briefs, comparisons, tables and explanations, in the format that they ask for."""

"""The formula language: the tree of a formula, its parser, units, and the functions."""

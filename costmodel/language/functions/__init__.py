"""The functions of the formula language, a file a family: adding one is adding its declaration to its family."""

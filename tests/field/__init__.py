"""Bugs that systems of this field have shipped: a test for each whose subject exists here, named for the bug."""

"""Streams of invented cities, kept as they were said, and how the last release folded them."""

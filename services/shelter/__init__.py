"""Shelter: who has the child at every instant, and the bed it sleeps in. The one speaker of `placements`."""

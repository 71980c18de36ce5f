"""Walks through all that a service's functions can make of a case."""

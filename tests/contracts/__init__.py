"""Contracts: what is said is what was published, and it only ever grows."""

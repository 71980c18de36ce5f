"""How a run is measured, from outside the process that does the work."""

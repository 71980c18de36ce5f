"""The demonstration: four stories told to a city that really runs, and everything read back as outsiders read it."""

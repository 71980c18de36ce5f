"""The whole city in one process: four services, virtual time, agencies that act, and all that can go wrong."""

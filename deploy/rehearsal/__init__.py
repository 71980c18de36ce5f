"""Rehearsal: commands from a file, through all four services in virtual time; no broker, no database, no chance."""

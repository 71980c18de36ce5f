"""What the engine costs beside what others would use, measured in one run on one machine: `make bench`."""

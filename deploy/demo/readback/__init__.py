"""Everything read back after the stories: as three agencies read it, and as an outsider who may read all topics."""

"""What a run found, written down so that anybody can read it, draw it and hold it against another."""

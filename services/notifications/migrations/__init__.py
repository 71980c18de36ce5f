"""SQL of the tables that notifications reads, in the order of the file names."""

"""SQL of the tables that shelter reads, in the order of the file names."""

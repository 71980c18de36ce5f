"""SQL of the tables that intake reads and keeps, in the order of the file names."""

"""SQL of the tables that routing reads, in the order of the file names."""

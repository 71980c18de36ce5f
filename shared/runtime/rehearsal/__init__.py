"""Several services in one process and in virtual time: the same functions and the same engine, on books in memory."""

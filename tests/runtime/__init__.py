"""Tests of the engine, over a toy service and real PostgreSQL."""

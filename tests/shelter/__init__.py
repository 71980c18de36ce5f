"""Tests of the shelter service."""

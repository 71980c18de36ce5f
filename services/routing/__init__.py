"""Routing: who is asked to help a child, and who accompanies it to a hearing."""

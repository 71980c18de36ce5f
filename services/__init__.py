"""The four services of Senandung."""

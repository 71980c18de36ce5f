"""What Senandung promises, shown."""

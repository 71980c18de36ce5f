"""Tests of what nobody should ever send, but somebody will: four real services, real Kafka, real PostgreSQL."""

"""Journeys of many children through the whole city, on real Kafka and PostgreSQL, while processes die."""

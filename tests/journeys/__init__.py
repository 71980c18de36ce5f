"""Journeys of many children through the whole city, on real Kafka and PostgreSQL, with processes killed in the middle."""

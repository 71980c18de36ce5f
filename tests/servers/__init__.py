"""Where tests get Apache Kafka and PostgreSQL from, and the tests of those servers themselves."""

"""Everything on one machine without a container engine: the environment, Apache Kafka and PostgreSQL."""

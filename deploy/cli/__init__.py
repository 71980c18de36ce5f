"""The `senandung` command: it acts over HTTP and Kafka like any officer; only `provision` touches a database."""

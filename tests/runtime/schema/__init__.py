"""The toy's own tables, as a service's package of migrations holds its."""

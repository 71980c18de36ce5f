"""The desk has no tables of its own beside the engine's."""

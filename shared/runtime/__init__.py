"""The engine: turns, order, time and delivery, once for all services and without a word of their trade."""

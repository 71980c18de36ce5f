"""The work that every variant does: the same events in, the same decision, the same facts out."""

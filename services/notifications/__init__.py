"""Notifications: what each agency is told in its mailbox, and what became of that."""

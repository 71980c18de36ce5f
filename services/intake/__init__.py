"""Intake: reports of children, what is known of each case, the identity vault, and the end of a case."""

"""The contracts that services share, and the plumbing under them."""

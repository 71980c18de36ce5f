"""The stories, one a file; each tells through mailboxes and HTTP and waits for what others say."""

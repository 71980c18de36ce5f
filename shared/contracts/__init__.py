"""The only words that services share: envelope, events, commands, streams and the directory."""

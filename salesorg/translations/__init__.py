"""The catalogues of messages: found, written, compiled."""

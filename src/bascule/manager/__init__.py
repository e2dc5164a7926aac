"""The manager: decides what should happen. It never opens a target database."""

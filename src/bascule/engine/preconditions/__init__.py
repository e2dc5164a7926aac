"""Preconditions: one file each, named after the word users write."""

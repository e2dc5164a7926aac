"""Secrets: text under an envelope of two keys, opened only to be sealed to a delegate."""

"""Policies, policy sets and evaluations: what may happen, and the record of every verdict."""

"""Approvals: who must agree before a pipeline goes on, and who did."""

"""Measured figures beside the budgets of the design. `make bench`; nothing here is asserted, everything is printed as it was."""

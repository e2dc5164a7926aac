"""The migration library: complete without manager or delegate."""

"""What crosses the network, one file per resource; server and clients share it."""

"""The real Liquibase beside ours on one database: `python -m tools.peers`, or `make peers`."""

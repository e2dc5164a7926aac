"""DB schemas (changelog sources), DB instances (schema × database), environments."""

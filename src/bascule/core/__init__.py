"""What everything stands on: problems, errors, documents, registries, binding, time."""

"""The read model: which changeset is in which state on which instance, and how old that knowledge is."""

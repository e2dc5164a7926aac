"""What authors wrote, as values: elements, changesets, the files they stand in. Everything from changes to commands reads it."""

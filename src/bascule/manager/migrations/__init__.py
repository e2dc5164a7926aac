"""The store's own changelog: applied by `bascule server`, never by the manager itself."""

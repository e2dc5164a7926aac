"""Schemas kept as files: our own document, and beside it the shape in which Liquibase keeps one."""

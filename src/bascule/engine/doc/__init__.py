"""A database as pages to read: tables, what refers to what, drawn, and how it came to be so."""

"""SQL text: statements, the script splitter, placeholders, recognition of text as operations."""

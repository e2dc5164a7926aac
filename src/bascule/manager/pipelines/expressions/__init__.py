"""`<+…>`: a small language with a real grammar. `grammar` reads it, `evaluate` gives it a value; a secret may only be concatenated."""

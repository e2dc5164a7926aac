"""Two schemas, what tells them apart, and the changes that make one of the other."""

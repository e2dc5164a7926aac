"""How changes are read: elements as typed fields, values and columns as users write them, the files they name; what is wrong with them."""

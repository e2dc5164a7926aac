"""Rego in, verdict out: evaluation in bounded workers, the policies we ship in `library/`, their tests beside them."""

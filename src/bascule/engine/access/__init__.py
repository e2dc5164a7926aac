"""How a database is come by besides its URL and a password: TLS material, passing tokens, an SSH tunnel. Nothing of it is on disk."""

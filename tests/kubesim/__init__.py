"""A strict stand-in for a Kubernetes cluster: HTTPS, official schemas, real processes. It refuses what it does not know, and says so."""

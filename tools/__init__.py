"""What developing needs and users do not: servers for tests and the demo, the demo's story, set-up."""

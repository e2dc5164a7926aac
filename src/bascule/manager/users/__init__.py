"""Users, user groups, service accounts and their API keys; signing in and out."""

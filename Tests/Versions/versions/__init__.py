"""The PostgreSQL agent with real servers of several major versions."""

"""What `instructions` measures, and the servers that it measures with: a module for each database."""

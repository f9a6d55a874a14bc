"""A real Pacemaker cluster on one machine, and the cases that judge the agents on it."""

"""Chaos: faults drawn at random, round after round, under a writing client, and what must hold after each."""

"""What the lab has to know of a database: one interface, an implementation for each."""

from .base import Agent, Database, Full, Unanswered
from .mysql import MariaDB, MySQL
from .postgresql import PostgreSQL

DATABASES: dict[str, Database] = {each.name: each for each in (PostgreSQL(), MySQL(), MariaDB())}
AGENTS = tuple(dict.fromkeys(agent for each in DATABASES.values() for agent in each.agents))

__all__ = ["AGENTS", "DATABASES", "Agent", "Database", "Full", "Unanswered"]

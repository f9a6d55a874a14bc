"""What is asked of the agent for each database. When it learns more, this is where more is asked of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ability:
    """What the agent can do by itself."""

    durability: bool  # it has the parameter; without it the server's own settings have to keep what was acknowledged
    rejoin: bool  # a diverged node comes back without hands; without it, it is cloned again as an operator would


ABILITIES = {
    "postgresql": Ability(durability=True, rejoin=True),
    "mysql": Ability(durability=True, rejoin=True),
    "mariadb": Ability(durability=True, rejoin=True),
}

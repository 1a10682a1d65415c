"""The normal draws behind what leads are, correlated as a market says, and the uniform ones that laws are drawn by."""

from __future__ import annotations

import numpy as np

from leadrules.simulator.draws import Draws, Words
from leadrules.simulator.normal import normal
from leadrules.simulator.population import Floats
from leadrules.simulator.world import World

EDGE = 2.0**-53


class Latent:
    """Draws of a block of leads, each made once.

    `own` is the part of intent that is nobody else's. What an account shares is drawn by the number of the account.
    What is correlated with nothing has its own draw as it is.
    """

    def __init__(self, world: World, draws: Draws, ids: Words, account: Words, own: Floats) -> None:
        self.draws, self.ids, self.account = draws, ids, account
        self.weights, self.same = world.people.weights, frozenset(world.scenario.same)
        self._normal: dict[str, Floats] = {"intent": own}

    def who(self, field: str) -> Words:
        """Whose draw the value of a field is: the lead's, or its account's."""
        return self.account if field in self.same else self.ids

    def uniform(self, field: str) -> Floats:
        """The draw of a field, in (0, 1), as far as it goes with others."""
        if [part for part, _ in self.weights.get(field, ((field, 1.0),))] == [field]:
            return self.draws.uniforms(f"attributes/{field}", self.who(field))
        return below(self.correlated(field))

    def correlated(self, name: str) -> Floats:
        """A standard normal of each lead: "activity", or a field."""
        found = np.zeros(len(self.ids))
        for part, weight in self.weights.get(name, ((name, 1.0),)):
            found += weight * self.normal(part)
        return found

    def normal(self, name: str) -> Floats:
        """The independent standard normal of a name."""
        if name not in self._normal:
            stream, who = ("activity", self.ids) if name == "activity" else (f"attributes/{name}", self.who(name))
            self._normal[name] = normal(self.draws.uniforms(stream, who))
        return self._normal[name]


def below(z: Floats) -> Floats:
    """The chance that a standard normal lies below z, never 0 or 1.

    Hart's algorithm 5666 (Computer Approximations, 1968) as West (2005) gives it: absolute error below 1e-14.
    """
    x = np.abs(z)
    density = np.exp(-0.5 * x * x)
    near = density * np.polyval(ABOVE, x) / np.polyval(UNDER, x)
    far = density / (x + 1.0 / (x + 2.0 / (x + 3.0 / (x + 4.0 / (x + 0.65))))) / 2.506628274631
    tail = np.where(x < 7.07106781186547, near, far)
    return np.clip(np.where(z > 0.0, 1.0 - tail, tail), EDGE, 1.0 - EDGE)


ABOVE = (
    *(3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383),
    *(112.079291497871, 221.213596169931, 220.206867912376),
)
UNDER = (
    *(8.83883476483184e-02, 1.75566716318264, 16.064177579207, 86.7807322029461),
    *(296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752),
)

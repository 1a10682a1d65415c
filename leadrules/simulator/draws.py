"""Keyed randomness: every draw is a hash of (seed, stream, who, k), and nothing is ever advanced.

The contract, version 1, all arithmetic modulo 2^64:

    key(seed, stream) = blake2b("v1/seed/stream", 8 bytes, little-endian)         G = 0x9E3779B97F4A7C15
    mix(z)  = z ^= z>>30; z *= 0xBF58476D1CE4E5B9; z ^= z>>27; z *= 0x94D049BB133111EB; z ^= z>>31
    state   = mix(who * G + key)                            u_k = ((mix(state + (k+1) * G) >> 12) + 1/2) * 2^-52

52 bits and a half are a double to the last bit, so that no draw is 0 or 1.

The finaliser is SplitMix64's (Steele, Lea, Flood 2014). Streams are named by the paths of parameters, so that a draw
for one cause shifts no other, a lead can be replayed alone, and no block size can be seen in the numbers.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from leadrules.dsl.scenario.model import ScenarioModel

Words = npt.NDArray[np.uint64]
Uniforms = npt.NDArray[np.float64]

G = np.uint64(0x9E3779B97F4A7C15)
M1, M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S12, S27, S30, S31 = (np.uint64(shift) for shift in (12, 27, 30, 31))
ONE = np.uint64(1)
VERSION = "v1"
DEFAULT_SEED = 1


class Draws:
    """The draws of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._keys: dict[str, np.uint64] = {}

    def key(self, stream: str) -> np.uint64:
        """The key of a stream."""
        if stream not in self._keys:
            digest = hashlib.blake2b(f"{VERSION}/{self.seed}/{stream}".encode(), digest_size=8).digest()
            self._keys[stream] = np.uint64(int.from_bytes(digest, "little"))
        return self._keys[stream]

    def states(self, stream: str, who: Words) -> Words:
        """Where the draws of each lead (or account) begin in a stream. Shape of `who`, uint64."""
        return mix(who * G + self.key(stream))

    def uniforms(self, stream: str, who: Words, k: int = 0) -> Uniforms:
        """The k-th draw of each, uniform in (0, 1)."""
        return at(self.states(stream, who), np.uint64(k))


def draws_of(scenario: ScenarioModel, seed: int | None) -> Draws:
    """The draws of a seed: the one given, else the scenario's, else 1."""
    return Draws(seed if seed is not None else DEFAULT_SEED if scenario.seed is None else scenario.seed)


def mix(z: Words) -> Words:
    """SplitMix64's finaliser, in place."""
    shifted = z >> S30
    z ^= shifted
    z *= M1
    z ^= np.right_shift(z, S27, out=shifted)
    z *= M2
    z ^= np.right_shift(z, S31, out=shifted)
    return z


def at(states: Words, k: np.uint64 | Words) -> Uniforms:
    """The draw number k of each state, uniform in (0, 1). `k` is one number or one for each state."""
    return salted(states + salt(k))


def salt(k: np.uint64 | Words) -> Words:
    """What is added to a state for its draw number k: the same for every stream."""
    with np.errstate(over="ignore"):  # numpy warns of wrapping where k is a single number, and wrapping is meant
        return np.asarray((k + ONE) * G)


def salted(z: Words) -> Uniforms:
    """The draws of states that were salted, uniform in (0, 1). What is given is used up."""
    mix(z)
    z >>= S12
    found = z.view(np.int64).astype(np.float64)
    found += 0.5
    found *= 2.0**-52
    return found

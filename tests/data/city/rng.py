# SPDX-License-Identifier: MIT
"""Random numbers from integers alone, so that one seed gives the same city on every machine."""

MASK = (1 << 64) - 1


class Rng:
    """SplitMix64 (Steele, Lea and Flood 2014), with named children."""

    def __init__(self, seed):
        self.state = seed & MASK

    def child(self, name):
        """A stream of its own: drawing more from one never shifts another."""
        value = 0xCBF29CE484222325 ^ self.state
        for byte in name.encode():
            value = ((value ^ byte) * 0x100000001B3) & MASK
        return Rng(value)

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        value = self.state
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
        return value ^ (value >> 31)

    def below(self, count):
        return (self.next() * count) >> 64

    def between(self, low, high):
        """An integer from low to high, both possible."""
        return low + self.below(high - low + 1)

    def chance(self, per_mille):
        return self.below(1000) < per_mille

    def pick(self, items):
        return items[self.below(len(items))]

    def pick_weighted(self, items, weights):
        rest = self.below(sum(weights))
        for item, weight in zip(items, weights):
            if rest < weight:
                return item
            rest -= weight
        raise AssertionError("weights are positive")

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]

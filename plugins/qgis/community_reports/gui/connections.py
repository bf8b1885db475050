# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals of things that may live longer than the plugin, kept so that all can be let go."""

from qgis.PyQt import sip


class Connections:
    def __init__(self):
        self._made = []

    def add(self, sender, name, slot):
        """Connect a signal by its name: the signal of a sender that has gone must not be touched,
        so that the sender is kept, not the signal."""
        getattr(sender, name).connect(slot)
        self._made.append((sender, name, slot))

    def drop(self):
        while self._made:
            sender, name, slot = self._made.pop()
            if not sip.isdeleted(sender):
                getattr(sender, name).disconnect(slot)

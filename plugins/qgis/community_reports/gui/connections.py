# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals of things that live longer than the plugin, kept so that all can be let go."""

import contextlib


class Connections:
    def __init__(self):
        self._made = []

    def add(self, signal, slot):
        signal.connect(slot)
        self._made.append((signal, slot))

    def drop(self):
        while self._made:
            signal, slot = self._made.pop()
            with contextlib.suppress(TypeError, RuntimeError):  # the sender went first
                signal.disconnect(slot)

# SPDX-License-Identifier: MIT
"""Port Linden: an invented city, made from a seed, for tests and for the demo."""

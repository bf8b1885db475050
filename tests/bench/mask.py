#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Masked points per second on one core, in turns with location-guard's formula in JavaScript."""

import pathlib
import statistics
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
COUNT, ROUNDS = 1_000_000, 7


def cpu_s(*command):
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(run.stdout.split()[0])


def report(name, times):
    rates = sorted(COUNT / t / 1e6 for t in times)
    print(f"{name:<44} {statistics.median(rates):5.2f} million/s "
          f"({rates[0]:.2f} to {rates[-1]:.2f})")
    return statistics.median(rates)


def main():
    ours, theirs = [], []
    for _ in range(ROUNDS):  # in turns, so that both see the same machine
        ours.append(cpu_s(TOP / "build/tests/bin/bench_mask"))
        theirs.append(cpu_s("node", TOP / "tests/bench/peer_planar_laplace.js"))
    a = report("lattice: exact, keyed, on a public lattice", ours)
    b = report("location-guard's formula, node", theirs)
    print(f"ratio {a / b:.2f}")


if __name__ == "__main__":
    main()

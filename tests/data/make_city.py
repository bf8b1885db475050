#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Make Port Linden, an invented city, with its reports and the truth about them.

One seed gives the same bytes on every machine. Nothing in it is real: neither people, nor
telephone numbers (555-01xx), nor streets.
"""

import argparse

from city.make import make


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", metavar="OUTDIR")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--reports", type=int, default=1500)
    args = parser.parse_args()
    make(args.out, args.seed, args.reports)


if __name__ == "__main__":
    main()

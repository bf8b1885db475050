# SPDX-License-Identifier: MIT
"""Invented reporters. Telephone numbers are 555-01xx and mail goes to reserved domains."""

FIRST = ("Abelone", "Benedikta", "Calixto", "Dagmar", "Eleutheria", "Fionnuala", "Gwendal",
         "Hyacinth", "Ignatia", "Jokubas", "Kerensa", "Leocadia", "Marisol", "Nicanor",
         "Ottoline", "Perpetua", "Quintus", "Rosamund", "Severin", "Thaddeus", "Ursel",
         "Valdemar", "Wilhelmina", "Xanthe", "Yevgenia", "Zdenka")
LAST_BEGIN = ("Quen", "Brask", "Fell", "Vorn", "Thistle", "Gral", "Mock", "Zabel", "Ostrand",
              "Peverel", "Skarn", "Undersh", "Wexcomb", "Yarrowm", "Dunleth", "Crabtr")
LAST_END = ("nell", "wick", "eman", "ovic", "ington", "erly", "undsen", "aster", "iolo", "ard")
DOMAINS = ("example.org", "example.net", "example.com")
MARKS = ["@example.", "555-01", "78555501"]  # in every mail address and telephone number


class Person:
    def __init__(self, name, phone, email):
        self.name, self.phone, self.email = name, phone, email


def person(rng):
    first = rng.pick(FIRST)
    last = rng.pick(LAST_BEGIN) + rng.pick(LAST_END)
    phone = f"+1-785-555-01{rng.below(100):02d}"
    mailbox = f"{first}.{last}{rng.below(100)}".lower()
    return Person(f"{first} {last}", phone, f"{mailbox}@{rng.pick(DOMAINS)}")

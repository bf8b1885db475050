# SPDX-License-Identifier: MIT
"""What people report, how often, when, and in which words."""

NIGHT = (9, 8, 7, 4, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 4, 5, 6, 7, 9, 10, 10)
DAY = (1, 1, 1, 1, 1, 2, 4, 8, 9, 7, 6, 6, 7, 6, 7, 9, 10, 10, 8, 6, 4, 3, 2, 1)


class Topic:
    def __init__(self, category, weight, hours, title, words):
        self.category, self.weight, self.hours = category, weight, hours
        self.title, self.words = title, words


TOPICS = (
    Topic("disorder.noise", 20, NIGHT, "Loud music",
          ("Bass through the wall since an hour.", "Shouting on the porch, third night now.",
           "Motors revving below my window.")),
    Topic("theft.from_veh", 16, NIGHT, "Car broken into",
          ("Side window smashed, a tool bag is gone.", "They took a laptop from the boot.")),
    Topic("theft.bicycle", 12, DAY, "Bicycle stolen",
          ("Green step-through, lock was cut.", "Two boys rode off with my daughter's bike.")),
    Topic("vandalism", 14, NIGHT, "Graffiti and damage",
          ("Fresh paint on the garage door.", "The bus shelter is in pieces again.")),
    Topic("susp.person", 10, NIGHT, "Someone at the doors",
          ("A man tries every gate on our side.", "Somebody looks into parked cars.")),
    Topic("susp.vehicle", 8, NIGHT, "Van with lights off",
          ("White van waits with the motor on.", "Same car circles the school.")),
    Topic("drugs", 8, NIGHT, "Dealing",
          ("Handovers at the back door of the laundry.", "Needles in the play area.")),
    Topic("traffic.danger", 12, DAY, "Dangerous driving",
          ("Nobody stops at the crossing.", "Racing from light to light.")),
    Topic("burglary", 7, DAY, "Break-in",
          ("Back door forced while we were at work.", "Shed emptied over night.")),
    Topic("concern.lighting", 9, NIGHT, "Street light out",
          ("Whole row dark since Monday.", "Lamp flickers and goes off.")),
    Topic("concern.welfare", 6, DAY, "Worried about a neighbour",
          ("Curtains closed for days, post piles up.", "An old man sits in the cold.")),
    Topic("threat.harass", 5, NIGHT, "Threatened",
          ("My former partner waits outside.", "They said they know where I live.")),
    Topic("assault", 4, NIGHT, "Fight",
          ("Two people hurt behind the bar.", "He hit her and ran.")),
    Topic("info.tip", 4, DAY, "A tip",
          ("I know who sells the stolen bikes.", "Ask the man at the scrap yard.")),
)
SPANISH = ("No quiero problemas, pero esto pasa cada noche.", "Por favor, vengan despacio.")
MARKS = ["callback code"]  # in every description


def topic(rng):
    return rng.pick_weighted(TOPICS, [t.weight for t in TOPICS])

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Code names: what people call a case, and its subject, where others may listen.

They are drawn by chance, and are things, not animals or qualities of people: a
name that happens to fit somebody would say something about them.
"""

import secrets

from pretalx_coc.models import Case

KINDS = [
    "Amber",
    "Ashen",
    "Azure",
    "Brass",
    "Bronze",
    "Cedar",
    "Chalk",
    "Cobalt",
    "Copper",
    "Coral",
    "Cotton",
    "Crystal",
    "Eastern",
    "Flint",
    "Glass",
    "Golden",
    "Granite",
    "Green",
    "Indigo",
    "Iron",
    "Ivory",
    "Jade",
    "Linen",
    "Marble",
    "Maple",
    "Northern",
    "Oaken",
    "Olive",
    "Opal",
    "Paper",
    "Pearl",
    "Pewter",
    "Pine",
    "Quartz",
    "Sandy",
    "Sapphire",
    "Scarlet",
    "Silver",
    "Slate",
    "Southern",
    "Stone",
    "Teal",
    "Umber",
    "Velvet",
    "Violet",
    "Walnut",
    "Western",
    "Willow",
    "Woollen",
    "Yellow",
]
THINGS = [
    "Anchor",
    "Arbour",
    "Arch",
    "Atlas",
    "Barrel",
    "Basket",
    "Bay",
    "Beacon",
    "Bell",
    "Bridge",
    "Cabin",
    "Canal",
    "Canoe",
    "Carpet",
    "Chapel",
    "Chart",
    "Clock",
    "Compass",
    "Cottage",
    "Dial",
    "Door",
    "Easel",
    "Ferry",
    "Field",
    "Fountain",
    "Garden",
    "Gate",
    "Glade",
    "Harbour",
    "Hill",
    "Island",
    "Kettle",
    "Kite",
    "Ladder",
    "Lagoon",
    "Lake",
    "Lamp",
    "Lantern",
    "Ledge",
    "Lighthouse",
    "Meadow",
    "Mill",
    "Orchard",
    "Path",
    "Pier",
    "Pond",
    "Prism",
    "Quay",
    "Raft",
    "River",
    "Sail",
    "Shelf",
    "Spindle",
    "Spring",
    "Square",
    "Staircase",
    "Stove",
    "Table",
    "Terrace",
    "Tower",
    "Trail",
    "Valley",
    "Wagon",
    "Wharf",
    "Wheel",
    "Window",
]


def new_code_name(event) -> str:
    """A code name that no case of the event has."""
    taken = set(Case.objects.filter(event=event).values_list("code_name", flat=True))
    for _attempt in range(40):
        name = f"{secrets.choice(KINDS)} {secrets.choice(THINGS)}"
        if name not in taken:
            return name
    # More cases than names: nobody has to be able to say them all.
    while (name := f"{name} {secrets.randbelow(10_000)}") in taken:
        pass
    return name

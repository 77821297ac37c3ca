"""The fixed choices: pronouns, adverbs, modal verbs, measures, and what suits whom and when."""

from __future__ import annotations

from data.generator.syntax import Adverb, Modal, Person, Time

I, YOU, HE, SHE = Person(1), Person(2), Person(3), Person(3, gender="f")  # noqa: E741
WE, THEY = Person(1, True), Person(3, True)
PRONOUNS = (I, YOU, HE, SHE, WE, THEY)
WEATHER = Person(3, form="weather")

OFTEN = Adverb("often", "souvent", "经常")
ALWAYS = Adverb("always", "toujours", "总是")
SOMETIMES = Adverb("sometimes", "parfois", "有时候")
RARELY = Adverb("rarely", "rarement", "很少")
NEVER = Adverb("never", "jamais", "从不")
FREQUENCIES = (OFTEN, OFTEN, ALWAYS, SOMETIMES, SOMETIMES, RARELY, NEVER)
FORMERLY = Time("", "avant", "以前", "used", "d")

WANT = Modal("want to", "vouloir", "想", "不想")
WOULD_LIKE = Modal("would like to", "vouloir", "想", "不想", french_mood="conditional")
CAN = Modal("can", "pouvoir", "可以", "不能")
MUST = Modal("must", "devoir", "必须", "不能")
HAVE_TO = Modal("have to", "devoir", "得", "不用")
SHOULD = Modal("should", "devoir", "应该", "不应该", french_mood="conditional")
PLAN = Modal("plan to", "prévoir de", "打算", "不打算")
HOPE = Modal("hope to", "espérer", "希望能", "")
LIKE = Modal("like to", "aimer", "喜欢", "不喜欢")
SKILL = Modal("can", "savoir", "会", "不会")
DECIDED = Modal("decide to", "décider de", "决定", "", tense="past")
FORGOT = Modal("forget to", "oublier de", "忘了", "没忘记", tense="past")
HAD_TO = Modal("have to", "devoir", "不得不", "", tense="past")
COULD_NOT = Modal("could", "pouvoir", "", "没能", tense="past")

# Actions one is expected to do, and so may forget.
DUTIES = {
    "phone",
    "close",
    "turn_off",
    "wash_dishes",
    "homework",
    "water_plants",
    "feed",
    "buy_food",
    "send",
    "medicine",
    "return",
    "book_room",
    "teeth",
    "thank",
    "write_mail",
    "tidy",
}
EXPERIENCES = {
    "visit_place",
    "explore",
    "travel",
    "watch",
    "read",
    "camp",
    "buy_big",
    "cook",
    "play_chess",
    "go_far",
    "go_out",
    "play_game",
}
NOT_ALREADY = {
    "go",
    "go_by",
    "go_with",
    "take_vehicle",
    "break",
    "meet",
    "see_animal",
    "cold",
    "break_leg",
    "lose",
    "see_wild",
    "see_farm",
    "go_far",
    "go_train",
    "go_out",
    "arrive",
    "leave",
    "receive",
}
DAILY = {
    "breakfast",
    "teeth",
    "hands",
    "drink",
    "shower",
    "prepare_meal",
    "homework",
    "wash_dishes",
    "get_up",
    "read_paper",
    "a_sleep",
    "a_eat",
    "a_drink",
    "a_play",
    "a_chase",
    "a_grass",
    "a_sing",
    "a_bark",
    "b_cry",
    "feed",
    "medicine",
    "bake_bread",
    "deliver",
    "drive_bus",
    "take_order",
    "work",
    "study_subject",
    "teach",
    "teach_to",
    "play_with",
}
OBLIGATIONS = DUTIES | {
    "cook",
    "make_cake",
    "repair",
    "help",
    "visit",
    "clean",
    "wash_clothes",
    "wash_ware",
    "laundry",
    "iron",
    "pack",
    "revise",
    "translate",
    "rest",
    "see_doctor",
    "sell_car",
    "walk_dog",
    "get_up",
    "bed",
    "learn_lang",
    "invite",
    "go",
    "go_by",
    "go_train",
    "take_exam",
    "report",
    "work_on",
    "job_change",
    "exercise",
    "read",
    "buy_thing",
    "buy_for",
    "borrow",
    "prepare_meal",
    "hands",
    "buy_book",
    "take_vehicle",
    "explain",
    "correct",
    "solve",
    "paint_wall",
    "buy_clothes",
    "show",
    "examine",
}
AMBITIONS = {
    "buy_big",
    "buy_clothes",
    "buy_thing",
    "sell_car",
    "travel",
    "go_far",
    "go_train",
    "visit",
    "visit_place",
    "learn_lang",
    "invite",
    "move",
    "job_change",
    "camp",
    "take_exam",
    "report",
    "paint_wall",
    "repair",
    "plant",
    "go_out",
    "go_with",
    "dinner",
    "lunch",
    "play_game",
    "book_room",
    "watch",
    "write_mail",
    "shop",
    "fish",
    "work",
    "play_chess",
}
TRIFLES = {
    "medicine",
    "open",
    "close",
    "turn_on",
    "turn_off",
    "put",
    "hands",
    "teeth",
    "wash_ware",
    "find",
}
# Said of what somebody does for years: no "often", no "every day".
LASTING = {"work", "learn_lang", "study_subject", "teach", "teach_to"}
SCREENED = {"film", "cartoon", "documentary"}
ACCIDENTS = {
    "lose",
    "break",
    "break_leg",
    "cold",
    "meet",
    "find",
    "see_animal",
    "see_wild",
    "see_farm",
    "receive",
    "arrive",
    "put_out",
}
WOMENS = {"dress", "skirt", "necklace"}
MENS = {"suit", "tie"}
# Subjects of whom one may say that they never do it; a baker who never bakes is nonsense.
GENERAL = {
    "person",
    "grown",
    "adults",
    "handy",
    "student",
    "reader",
    "youngsters",
    "visitors",
    "shoppers",
}
TINY = {"cherry", "strawberry", "mushroom", "sweet", "plum", "apricot"}
# Who may be the subject: parts of the lexicon and weights.
SUBJECTS = {
    "person": "pronoun pronoun pronoun name name kin kin friend adult youngster profession",
    "people": "pronoun pronoun name name kin elder friend friend adult",
    "grown": "pronoun pronoun name name elder elder friend adult profession",
    "adults": "pronoun name elder elder friend",
    "visitors": "pronoun pronoun name kin friend noun:tourist",
    "shoppers": "pronoun pronoun name kin noun:customer",
    "working": "pronoun name friend elder",
    "handy": "pronoun name elder friend noun:mechanic",
    "gardeners": "pronoun elder noun:gardener",
    "student": "pronoun name youngster youngster young noun:student",
    "pupil": "pronoun name youngster youngster young noun:student",
    "reader": "pronoun name elder friend noun:student young noun:librarian",
    "youngsters": "youngster youngster young",
    "teacher": "noun:teacher",
    "painter": "name noun:painter elder pronoun",
    "seller": "noun:farmer noun:shop assistant",
    "pets": "kind:pet",
    "dogcat": "noun:dog noun:cat",
    "grazers": "kind:grazer",
    "birds": "noun:bird noun:parrot",
    "dogs": "noun:dog",
    "babies": "noun:baby",
    "medic": "noun:doctor noun:nurse",
    "firefighters": "noun:firefighter",
    "bakers": "noun:baker",
    "postmen": "noun:postman",
    "journalists": "noun:journalist",
    "architects": "noun:architect",
    "writers": "noun:writer",
    "drivers": "elder noun:bus driver",
    "waiters": "noun:waiter",
}
ELDERS = (
    "mother",
    "father",
    "grandmother",
    "grandfather",
    "uncle",
    "aunt",
    "parents",
    "grandparents",
)
YOUNG = (
    "son",
    "daughter",
    "little brother",
    "little sister",
    "nephew",
    "niece",
    "grandson",
    "granddaughter",
)
PERSON_SLOTS = "cr"
MEASURES = {
    "water": ("glass", "bottle"),
    "mineral water": ("bottle", "glass"),
    "tea": ("cup",),
    "green tea": ("cup",),
    "coffee": ("cup",),
    "milk": ("glass", "bottle"),
    "beer": ("glass", "bottle"),
    "wine": ("glass", "bottle"),
    "orange juice": ("glass", "bottle"),
    "apple juice": ("glass", "bottle"),
    "lemonade": ("glass",),
    "hot chocolate": ("cup",),
    "bread": ("piece",),
    "cheese": ("piece",),
    "chocolate": ("piece",),
    "soup": ("bowl",),
    "rice": ("bowl",),
    "meat": ("kilo", "piece"),
    "fish": ("piece",),
    "chicken": ("kilo",),
    "beef": ("kilo",),
    "pork": ("kilo",),
    "lamb": ("kilo",),
    "ham": ("piece",),
    "sugar": ("bag",),
    "flour": ("bag",),
    "salt": ("bag",),
    "honey": ("jar",),
    "jam": ("jar",),
    "oil": ("bottle",),
    "butter": ("piece",),
    "toothpaste": ("tube",),
}
MEASURE_WORDS = {
    "glass": ("glass", "verre", "m", "杯"),
    "cup": ("cup", "tasse", "f", "杯"),
    "bottle": ("bottle", "bouteille", "f", "瓶"),
    "piece": ("piece", "morceau", "m", "块"),
    "bowl": ("bowl", "bol", "m", "碗"),
    "kilo": ("kilo", "kilo", "m", "公斤"),
    "bag": ("bag", "sac", "m", "袋"),
    "jar": ("jar", "pot", "m", "瓶"),
    "pair": ("pair", "paire", "f", "双"),
    "tube": ("tube", "tube", "m", "支"),
}

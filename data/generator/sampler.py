"""Draws noun phrases, actions and clauses at random, within what the lexicon allows."""

from __future__ import annotations

from collections.abc import Sequence as Many
from random import Random
from typing import TypeVar

from data.generator import english, lexicon
from data.generator.choices import (
    ACCIDENTS,
    DAILY,
    ELDERS,
    EXPERIENCES,
    FORMERLY,
    FREQUENCIES,
    GENERAL,
    HE,
    LASTING,
    MEASURE_WORDS,
    MEASURES,
    MENS,
    NEVER,
    NOT_ALREADY,
    PERSON_SLOTS,
    PRONOUNS,
    SCREENED,
    SHE,
    SUBJECTS,
    THEY,
    TINY,
    TRIFLES,
    WE,
    WOMENS,
    YOU,
    YOUNG,
    I,
)
from data.generator.syntax import (
    Action,
    Adjective,
    Clause,
    Frame,
    Nominal,
    Noun,
    NounPhrase,
    Person,
    Place,
    Relative,
    Several,
    Tense,
    Time,
)

T = TypeVar("T")


class UnfitError(Exception):
    """The draw cannot become a natural sentence; draw again."""


class Sampler:
    """All random choices; only ``Random.random`` is used, which never changes between Pythons."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random.random() < probability

    def pick(self, items: Many[T]) -> T:
        """One of the items; UnfitError when there is none."""
        if not items:
            raise UnfitError
        return items[int(self._random.random() * len(items))]

    def person(self, *people: NounPhrase) -> NounPhrase:
        """One of these people."""
        return self.pick(people)

    def shuffled(self, items: Many[T]) -> list[T]:
        """The items in random order."""
        order = sorted((self._random.random(), index) for index in range(len(items)))
        return [items[index] for _, index in order]

    # -- people

    def owner(self) -> NounPhrase:
        """Whose it is: mostly a pronoun."""
        return self.pick(lexicon.names()) if self.chance(0.25) else self.pick(PRONOUNS)

    def kin(self, names: Many[str] = (), owner: NounPhrase | None = None) -> Nominal:
        """my mother, Paul's sister."""
        noun = (
            lexicon.nouns()[self.pick(names)]
            if names
            else self.pick(lexicon.members("kin+kin+kin_group"))
        )
        return Nominal(noun, "my", plural=noun.only_plural, owner=owner or self.owner())

    def friend(self) -> Nominal:
        """my neighbour, his colleagues."""
        noun = self.pick(lexicon.members("friend"))
        return Nominal(
            noun, "my", plural=noun.name != "boss" and self.chance(0.35), owner=self.pick(PRONOUNS)
        )

    def subject(self, who: str) -> NounPhrase:
        """A subject of this group (see SUBJECTS)."""
        kind, _, name = self.pick(
            SUBJECTS[who].split(" ") if ":" not in SUBJECTS[who] else _split(SUBJECTS[who])
        ).partition(":")
        if kind == "pronoun":
            return self.pick(PRONOUNS)
        if kind == "name":
            if self.chance(0.15):
                first, second = self.pick(lexicon.names()), self.pick(lexicon.names())
                if first != second:
                    return Several((first, second))
            return self.pick(lexicon.names())
        if kind == "kin":
            return self.kin()
        if kind == "elder":
            return self.kin(ELDERS)
        if kind == "young":
            return self.kin(YOUNG)
        if kind == "friend":
            return self.friend()
        if kind == "kind":
            names = {
                "pet": ("cat", "dog", "rabbit", "hamster", "turtle"),
                "grazer": ("horse", "cow", "sheep", "goat", "donkey", "rabbit"),
            }
            noun = lexicon.nouns()[self.pick(names[name])]
        elif kind == "noun":
            noun = lexicon.nouns()[name]
        else:
            noun = self.pick(
                [n for n in lexicon.members(kind) if n.name not in {"tourist", "customer"}]
            )
        return self.role(noun)

    def role(self, noun: Noun) -> Nominal:
        """A person or an animal as a subject: the doctor, this boy, all the pupils, their dog."""
        if noun.kind == "pet":
            if self.chance(0.5):
                return Nominal(noun, "my", owner=self.owner())
            return Nominal(noun, "the")
        if noun.kind == "farm_animal":
            return Nominal(
                noun,
                self.pick(("the", "that", "this")),
                plural=self.chance(0.5) and noun.name != "sheep",
            )
        if noun.kind == "baby":
            return Nominal(noun, self.pick(("the", "my")), owner=self.pick((HE, SHE, WE, THEY)))
        if noun.kind == "profession":
            return Nominal(noun, "the")
        determiner = self.pick(("the", "the", "the", "this", "that", "every", "all", "num"))
        if (
            determiner == "every"
            and noun.kind != "youngster"
            and noun.name not in {"student", "tourist"}
        ):
            determiner = "the"
        if determiner in {"every", "all"} and noun.name == "child":
            determiner = "the"
        plural = determiner in {"all", "num"} or (determiner == "the" and self.chance(0.35))
        if determiner == "every":
            plural = False
        return Nominal(
            noun,
            determiner,
            plural=plural,
            count=2 + int(self.chance(0.5)) if determiner == "num" else 0,
        )

    def companion(self, group: str, subject: NounPhrase) -> NounPhrase:
        """A person who is not the subject, for the slots c and r."""
        special = {
            "patient": "patient",
            "patrons": "customer",
            "customers": "customer",
            "postman": "postman",
            "staff": "teacher",
            "pupils": "pupil",
        }
        if group in special:
            noun = lexicon.nouns()[special[group]]
            plural = (
                group in {"patient", "patrons", "customers", "pupils"} and self.chance(0.5)
            ) or group == "pupils"
            return Nominal(noun, "the", plural=plural)
        if group == "partners":
            noun = lexicon.nouns()[self.pick(("colleague", "boss"))]
            return Nominal(noun, "own", plural=noun.name == "colleague")
        related = isinstance(subject, Nominal) and subject.noun.kind in {"kin", "kin_group"}
        kind = self.pick(
            {
                "relative": ("kin",),
                "acquaintance": ("friend", "name", "pronoun"),
                "benefit": ("kin", "name", "pronoun"),
            }.get(group, ("kin", "friend", "name", "pronoun"))
        )
        if kind == "pronoun":
            return self.other(subject)
        if kind == "name" or (related and kind == "kin"):
            name = self.pick(lexicon.names())
            if subject == name or (isinstance(subject, Several) and name in subject.items):
                raise UnfitError
            if isinstance(subject, Nominal) and subject.owner == name:
                raise UnfitError
            return name
        if kind == "kin":
            if isinstance(subject, Several):
                raise UnfitError
            noun = self.pick(lexicon.members("kin+kin_group"))
            return Nominal(noun, "own", plural=noun.only_plural)
        noun = self.pick(lexicon.members("friend"))
        if (isinstance(subject, Nominal) and subject.noun == noun) or noun.name == "boss":
            raise UnfitError
        return Nominal(noun, "own", plural=group != "acquaintance")

    def other(self, subject: NounPhrase) -> Person:
        """A pronoun that is not the subject."""
        if isinstance(subject, Person):
            found = [
                p
                for p in PRONOUNS
                if p.person != subject.person and not (p.person == 3 and subject.person == 3)
            ]
        else:
            found = [I, YOU, WE]
        return self.pick(found)

    # -- things

    def thing(
        self, kinds: str, determiners: Many[str], subject: NounPhrase, adjective: float = 0.3
    ) -> Nominal:
        """A noun of these classes with a determiner that suits it."""
        noun = self.pick(lexicon.members(kinds))
        gender = english.pronoun(subject, 0)
        if (noun.name in WOMENS and gender not in {"she", "I"}) or (
            noun.name in MENS and gender != "he"
        ):
            raise UnfitError
        if noun.name in WOMENS and gender == "I":
            raise UnfitError
        determiner = self.pick(determiners or ("a", "a", "the", "num", "this", "as"))
        return self.determined(noun, determiner, subject, adjective)

    def determined(
        self, noun: Noun, determiner: str, subject: NounPhrase, adjective: float
    ) -> Nominal:
        """Makes number, measure and adjective agree with the determiner."""
        if determiner == "one":
            return Nominal(noun, "gen")
        if determiner == "bare2":
            return Nominal(noun, "plain")
        if noun.mass:
            if determiner == "gen" or determiner == "plain":
                return Nominal(noun, determiner)
            if determiner in {"the", "this"}:
                return Nominal(noun, "the")
            weighed = noun.kind == "meat" and determiner != "kilo"
            if determiner in {"a", "num", "cup", "kilo"} and noun.name in MEASURES and not weighed:
                measure = MEASURE_WORDS[self.pick(MEASURES[noun.name])]
                return Nominal(
                    noun,
                    "a",
                    count=self.count() if determiner in {"num", "kilo"} else 1,
                    measure=measure,
                )
            return Nominal(noun, "bare", adjective=self.adjective(noun, adjective / 2))
        if noun.only_plural:
            if determiner in {"a", "num"}:
                count = 1 if determiner == "a" or self.chance(0.6) else 2
                return Nominal(
                    noun,
                    "a",
                    True,
                    count,
                    self.adjective(noun, adjective),
                    measure=MEASURE_WORDS["pair"],
                )
            kept = determiner if determiner in {"the", "own", "my", "gen", "this"} else "as"
            return Nominal(
                noun,
                kept,
                True,
                adjective=None if kept in {"own", "gen"} else self.adjective(noun, adjective),
                owner=self.owner() if kept == "my" else None,
            )
        if determiner == "num" and noun.name in TINY:
            determiner = "as"
        if determiner == "kilo":
            if noun.kind not in {"fruit", "vegetable"} or noun.name in {"watermelon", "pineapple"}:
                determiner = "num"
            else:
                return Nominal(noun, "a", True, self.pick((1, 2, 3)), measure=MEASURE_WORDS["kilo"])
        if determiner in {"cup", "own2"}:
            determiner = "a" if determiner == "cup" else "own"
        if determiner == "bare":
            determiner = "as"
        plural = determiner in {"as", "num", "few", "some", "many", "gen", "these"}
        if determiner == "these":
            determiner = "this"
        elif determiner in {"the", "this"} and noun.kind not in {
            "fixture",
            "lighting",
            "house_room",
            "gadget",
            "transport",
        }:
            plural = self.chance(0.25)
        elif determiner == "own" and noun.name in {"key"}:
            plural = True
        elif determiner in {"my"}:
            plural = noun.kind in {"picture", "plant"} and self.chance(0.4)
        owner = self.owner() if determiner == "my" else None
        if owner and noun.name in WOMENS | MENS:
            owner = SHE if noun.name in WOMENS else HE
        if owner in {WE, THEY} and noun.kind in {"pocket", "clothes"}:
            owner = HE
        if noun.name in TINY and determiner in {"the", "this", "a"}:
            plural, determiner = True, "as" if determiner == "a" else determiner
        described = (
            None
            if determiner in {"own", "gen"} or noun.kind == "house_room"
            else self.adjective(noun, adjective)
        )
        return Nominal(
            noun, determiner, plural, self.count() if determiner == "num" else 0, described, owner
        )

    def count(self) -> int:
        """Mostly a small number."""
        return self.pick((2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6))

    def adjective(self, noun: Noun, probability: float) -> Adjective | None:
        """An adjective that may stand beside the noun, or none."""
        if not self.chance(probability) or " of " in noun.name:
            return None
        found = [
            a
            for a in lexicon.adjectives().values()
            if a.attribute and noun.name in a.attribute_kinds and a.french[0] != noun.french
        ]
        return self.pick(found) if found else None

    # -- actions

    def action(
        self,
        frame: Frame,
        subject: NounPhrase,
        tense: str = "past",
        placed: float = 0.35,
        adjective: float = 0.3,
    ) -> Action:
        """Fills the frame's slots for this subject."""
        slots: dict[str, NounPhrase | Place] = {}
        if frame.name in TRIFLES:
            adjective = 0.0
        for key, (kinds, determiners) in frame.slots.items():
            if key in PERSON_SLOTS:
                slots[key] = self.companion(kinds, subject)
            elif key in "dl":
                slots[key] = self.pick(lexicon.places_of(tuple(kinds.split()), going=key == "d"))
            else:
                allowed = determiners
                if tense in {"habit", "used"} and allowed:
                    allowed = (
                        tuple(
                            d
                            for d in allowed
                            if d not in {"num", "this", "few", "some", "kilo", "the"}
                        )
                        or allowed
                    )
                if tense == "used" and "a" in allowed:
                    allowed = ("as",)  # he used to write letters
                if tense == "now":
                    allowed = (
                        tuple(d for d in allowed if d not in {"num", "few", "some"}) or allowed
                    )
                slots[key] = self.thing(kinds, allowed, subject, adjective)
        if "p" in slots and slots["p"] == slots["o"]:
            raise UnfitError
        if is_young(subject) and any(
            isinstance(v, Nominal) and v.noun.name in {"beer", "wine", "coffee"}
            for v in slots.values()
        ):
            raise UnfitError
        place = None
        if frame.places and self.chance(placed):
            found = lexicon.places_of(frame.places)
            place = self.pick(found) if found else None
            shown = slots.get("o")
            if (
                place
                and "film" in place.kinds
                and isinstance(shown, Nominal)
                and shown.noun.name not in SCREENED
            ):
                place = None
        return Action(frame, slots, place)

    def time(self, frame: Frame, tense: str) -> Time:
        """A time for a clause of this tense, of a size that fits the action."""
        wanted = {
            "habit": "habit",
            "now": "now",
            "past": "past",
            "future": "future",
            "going": "future",
        }[tense]
        sizes = frame.times + ("w" if "d" in frame.times and tense == "habit" else "")
        if tense == "habit" and "l" in sizes:
            sizes = "l"
        if tense == "habit" and frame.name in DAILY:
            sizes = sizes.replace("w", "")
        return self.pick([t for t in lexicon.times() if t.tense == wanted and t.size in sizes])

    def tense(self, frame: Frame) -> Tense:
        """A tense that the frame allows."""
        found: list[Tense] = []
        letters = {
            "p": ("past",) * 5 + ("already",),
            "h": ("habit", "habit"),
            "n": ("now",) * 2,
            "f": ("future", "going"),
        }
        for letter, tenses in letters.items():
            if letter in frame.tenses:
                found.extend(tenses)  # type: ignore[arg-type]
        if "h" in frame.tenses and "p" in frame.tenses and not frame.name.startswith("a_"):
            found.append("used")
        if frame.name in EXPERIENCES:
            found.append("ever")
        if frame.name in NOT_ALREADY:
            found = [tense for tense in found if tense != "already"]
        return self.pick(found)

    def clause(
        self,
        frame: Frame | None = None,
        subject: NounPhrase | None = None,
        tense: Tense | None = None,
        timed: float = 0.5,
        placed: float = 0.35,
        negated: float = 0.15,
    ) -> Clause:
        """A clause whose verb is not a modal one."""
        frame = frame or self.pick(
            [f for f in lexicon.frames().values() if set(f.tenses) & set("hnpf")]
        )
        subject = subject or self.subject(frame.who)
        tense = tense or self.tense(frame)
        action = self.action(frame, subject, tense, placed)
        every = isinstance(subject, Nominal) and subject.determiner in {"every", "all"}
        negative = self.chance(negated) and tense not in {"now", "used"} and not every
        time, adverb = None, None
        if tense == "habit":
            if frame.name in LASTING:
                negative = False
            elif self.chance(0.5) and frame.who in GENERAL:
                adverb = self.pick(FREQUENCIES)
                negative = adverb == NEVER
            else:
                time = self.time(frame, tense)
                negative = False
        elif tense == "used":
            time = FORMERLY
        elif tense in {"past", "future", "going", "now"} and self.chance(
            timed * (0.4 if tense == "now" else 1)
        ):
            time = self.time(frame, tense)
        if negative and tense != "habit" and (self.odd_negation(action) or frame.name in ACCIDENTS):
            negative = False
        if every and frame.name in ACCIDENTS | TRIFLES:
            raise UnfitError
        if (
            isinstance(subject, Nominal)
            and subject.determiner == "num"
            and (tense not in {"past", "now"} or frame.name == "marry")
        ):
            raise UnfitError
        first = time is not None and (tense == "used" or (tense != "now" and self.chance(0.3)))
        return Clause(subject, action, tense, negative, time, first, adverb)

    @staticmethod
    def odd_negation(action: Action) -> bool:
        """ "He did not eat two apples" is grammatical, yet nobody says it out of the blue."""
        for value in action.slots.values():
            if isinstance(value, Nominal) and (
                value.measure
                or value.adjective
                or value.determiner in {"num", "few", "some", "many"}
            ):
                return True
        return False

    def relative_object(self, noun: Noun, subject: NounPhrase) -> Relative:
        """that I bought yesterday: a frame whose object may be this noun."""
        found = [
            f
            for f in lexicon.frames().values()
            if "rel" in f.marks
            and noun in lexicon.members(f.slots["o"][0])
            and set(f.slots) == {"o"}
        ]
        frame = self.pick(found)
        who = self.subject(frame.who)
        if (
            isinstance(who, Person)
            and who.person == 3
            and not (isinstance(subject, Person) and subject.person < 3)
        ):
            raise UnfitError
        if isinstance(who, Nominal) and (who.owner in {HE, SHE, THEY} or who.determiner == "that"):
            raise UnfitError
        if who == subject or (
            isinstance(who, Nominal) and who.determiner in {"every", "all", "num"}
        ):
            raise UnfitError
        action = Action(frame, {"o": Nominal(noun, "the")}, None)
        if frame.places and self.chance(0.3):
            action = Action(frame, action.slots, self.pick(lexicon.places_of(frame.places)))
        time = self.time(frame, "past") if self.chance(0.5) else None
        return Relative(Clause(who, action, "past", time=time), "object")

    def relative_subject(self, noun: Noun, plural: bool) -> Relative:
        """who works in the hospital."""
        frames = lexicon.frames()
        name = self.pick(("work", "live", "speak", "wear", "read_paper", "wear", "live", "work"))
        if (noun.kind == "youngster" and name in {"work", "read_paper"}) or name not in frames:
            name = "live"
        frame = frames[name]
        subject = Nominal(noun, "the", plural=plural)
        if name == "work" and noun.name in {
            "old man",
            "old lady",
            "student",
            "tourist",
            "customer",
        }:
            frame = frames["live"]
            name = "live"
        tense: Tense = (
            "now" if name == "wear" else "state" if name in {"live", "speak"} else "habit"
        )
        if name == "read_paper":
            tense = "now"
        action = self.action(frame, subject, tense, placed=1.0)
        return Relative(Clause(subject, action, tense), "subject")


def is_young(person: NounPhrase) -> bool:
    """A child: no wine, no car."""
    return isinstance(person, Nominal) and (
        person.noun.kind in {"youngster", "baby"} or person.noun.name in YOUNG
    )


def _split(text: str) -> list[str]:
    """Splits "elder noun:bus driver noun:cook" into its parts."""
    parts: list[str] = []
    for word in text.split(" "):
        if (
            parts
            and parts[-1].startswith("noun:")
            and ":" not in word
            and word
            not in {
                "pronoun",
                "name",
                "kin",
                "elder",
                "young",
                "friend",
                "adult",
                "youngster",
                "profession",
            }
        ):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts

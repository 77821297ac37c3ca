"""The English linearizer."""

from __future__ import annotations

from data.generator.english_verbs import gerund, participle, past, third
from data.generator.syntax import (
    Action,
    Before,
    Clause,
    Command,
    Existence,
    Gender,
    Joined,
    Location,
    Modal,
    Name,
    Nominal,
    NounPhrase,
    Occupation,
    Person,
    Place,
    Quality,
    Question,
    Reported,
    Sentence,
    Sequence,
    Several,
    Statement,
)

PRONOUNS = {  # subject, object, possessive
    (1, False): ("I", "me", "my"),
    (2, False): ("you", "you", "your"),
    (1, True): ("we", "us", "our"),
    (2, True): ("you", "you", "your"),
    (3, True): ("they", "them", "their"),
}
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
AN = ("a", "e", "i", "o", "u", "hon", "hour")
NOT_AN = ("uni", "use", "eu", "one-")
JOINING = {
    "even though": " even though ",
    "and": ", and ",
    "but": ", but ",
    "so": ", so ",
    "because": " because ",
    "although": " although ",
    "while": " while ",
    "when": " when ",
    "if": " if ",
    "before": " before ",
    "after": " after ",
    "whereas": ", whereas ",
}


def is_plural(phrase: NounPhrase) -> bool:
    """Whether the verb is plural ("you" takes the plural form)."""
    if isinstance(phrase, Person):
        return phrase.plural or phrase.person == 2
    if isinstance(phrase, Nominal):
        return phrase.plural and phrase.determiner != "every"
    return isinstance(phrase, Several)


def _is_first(phrase: NounPhrase) -> bool:
    return isinstance(phrase, Person) and phrase.person == 1 and not phrase.plural


def pronoun(phrase: NounPhrase, case: int) -> str:
    """The pronoun for a phrase: case 0 subject, 1 object, 2 possessive."""
    if isinstance(phrase, Person):
        if phrase.form == "weather":
            return "it"
        if phrase.form == "who":
            return ("who", "whom", "their")[case]
        if phrase.form == "thing":
            return ("they", "them", "their")[case] if phrase.plural else ("it", "it", "its")[case]
        if (phrase.person, phrase.plural) in PRONOUNS:
            return PRONOUNS[phrase.person, phrase.plural][case]
        return ("he", "him", "his")[case] if phrase.gender == "m" else ("she", "her", "her")[case]
    if is_plural(phrase):
        return ("they", "them", "their")[case]
    gender = phrase.gender if isinstance(phrase, Name) else person_gender(phrase)
    return ("he", "him", "his")[case] if gender == "m" else ("she", "her", "her")[case]


def person_gender(phrase: NounPhrase) -> str:
    """The gender of a person who is named by a noun."""
    return phrase.noun.gender if isinstance(phrase, Nominal) else "m"


def article(following: str) -> str:
    """a or an."""
    word = following.lower()
    return "an" if word.startswith(AN) and not word.startswith(NOT_AN) else "a"


def noun_phrase(
    phrase: NounPhrase | Place, obj: bool = False, subject: NounPhrase | None = None
) -> str:
    """The phrase as subject or (``obj``) object; ``subject`` owns what is its own."""
    if isinstance(phrase, Place):
        return phrase.english
    if isinstance(phrase, Person):
        return pronoun(phrase, 1 if obj else 0)
    if isinstance(phrase, Name):
        return phrase.english
    if isinstance(phrase, Several):
        parts = [noun_phrase(item, obj, subject) for item in phrase.items]
        return ", ".join(parts[:-1]) + " and " + parts[-1]
    noun = phrase.noun
    word = noun.english_plural if phrase.plural and not noun.mass else noun.english
    if phrase.adjective:
        word = f"{phrase.adjective.english} {word}"
    text = _determined(phrase, word, subject)
    if phrase.relative:
        text += " " + relative(phrase)
    return text


def _determined(phrase: Nominal, word: str, subject: NounPhrase | None) -> str:
    kind = phrase.determiner
    if phrase.measure:
        measure = phrase.measure[0]
        if phrase.count > 1:
            return f"{NUMBERS[phrase.count]} {_plural_measure(measure)} of {word}"
        return f"{article(measure)} {measure} of {word}"
    if kind in {"as", "bare", "gen", "plain"}:
        return word
    if kind == "a":
        return f"{article(word)} {word}"
    if kind == "num":
        return f"{NUMBERS[phrase.count]} {word}"
    if kind in {"my", "own"}:
        owner = phrase.owner or subject
        if owner is None:
            raise ValueError(f"no owner for {word}")
        return f"{possessive(owner, kind == 'own')} {word}"
    plain = {
        "the": "the",
        "some": "some",
        "few": "a few",
        "many": "many",
        "every": "every",
        "all": "all the",
    }
    if kind in plain:
        return f"{plain[kind]} {word}"
    return {
        ("this", False): "this",
        ("this", True): "these",
        ("that", False): "that",
        ("that", True): "those",
    }[kind, phrase.plural] + f" {word}"


def _plural_measure(measure: str) -> str:
    return {"box": "boxes", "glass": "glasses"}.get(measure, measure + "s")


def possessive(owner: NounPhrase, as_pronoun: bool) -> str:
    """my, her, Paul's, my brother's, my parents'."""
    if isinstance(owner, Person) or as_pronoun:
        return pronoun(owner, 2)
    text = noun_phrase(owner)
    return text + ("'" if text.endswith("s") and is_plural(owner) else "'s")


def relative(phrase: Nominal) -> str:
    """who works here; that I bought yesterday."""
    assert phrase.relative
    of, human = phrase.relative.clause, phrase.noun.kind in HUMAN
    if phrase.relative.role == "subject":
        return ("who " if human else "that ") + " ".join(_verb_group(of))
    return "that " + clause(of, gap="o")


HUMAN = {"profession", "kin", "kin_group", "friend", "adult", "youngster", "baby", "sick_person"}


def _action(action: Action, subject: NounPhrase, gap: str = "") -> tuple[str, str]:
    """The bare verb and all that follows it."""
    text = action.frame.english
    if "{own}" in text:
        text = text.replace("{own}", pronoun(subject, 2))
    for key, value in action.slots.items():
        if key == gap:
            filled = ""
        elif key == "d" and isinstance(value, Place):
            filled = value.english_to
        elif action.frame.name == "cut_hair":
            filled = possessive(value, False)  # type: ignore[arg-type]
        else:
            filled = noun_phrase(value, True, subject)
        if f"{{{key}.bare}}" in text and isinstance(value, Nominal):
            text = text.replace(f"{{{key}.bare}}", value.noun.english)
        text = text.replace(f"{{{key}}}", filled)
    verb, _, rest = " ".join(text.split()).partition(" ")
    if action.place:
        rest = f"{rest} {action.place.english}".strip()
    return verb, rest


def verb_and_rest(clause: Clause, gap: str = "") -> tuple[str, str]:
    """The main verb of any predicate, and its complements."""
    predicate = clause.predicate
    if isinstance(predicate, Action):
        verb, rest = _action(predicate, clause.subject, gap)
        if predicate.modal:
            return modal_group(predicate.modal, verb, rest, clause.negative)
        return verb, rest
    if isinstance(predicate, Quality):
        adjective = predicate.adjective
        if predicate.than is not None:
            other = noun_phrase(predicate.than, False, clause.subject)
            if isinstance(predicate.than, Person):
                other = noun_phrase(predicate.than, True)
            if predicate.equal:
                return "be", f"as {adjective.english} as {other}"
            return "be", f"{adjective.comparative} than {other}"
        degree = predicate.degree.english + " " if predicate.degree else ""
        return "be", degree + adjective.english
    if isinstance(predicate, Occupation):
        word = predicate.noun.english
        if is_plural(clause.subject) and clause.subject != Person(2):
            return "be", predicate.noun.english_plural
        return "be", f"{article(word)} {word}"
    assert isinstance(predicate, Location)
    return "be", predicate.place.english


BARE_MODALS = {"can", "must", "should", "could", "would", "will"}


def modal_group(modal: Modal, verb: str, rest: str, negative: bool) -> tuple[str, str]:
    """want / to read a book; can / read a book."""
    head, _, tail = modal.english.partition(" ")
    if tail.endswith("-ing"):
        verb = gerund(verb)
        tail = tail.removesuffix("-ing").strip()
    return head, " ".join(f"{tail} {verb} {rest}".split())


def _be(subject: NounPhrase, was: bool) -> str:
    if _is_first(subject):
        return "was" if was else "am"
    if is_plural(subject):
        return "were" if was else "are"
    return "was" if was else "is"


def _finite(clause: Clause, verb: str) -> tuple[list[str], str]:
    """Auxiliaries (the first is finite; possibly none) and the main verb's form."""
    subject, tense = clause.subject, clause.tense
    plural = is_plural(subject) or _is_first(subject)
    have = "have" if plural else "has"
    if verb in BARE_MODALS:
        return [verb], ""
    if tense in {"already", "ever"}:
        form = participle(verb)
        return [have], "been" if verb == "go" and tense == "ever" else form
    if tense == "future":
        return ["will"], verb
    if tense == "going":
        return [_be(subject, False)], f"going to {verb}"
    if tense == "used":
        return [], f"used to {verb}"
    if tense == "now" or (tense == "was" and verb not in STATIVE):
        return [_be(subject, tense == "was")], gerund(verb)
    was = tense in {"past", "was"}
    if verb == "be":
        return [_be(subject, was)], ""
    if was:
        return [], past(verb)
    return [], verb if plural else third(verb)


STATIVE = {
    "be",
    "have",
    "like",
    "love",
    "want",
    "need",
    "know",
    "think",
    "prefer",
    "hate",
    "live",
    "hurt",
    "understand",
    "feel",
    "rain_",
    "believe",
    "hope",
    "can",
    "could",
}


def _do(clause: Clause) -> str:
    if clause.tense in {"past", "was", "used"}:
        return "did"
    return "do" if is_plural(clause.subject) or _is_first(clause.subject) else "does"


def _verb_group(clause: Clause, gap: str = "", invert: bool = False) -> list[str]:
    """The finite verb, "not", adverb, main verb and complements, then time.

    With ``invert`` the first word is the auxiliary that a question puts first.
    """
    verb, rest = verb_and_rest(clause, gap)
    if verb == "has_got":
        verb = "have"
    auxiliaries, form = _finite(clause, verb)
    adverb = [clause.adverb.english] if clause.adverb else []
    middle: list[str] = []
    negative = clause.negative and "never" not in adverb
    subject_asked = isinstance(clause.subject, Person) and clause.subject.form == "who"
    if (negative or (invert and not subject_asked)) and not auxiliaries and clause.tense != "ever":
        auxiliaries, form = [_do(clause)], (f"use to {verb}" if clause.tense == "used" else verb)
    if clause.tense == "ever":
        middle = ["never"] if clause.negative else (["ever"] if invert else [])
    elif clause.tense == "already" and not clause.negative:
        middle = ["already"]
    elif negative:
        middle = ["not"]
    words = auxiliaries + middle + adverb + [form, rest]
    if clause.tense == "already" and clause.negative:
        words.append("yet")
    elif clause.tense == "ever" and not clause.negative and not invert:
        words.append("before")
    if clause.time and not clause.time_first:
        words.append(clause.time.english)
    return [word for word in words if word]


def contract(text: str) -> str:
    """does not -> doesn't, and cannot."""
    for full in (
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "should",
        "could",
        "must",
    ):
        text = text.replace(f" {full} not ", f" {full}n't ")
    return text.replace(" can not ", " cannot ").replace(" will not ", " won't ")


def clause(clause: Clause, gap: str = "") -> str:
    """Subject, verb and complements; no capital and no full stop."""
    words = [noun_phrase(clause.subject), *_verb_group(clause, gap)]
    if clause.time and clause.time_first and clause.time.english:
        words.insert(0, clause.time.english + ",")
    return contract(" ".join(words) + " ").strip()


def _question(question: Question) -> str:
    of, word = question.clause, question.word
    if word == "where" and isinstance(of.predicate, Location):
        return f"where {_be(of.subject, False)} {noun_phrase(of.subject)}"
    if word == "who":
        return "who " + " ".join(_verb_group(of))
    gap = "o" if word in {"what", "how many"} else ""
    group = _verb_group(of, gap, invert=True)
    start = {"": "", "how many": "how many "}.get(word, word + " ")
    if word == "how many":
        thing = of.predicate.slots["o"]  # type: ignore[union-attr]
        start += thing.noun.english_plural + " "  # type: ignore[union-attr]
    subject = noun_phrase(of.subject)
    if len(group) > 1 and group[1] == "not":
        return f"{start}{group[0]}n't {subject} {' '.join(group[2:])}"
    return f"{start}{group[0]} {subject} {' '.join(group[1:])}"


def _command(command: Command) -> str:
    you = Person(1, True) if command.form == "together" else Person(2)
    verb, rest = _action(command.action, you)
    text = f"{verb} {rest}".strip()
    start = {
        "please": "please ",
        "not": "don't ",
        "remember": "don't forget to ",
        "together": "let's ",
    }
    return start[command.form] + text


def sequence(of: Sequence, with_subject: bool = True) -> str:
    """A, B and then C, with one subject."""
    parts = []
    for index, action in enumerate(of.actions):
        verb, rest = _action(action, of.subject)
        auxiliaries, form = _finite(Clause(of.subject, action, of.tense), verb)
        if index and auxiliaries:
            auxiliaries = []
            form = form.removeprefix("going to ")
        parts.append(" ".join(filter(None, [*auxiliaries, form, rest])))
    last = parts.pop()
    joint = " and then " if parts and len(of.actions) > 2 else " and "
    text = ", ".join(parts) + joint + last
    if with_subject:
        text = f"{noun_phrase(of.subject)} {text}"
    return f"{of.time.english}, {text}" if of.time else text


def _again(clause: Clause) -> Clause:
    """The clause with a pronoun for its subject."""
    person = (
        Person(3, True) if is_plural(clause.subject) else Person(3, False, _gender(clause.subject))
    )
    subject = clause.subject if isinstance(clause.subject, Person) else person
    return Clause(
        subject,
        clause.predicate,
        clause.tense,
        clause.negative,
        clause.time,
        clause.time_first,
        clause.adverb,
    )


def _gender(phrase: NounPhrase) -> Gender:
    if isinstance(phrase, Name):
        return phrase.gender
    return phrase.noun.gender if isinstance(phrase, Nominal) else "m"


def joined(of: Joined) -> str:
    """Two clauses and their conjunction, which may come first (when, if, because, although)."""
    second: Clause | Sequence = of.second
    first = of.first
    word = of.word
    if word.endswith("_first"):  # "because_first": the subordinate clause opens the sentence
        word = word.removesuffix("_first")
        main = _again(second) if of.same_subject and isinstance(second, Clause) else second
        return f"{word} {_any(first)}, {_any(main)}"
    if of.same_subject and isinstance(second, Clause):
        second = _again(second)
    return _any(first) + JOINING[word] + _any(second)


def _any(of: Clause | Sequence | Joined) -> str:
    if isinstance(of, Sequence):
        return sequence(of)
    return joined(of) if isinstance(of, Joined) else clause(of)


REPORTING = {
    "say": ("say", "state"),
    "think": ("think", "state"),
    "know": ("know", "state"),
    "hope": ("hope", "state"),
    "believe": ("believe", "state"),
    "sure": ("be sure", "state"),
    "said": ("say", "past"),
    "told me": ("tell me", "past"),
    "glad": ("be glad", "state"),
    "hear": ("hear", "past"),
}


def _reported(of: Reported) -> str:
    phrase, tense = REPORTING[of.verb]
    verb, _, rest = phrase.partition(" ")
    auxiliaries, form = _finite(
        Clause(of.speaker, Location(NOWHERE), "past" if tense == "past" else "state"), verb
    )
    words = [noun_phrase(of.speaker), *auxiliaries, form, rest, "that", _any(of.content)]
    return " ".join(filter(None, words))


NOWHERE = Place("", "", "", "", "", "", frozenset())


def sentence(tree: Sentence) -> str:
    """The finished sentence."""
    end = "."
    if isinstance(tree, Statement):
        text = clause(tree.clause)
    elif isinstance(tree, Question):
        text, end = _question(tree), "?"
    elif isinstance(tree, Command):
        text = _command(tree)
    elif isinstance(tree, Existence):
        verb = "are" if tree.thing.plural and not tree.thing.noun.mass else "is"
        thing = noun_phrase(tree.thing, True)
        if tree.question:
            text, end = f"{verb} there {thing} {tree.place.english}", "?"
        else:
            verb += "n't" if tree.negative else ""
            text = f"there {verb} {thing} {tree.place.english}"
    elif isinstance(tree, Sequence):
        text = sequence(tree)
    elif isinstance(tree, Before):
        verb, rest = _action(tree.later, tree.clause.subject)
        text = f"{clause(tree.clause)} before {gerund(verb)} {rest}"
    elif isinstance(tree, Joined):
        text = joined(tree)
    else:
        text = _reported(tree)
    text = " ".join(text.split())
    return text[0].upper() + text[1:] + end

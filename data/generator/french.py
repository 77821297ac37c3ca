"""The French linearizer.

Two marks live in the text until :func:`finish`: a star before an h that blocks elision, and an
underscore after the pronouns le and les, which never contract (il a oublié de le faire).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from data.generator.french_verbs import auxiliary, conjugate, imperative, participle
from data.generator.syntax import (
    Action,
    Adjective,
    Before,
    Clause,
    Command,
    Existence,
    Joined,
    Location,
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

VOWEL = "(?:y(?= )|[aàâeéèêëiîïoôöuùûœhAÀÂEÉÈÊIÎOÔUH])"
NUMBERS = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze".split()
POSSESSIVES = {
    (1, False): ("mon", "ma", "mes"),
    (2, False): ("ton", "ta", "tes"),
    (3, False): ("son", "sa", "ses"),
    (1, True): ("notre", "notre", "nos"),
    (2, True): ("votre", "votre", "vos"),
    (3, True): ("leur", "leur", "leurs"),
}
PRONOUNS = {  # subject, reflexive, direct object, indirect object, after a preposition
    (1, False): ("je", "me", "me", "me", "moi"),
    (2, False): ("tu", "te", "te", "te", "toi"),
    (1, True): ("nous", "nous", "nous", "nous", "nous"),
    (2, True): ("vous", "vous", "vous", "vous", "vous"),
}
JOINING = {
    "and": " et ",
    "but": ", mais ",
    "so": ", alors ",
    "because": " parce que ",
    "while": " pendant que ",
    "when": " quand ",
    "if": " si ",
    "even though": " même si ",
    "whereas": ", alors que ",
}
REPORTING = {
    "say": "dire",
    "think": "penser",
    "know": "savoir",
    "hope": "espérer",
    "believe": "croire",
    "sure": "être sûr",
    "hear": "entendre dire",
}
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Features:
    """What a verb or an adjective agrees with."""

    person: int = 3
    plural: bool = False
    feminine: bool = False


def features(phrase: NounPhrase) -> Features:
    """Person, number and gender of a noun phrase."""
    if isinstance(phrase, Person):
        return Features(phrase.person, phrase.plural, phrase.gender == "f")
    if isinstance(phrase, Name):
        return Features(3, False, phrase.gender == "f")
    if isinstance(phrase, Several):
        return Features(3, True, all(features(item).feminine for item in phrase.items))
    feminine = phrase.noun.gender == "f"
    if phrase.measure:
        return Features(3, phrase.count > 1, phrase.measure[2] == "f")
    return Features(3, phrase.plural and phrase.determiner != "every", feminine)


def adjective(of: Adjective, like: Features) -> str:
    """The form that agrees."""
    return agree(of.french, like)


def agree(forms: tuple[str, str, str, str], like: Features) -> str:
    """Chooses among (m., f., m. plural, m. before a vowel)."""
    masculine, feminine, plural, _ = forms
    if not like.feminine:
        return plural if like.plural else masculine
    if not like.plural or feminine.endswith("s") or feminine == masculine == plural:
        return feminine
    return feminine + "s"


def _agree_participle(form: str, like: Features) -> str:
    form += "e" if like.feminine else ""
    return form + ("s" if like.plural and not form.endswith("s") else "")


def finish(text: str) -> str:
    """Elision and contraction."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\b(à|de) (le|les) (?!_)", lambda m: CONTRACTED[m[1] + m[2]] + " ", text)
    text = re.sub(rf"\ble_ (?={VOWEL})", "l'", text)
    text = re.sub(rf"\b([JjLlDdMmTtSsNn])[ea] (?={VOWEL})(?!onz)", r"\1'", text)
    text = re.sub(rf"\b([Qq]u|[Ll]orsqu|[Pp]uisqu)e (?={VOWEL}|onz)", r"\1'", text)
    text = re.sub(r"\b([Ss])i (?=ils?\b)", r"\1'", text)
    return text.replace("*", "").replace("_", "")


CONTRACTED = {"àle": "au", "àles": "aux", "dele": "du", "deles": "des"}


def _starts_with_vowel(text: str) -> bool:
    return re.match(VOWEL, text) is not None


def noun_phrase(
    phrase: NounPhrase | Place, subject: Features | None = None, negated: bool = False
) -> str:
    """The phrase; ``negated``: direct object of a negated verb (pas de pain)."""
    if isinstance(phrase, Place):
        return phrase.french
    if isinstance(phrase, Person):
        return stressed(phrase)
    if isinstance(phrase, Name):
        return phrase.english
    if isinstance(phrase, Several):
        parts = [noun_phrase(item, subject, negated) for item in phrase.items]
        joint = " ni " if negated and all(part.startswith("de ") for part in parts) else " et "
        return ", ".join(parts[:-1]) + joint + parts[-1]
    like = (
        features(phrase)
        if not phrase.measure
        else Features(3, phrase.plural, phrase.noun.gender == "f")
    )
    plural = like.plural and not phrase.noun.mass
    like = replace(like, plural=plural)
    word = phrase.noun.french_plural if plural else phrase.noun.french
    before = False
    if phrase.adjective:
        form = adjective(phrase.adjective, like)
        before = phrase.adjective.before
        if before and not plural and not like.feminine and _starts_with_vowel(word):
            form = phrase.adjective.french[3]
        word = f"{form} {word}" if before else _after_noun(word, phrase.noun.french, form, plural)
    text = _determined(phrase, word, like, subject, negated, before)
    if phrase.relative:
        text += " " + relative(phrase)
    return text


def _after_noun(word: str, singular: str, form: str, plural: bool) -> str:
    """jus d'orange frais, but un bouquet de fleurs rouge."""
    return f"{word} {form}"


def _determined(
    phrase: Nominal,
    word: str,
    like: Features,
    subject: Features | None,
    negated: bool,
    before: bool,
) -> str:
    kind, plural, feminine = phrase.determiner, like.plural, like.feminine
    if phrase.measure:
        _, measure, gender, _ = phrase.measure
        if phrase.count > 1:
            measure += "x" if measure.endswith("eau") else "s"
            return f"{NUMBERS[phrase.count]} {measure} de {word}"
        return f"{'une' if gender == 'f' else 'un'} {measure} de {word}"
    if kind in {"a", "as", "bare"} and negated:
        return f"de {word}"
    if kind == "a":
        return f"{'une' if feminine else 'un'} {word}"
    if kind in {"as", "bare"}:
        if plural:
            return f"{'de' if before else 'des'} {word}"
        return (
            f"de l'{word}"
            if _starts_with_vowel(word)
            else f"{'de la' if feminine else 'du'} {word}"
        )
    if kind == "plain":
        return word
    if kind in {"the", "gen"}:
        return definite(word, like)
    if kind in {"my", "own"}:
        owner = features(phrase.owner) if phrase.owner else subject
        assert owner
        if phrase.owner and kind == "my" and not isinstance(phrase.owner, Person):
            return f"{definite(word, like)} de {noun_phrase(phrase.owner)}"
        return f"{possessive(owner, word, like)} {word}"
    if kind in {"this", "that"}:
        if plural:
            return f"ces {word}"
        return f"{'cette' if feminine else 'cet' if _starts_with_vowel(word) else 'ce'} {word}"
    if kind == "num":
        return f"{NUMBERS[phrase.count]} {word}"
    if kind == "every":
        return f"chaque {word}"
    if kind == "all":
        return f"{'toutes' if feminine else 'tous'} les {word}"
    return {"some": "quelques", "few": "quelques", "many": "beaucoup de"}[kind] + f" {word}"


def definite(word: str, like: Features) -> str:
    """le, la or les (finish elides)."""
    return f"{'les' if like.plural else 'la' if like.feminine else 'le'} {word}"


def possessive(owner: Features, word: str, like: Features) -> str:
    """mon, ma, mes: mon before a vowel."""
    masculine, feminine, plural = POSSESSIVES[owner.person, owner.plural]
    if like.plural:
        return plural
    return feminine if like.feminine and not _starts_with_vowel(word) else masculine


def relative(phrase: Nominal) -> str:
    """qui travaille ici; que j'ai acheté hier."""
    assert phrase.relative
    of = phrase.relative.clause
    if phrase.relative.role == "subject":
        like = features(phrase)
        return "qui " + _verb_group(of, like)
    return "que " + clause(of, gap="o", preceding=features(phrase))


def stressed(phrase: Person) -> str:
    """moi, lui, elles."""
    if (phrase.person, phrase.plural) in PRONOUNS:
        return PRONOUNS[phrase.person, phrase.plural][4]
    if phrase.plural:
        return "elles" if phrase.gender == "f" else "eux"
    return "elle" if phrase.gender == "f" else "lui"


def subject_text(phrase: NounPhrase) -> str:
    """The subject: a clitic pronoun or the phrase."""
    if not isinstance(phrase, Person):
        return noun_phrase(phrase)
    if phrase.form == "weather":
        return "il"
    if phrase.form == "who":
        return "qui"
    if (phrase.person, phrase.plural) in PRONOUNS:
        return PRONOUNS[phrase.person, phrase.plural][0]
    return ("elle" if phrase.gender == "f" else "il") + ("s" if phrase.plural else "")


def _reflexive(like: Features) -> str:
    return PRONOUNS[like.person, like.plural][1] if like.person < 3 else "se"


@dataclass
class Verb:
    """A verb ready to be conjugated: its clitics stand before, ``rest`` after it."""

    infinitive: str
    reflexive: bool
    clitics: list[str]
    rest: str
    agreement: Features | None = None  # a preceding direct object
    agrees_with_subject: bool = True


def _object_pronoun(phrase: Person, direct: bool) -> str:
    if (phrase.person, phrase.plural) in PRONOUNS:
        return PRONOUNS[phrase.person, phrase.plural][2 if direct else 3]
    if not direct:
        return "leur" if phrase.plural else "lui"
    return "les_" if phrase.plural else "la" if phrase.gender == "f" else "le_"


def _action(action: Action, like: Features, negative: bool, gap: str = "") -> Verb:
    """Fills the slots; a pronoun becomes a clitic."""
    infinitive, _, rest = action.frame.french.partition(" ")
    reflexive = infinitive in {"se", "s'"}
    if reflexive:
        infinitive, _, rest = rest.partition(" ")
    elif infinitive.startswith("s'"):
        reflexive, infinitive = True, infinitive[2:]
    verb = Verb(infinitive, reflexive, [], rest)
    # Elle s'est brossé les dents: the direct object follows, so nothing agrees.
    verb.agrees_with_subject = not (reflexive and re.match(r"(les|le|la|\{b\})", rest))
    if negative:
        verb.rest = re.sub(r"^(un|une|des|du|de la) ", "de ", verb.rest)
        verb.rest = re.sub(r"^de l'", "d'", verb.rest)
    direct = re.match(r"\{(\w)\}", rest)
    for key, value in action.slots.items():
        slot = f"{{{key}}}"
        if key == gap:
            verb.rest = verb.rest.replace(slot, "")
        elif isinstance(value, Person) and direct and direct[1] == key:
            verb.clitics.append(_object_pronoun(value, True))
            verb.rest = verb.rest.replace(slot, "")
            verb.agreement = features(value)
        elif isinstance(value, Person) and f"à {slot}" in verb.rest:
            verb.clitics.append(_object_pronoun(value, False))
            verb.rest = verb.rest.replace(f"à {slot}", "")
        else:
            place = value.french_to if isinstance(value, Place) and key == "d" else ""
            negated = negative and direct is not None and direct[1] == key
            verb.rest = verb.rest.replace(slot, place or noun_phrase(value, like, negated))
    for mark, is_feminine, plural in (
        (".m", False, False),
        (".f", True, False),
        (".p", False, True),
    ):
        verb.rest = verb.rest.replace(
            f"{{own{mark}}}", possessive(like, "", Features(3, plural, is_feminine))
        )
    verb.rest = re.sub(r"@(\w+)", lambda m: agree(_forms(m[1]), like), verb.rest)
    # me le, te le, but le lui.
    verb.clitics.sort(
        key=lambda word: {"le_": 1, "la": 1, "les_": 1, "lui": 2, "leur": 2}.get(word, 0)
    )
    if action.place:
        verb.rest += f" {action.place.french}"
    return verb


def _forms(word: str) -> tuple[str, str, str, str]:
    """The forms of an adjective that a pattern names: @fatigué."""
    from data.generator.lexicon import _feminine, _french_plural

    return word, _feminine(word), _french_plural(word), word


def predicate(of: Clause, like: Features, gap: str = "") -> Verb:
    """Any predicate as a verb with complements."""
    said = of.predicate
    negative = of.negative
    if isinstance(said, Action):
        return _action(said, like, negative and not said.modal, gap)
    if isinstance(said, Quality):
        form = adjective(said.adjective, like)
        if said.than is not None:
            than = noun_phrase(said.than, like)
            if said.equal:
                return Verb("être", False, [], f"aussi {form} que {than}")
            better = {
                "bon": "meilleur",
                "bonne": "meilleure",
                "bons": "meilleurs",
                "bonnes": "meilleures",
                "bon marché": "moins cher",
            }.get(form)
            if form == "bon marché":
                better = "moins " + agree(("cher", "chère", "chers", "cher"), like)
            return Verb("être", False, [], f"{better or 'plus ' + form} que {than}")
        return Verb("être", False, [], f"{said.degree.french if said.degree else ''} {form}")
    if isinstance(said, Occupation):
        noun = said.noun
        return Verb("être", False, [], noun.french_feminine if like.feminine else noun.french)
    assert isinstance(said, Location)
    return Verb("être", False, [], said.place.french)


MOODS = {
    "habit": "present",
    "now": "present",
    "state": "present",
    "was": "imperfect",
    "used": "imperfect",
    "future": "future",
}


def _infinitive(verb: Verb, like: Features) -> str:
    clitics = ([_reflexive(like)] if verb.reflexive else []) + verb.clitics
    return " ".join([*clitics, verb.infinitive, verb.rest])


def _finite_and_after(
    of: Clause, verb: Verb, like: Features, preceding: Features | None
) -> tuple[list[str], str, str]:
    """Clitics, the finite verb and what follows the negation (participle or infinitive, rest)."""
    clitics = ([_reflexive(like)] if verb.reflexive else []) + verb.clitics
    modal = of.predicate.modal if isinstance(of.predicate, Action) else None
    if modal:
        head, _, preposition = modal.french.partition(" ")
        after = f"{preposition} {_infinitive(verb, like)}"
        if modal.tense == "past":
            return (
                [],
                conjugate(auxiliary(head, False), "present", like.person, like.plural),
                f"{participle(head)} {after}",
            )
        mood = modal.french_mood if of.tense in {"state", "habit"} else MOODS[of.tense]
        return [], conjugate(head, mood, like.person, like.plural), after
    if of.tense in MOODS:
        return (
            clitics,
            conjugate(verb.infinitive, MOODS[of.tense], like.person, like.plural),
            verb.rest,
        )
    if of.tense == "going":
        return [], conjugate("aller", "present", like.person, like.plural), _infinitive(verb, like)
    helper = auxiliary(verb.infinitive, verb.reflexive)
    form = participle(verb.infinitive)
    if helper == "être" and verb.agrees_with_subject:
        form = _agree_participle(form, like)
    elif helper == "avoir" and (verb.agreement or preceding):
        form = _agree_participle(form, verb.agreement or preceding)  # type: ignore[arg-type]
    return clitics, conjugate(helper, "present", like.person, like.plural), f"{form} {verb.rest}"


def _verb_group(
    of: Clause, like: Features, gap: str = "", preceding: Features | None = None
) -> str:
    verb = predicate(of, like, gap)
    clitics, finite, after = _finite_and_after(of, verb, like, preceding)
    before, following = "", ""
    if of.negative:
        before = "ne"
        following = {"ever": "jamais", "already": "pas encore"}.get(of.tense, "pas")
        if of.adverb and of.adverb.english == "never":
            following = ""
    elif of.tense in {"ever", "already"}:
        following = "déjà"
    adverb = of.adverb.french if of.adverb else ""
    if adverb == "jamais":
        before = "ne"
    words = [before, *clitics, finite, following, adverb, after]
    if of.time and not of.time_first:
        words.append(of.time.french)
    return " ".join(filter(None, words))


def clause(of: Clause, gap: str = "", preceding: Features | None = None) -> str:
    """Subject, verb and complements; not finished."""
    text = f"{subject_text(of.subject)} {_verb_group(of, features(of.subject), gap, preceding)}"
    return f"{of.time.french}, {text}" if of.time and of.time_first else text


def _question(question: Question) -> str:
    of, word = question.clause, question.word
    if word == "who":
        return f"qui {_verb_group(of, Features())}"
    if word == "where" and isinstance(of.predicate, Location):
        like = features(of.subject)
        return (
            f"où {conjugate('être', 'present', like.person, like.plural)} {noun_phrase(of.subject)}"
        )
    if word == "what":
        return f"qu'est-ce que {clause(of, gap='o')}"
    if word == "how many":
        thing = of.predicate.slots["o"]  # type: ignore[union-attr]
        assert isinstance(thing, Nominal)
        asked = clause(of, gap="o", preceding=features(thing))
        return f"combien de {thing.noun.french_plural} est-ce que {asked}"
    start = {"": "", "where": "où ", "when": "quand ", "why": "pourquoi "}[word]
    return f"{start}est-ce que {clause(of)}"


def _command(command: Command) -> str:
    together = command.form == "together"
    like = Features(1 if together else 2, together)
    if command.form == "remember":
        return f"ne oublie pas de {_infinitive(_action(command.action, like, False), like)}"
    verb = _action(command.action, like, command.form == "not")
    form = imperative(verb.infinitive, together)
    clitics = ([_reflexive(like)] if verb.reflexive else []) + verb.clitics
    if command.form == "not":
        return " ".join(["ne", *clitics, form, "pas", verb.rest])
    after = "".join("-" + {"me": "moi", "te": "toi"}.get(word, word) for word in clitics)
    end = ", s'il te plaît" if command.form == "please" else ""
    return f"{form}{after} {verb.rest}{end}"


def sequence(of: Sequence) -> str:
    """One subject, several verbs; the subject is not repeated."""
    like = features(of.subject)
    parts = [_verb_group(Clause(of.subject, action, of.tense), like) for action in of.actions]
    if of.tense == "going":  # il va manger, lire puis dormir
        parts[1:] = [_infinitive(_action(action, like, False), like) for action in of.actions[1:]]
    joint = " puis " if len(parts) > 2 else " et "
    if isinstance(of.subject, Person) and of.subject.person < 3 and of.tense != "going":
        # J'ai mangé, j'ai lu puis je suis sorti: je and tu are repeated.
        parts[1:] = [f"{subject_text(of.subject)} {part}" for part in parts[1:]]
    text = f"{subject_text(of.subject)} {', '.join(parts[:-1])}{joint}{parts[-1]}"
    return f"{of.time.french}, {text}" if of.time else text


def _again(of: Clause) -> Clause:
    """The clause with a pronoun for its subject."""
    if isinstance(of.subject, Person):
        return of
    like = features(of.subject)
    return replace(of, subject=Person(3, like.plural, "f" if like.feminine else "m"))


def joined(of: Joined) -> str:
    """Two clauses and their conjunction."""
    second = _again(of.second) if of.same_subject and isinstance(of.second, Clause) else of.second
    if of.word.endswith("_first"):
        opening = {
            "because": "comme",
            "if": "si",
            "when": "quand",
            "even though": "même si",
            "while": "pendant que",
        }
        return f"{opening[of.word.removesuffix('_first')]} {_any(of.first)}, {_any(second)}"
    return _any(of.first) + JOINING[of.word] + _any(second)


def _any(of: Clause | Sequence | Joined) -> str:
    if isinstance(of, Sequence):
        return sequence(of)
    return joined(of) if isinstance(of, Joined) else clause(of)


def _reported(of: Reported) -> str:
    like = features(of.speaker)
    head, _, rest = REPORTING[of.verb].partition(" ")
    if rest == "sûr":
        rest = agree(("sûr", "sûre", "sûrs", "sûr"), like)
    if of.verb == "hear":
        verb = conjugate("avoir", "present", like.person, like.plural) + " entendu dire"
    else:
        verb = conjugate(head, "present", like.person, like.plural) + f" {rest}"
    return f"{subject_text(of.speaker)} {verb} que {_any(of.content)}"


def sentence(tree: Sentence) -> str:
    """The finished sentence."""
    end = "."
    if isinstance(tree, Statement):
        text = clause(tree.clause)
    elif isinstance(tree, Question):
        text, end = _question(tree), f"{NO_BREAK}?"
    elif isinstance(tree, Command):
        text = _command(tree)
    elif isinstance(tree, Existence):
        thing = noun_phrase(tree.thing, None, tree.negative)
        if tree.question:
            text, end = f"est-ce qu'il y a {thing} {tree.place.french}", f"{NO_BREAK}?"
        else:
            text = f"il {'ne y a pas' if tree.negative else 'y a'} {thing} {tree.place.french}"
    elif isinstance(tree, Sequence):
        text = sequence(tree)
    elif isinstance(tree, Before):
        like = features(tree.clause.subject)
        later = _infinitive(_action(tree.later, like, False), like)
        text = f"{clause(tree.clause)} avant de {later}"
    elif isinstance(tree, Joined):
        text = joined(tree)
    else:
        text = _reported(tree)
    text = finish(text).replace(" ,", ",")
    return text[0].upper() + text[1:] + end

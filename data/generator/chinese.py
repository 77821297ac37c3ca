"""The Chinese linearizer.

A pattern's star is the place of 了 and 过. Order: subject, time, 都, adverb, negation or modal
verb, place, verb; what describes a noun stands before it with 的.
"""

from __future__ import annotations

import re
from dataclasses import replace

from data.generator.syntax import (
    Action,
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
    Sentence,
    Sequence,
    Several,
    Statement,
)

NUMBERS = "零一两三四五六七八九十"
PRONOUNS = {(1, False): "我", (2, False): "你", (1, True): "我们", (2, True): "你们"}
# Nouns that are definite as they stand: 门, 厨房, 老师.
BARE_DEFINITE = {
    "fixture",
    "lighting",
    "house_room",
    "pet",
    "profession",
    "baby",
    "transport",
    "sick_person",
}
# 我们的孙子, but 我们奶奶.
YOUNG = {
    "son",
    "daughter",
    "nephew",
    "niece",
    "grandson",
    "granddaughter",
    "little brother",
    "little sister",
}
# 打开电视: the one at home.
BARE_NAMES = {"television", "computer", "radio", "fridge", "washing machine", "newspaper"}
HUMAN = {"profession", "friend", "youngster", "adult", "kin"}
REPORTING = {
    "say": "说",
    "think": "觉得",
    "know": "知道",
    "hope": "希望",
    "believe": "相信",
    "sure": "确定",
    "hear": "听说",
}


def pronoun(phrase: Person) -> str:
    """我, 他们, 它, 谁."""
    if phrase.form == "weather":
        return ""
    if phrase.form == "who":
        return "谁"
    if (phrase.person, phrase.plural) in PRONOUNS:
        return PRONOUNS[phrase.person, phrase.plural]
    if phrase.form == "thing":
        return "它们" if phrase.plural else "它"
    return ("她" if phrase.gender == "f" else "他") + ("们" if phrase.plural else "")


def noun_phrase(phrase: NounPhrase | Place, negated: bool = False) -> str:
    """The phrase; ``negated``: an indefinite object of a negated verb loses its number."""
    if isinstance(phrase, Place):
        return phrase.chinese
    if isinstance(phrase, Person):
        return pronoun(phrase)
    if isinstance(phrase, Name):
        return phrase.chinese
    if isinstance(phrase, Several):
        parts = [noun_phrase(item, negated) for item in phrase.items]
        return "、".join(parts[:-1]) + "和" + parts[-1]
    noun = phrase.noun
    word = _attribute(phrase) + noun.chinese
    if phrase.relative:
        return _related(phrase, word)
    return _determined(phrase, word, negated)


def _attribute(phrase: Nominal) -> str:
    """The adjective before the noun: 红色毛衣, but 红色的花."""
    if not phrase.adjective:
        return ""
    attribute = phrase.adjective.attribute
    return attribute + ("的" if attribute.endswith("色") and len(phrase.noun.chinese) == 1 else "")


def _related(phrase: Nominal, word: str) -> str:
    """昨天买的那本书, 一个在医院工作的女人."""
    assert phrase.relative
    of = phrase.relative.clause
    said = clause(of, gap="o", relative=True)
    if phrase.relative.role == "subject":
        said = clause(replace(of, subject=Person(3, form="weather")), relative=True)
    measure = phrase.noun.measure
    if phrase.determiner == "a":
        return f"一{measure}{said}的{word}"
    if phrase.plural:
        return f"{said}的那些{word}"
    return f"{said}的那{measure}{word}"


def _determined(phrase: Nominal, word: str, negated: bool) -> str:
    noun, kind, plural = phrase.noun, phrase.determiner, phrase.plural
    measure = noun.measure
    if phrase.measure:
        number = NUMBERS[phrase.count] if phrase.count > 1 else "一"
        return f"{number}{phrase.measure[3]}{word}"
    if kind == "own" and plural and noun.kind in HUMAN:
        return word + "们"
    if kind in {"as", "bare", "gen", "own", "plain"}:
        return word
    if kind == "a":
        return word if negated else f"一{measure}{word}"
    if kind == "num":
        return f"{NUMBERS[phrase.count]}{measure}{word}"
    if kind == "my":
        assert phrase.owner
        return _owned(phrase, word)
    some = "些" if plural and not noun.only_plural else measure
    if kind == "this":
        return f"这{some}{word}"
    if kind == "that":
        return f"那{some}{word}"
    if kind == "the":
        if (
            noun.kind in BARE_DEFINITE
            or noun.mass
            or (noun.name in BARE_NAMES and not phrase.adjective)
        ):
            return word + ("们" if plural and noun.kind in HUMAN else "")
        if plural and noun.kind == "youngster":
            return word + "们"
        return f"那{some}{word}"
    if kind == "every":
        return f"每{measure}{word}"
    return {"some": "一些", "few": f"几{measure}", "many": "很多", "all": "所有的"}[kind] + word


def _owned(phrase: Nominal, word: str) -> str:
    assert phrase.owner
    owner = noun_phrase(phrase.owner)
    plural = phrase.plural and phrase.noun.kind in HUMAN
    if (
        phrase.noun.kind in {"kin", "kin_group"}
        and isinstance(phrase.owner, Person)
        and not plural
        and not (phrase.owner.plural and (phrase.owner.person == 3 or phrase.noun.name in YOUNG))
    ):
        return owner + word
    if _attribute(phrase).endswith("的"):
        return owner + word  # 他漂亮的猫: one 的 is enough
    return f"{owner}的{word}" + ("们" if plural else "")


def _all(subject: NounPhrase) -> str:
    return "都" if isinstance(subject, Nominal) and subject.determiner in {"every", "all"} else ""


def pattern(action: Action, negated: bool = False, gap: str = "") -> str:
    """The frame with its slots filled and the star still there."""
    text = action.frame.chinese
    for key, value in action.slots.items():
        if key == gap:
            filled = ""
        elif key == "d" and isinstance(value, Place):
            filled = value.chinese_to
        else:
            filled = noun_phrase(value, negated and key == "o")
        if isinstance(value, Nominal):
            text = text.replace(f"{{{key}.verb}}", value.noun.measure)
        text = text.replace(f"{{{key}}}", filled)
    return text


def _verb_group(
    of: Clause, gap: str = "", relative: bool = False, particle: str = "", shi: bool = False
) -> str:
    """Everything after subject and time."""
    adverb = of.adverb.chinese if of.adverb else ""
    lead = _all(of.subject) + particle
    said = of.predicate
    if isinstance(said, Quality):
        return lead + adverb + _quality(said, of.negative, relative)
    if isinstance(said, Occupation):
        return f"{lead}{adverb}{'不' if of.negative else ''}是{said.noun.chinese}"
    if isinstance(said, Location):
        return f"{lead}{adverb}{'不' if of.negative else ''}在{said.place.chinese}"
    return lead + _act(of, said, adverb, gap, relative, shi)


def _quality(said: Quality, negative: bool, relative: bool) -> str:
    word = said.adjective.predicate
    if said.than is not None:
        other = noun_phrase(said.than)
        if said.equal:
            return f"{'不' if negative else ''}{'和' + other + '一样'}{word}"
        return f"没有{other}{word}" if negative else f"比{other}{'更' if relative else ''}{word}"
    if word.startswith("="):
        return f"{'不' if negative else ''}是{word[1:]}"
    if negative:
        if said.degree and said.degree.english == "very":
            return f"不太{word}"
        return "没" + word[1:] if word.startswith("有") else f"不{word}"
    if said.degree:
        return said.degree.chinese + word + said.degree.chinese_after
    return f"很{word}"


def _act(of: Clause, said: Action, adverb: str, gap: str, relative: bool, shi: bool) -> str:
    frame, tense = said.frame, of.tense
    negative = of.negative and adverb != "从不"
    text = pattern(said, of.negative, gap)
    if of.negative:  # 没喝咖啡, not 没喝一杯咖啡
        text = re.sub(r"(?<=\*)(一[个杯瓶份台本套束件把条辆位张首]|个)", "", text)
    if (
        said.place
        and isinstance(of.subject, Person)
        and of.subject.form == "weather"
        and not relative
    ):
        # 巴黎会下雨: where it rains is the topic.
        return said.place.chinese + _act(of, replace(said, place=None), adverb, gap, relative, shi)
    place = f"在{said.place.chinese}" if said.place else ""
    if of.time and of.time.chinese.startswith("每") and tense == "habit" and not _all(of.subject):
        adverb = "都" + adverb
    if said.modal:
        modal = said.modal.chinese_not if negative else said.modal.chinese
        return adverb + modal + place + text.replace("*", "")
    if shi:  # 是在哪儿买的那本书
        return f"{place}{text.replace('*', '的')}" if "*" in text else f"{place}{text}的"
    if frame.tenses.startswith("s") or (tense in {"state", "was"} and "stative" in frame.marks):
        bare = text.replace("*", "")
        if tense == "future":
            return (
                adverb
                + ("不会" if negative else "会")
                + place
                + (re.sub("^很", "太", bare) if negative else bare)
            )
        if not negative:
            return adverb + place + bare
        if bare.startswith("有"):
            return f"{adverb}没{bare}"
        return f"{adverb}不{re.sub('^(很|有点)', '', bare)}"
    if tense in {"past", "already"}:
        if negative:
            return ("还没" if tense == "already" else adverb + "没") + place + text.replace("*", "")
        done = text.replace("*", "" if relative else "了")
        return ("已经" if tense == "already" else adverb) + place + done
    if tense == "ever":
        return ("从来没" if negative else "以前") + place + text.replace("*", "过")
    bare = text.replace("*", "")
    if tense == "was" and isinstance(of.subject, Person) and of.subject.form == "weather":
        return text.replace("*", "着")
    if tense in {"now", "was"}:
        if "worn" in frame.marks:
            return bare
        return f"正{place}{bare}" if place else f"正在{bare}"
    if tense == "future":
        return adverb + ("不会" if negative else "会") + place + bare
    if tense == "going":
        return adverb + ("不打算" if negative else "要") + place + bare
    if tense == "used":
        return ("不常" if negative else "经常") + place + bare
    return adverb + ("不" if negative else "") + place + bare


def clause(
    of: Clause,
    gap: str = "",
    relative: bool = False,
    particle: str = "",
    drop: bool = False,
    background: bool = False,
) -> str:
    """Time, subject and predicate; ``drop`` leaves the subject out."""
    subject = "" if drop else noun_phrase(of.subject)
    time = of.time.chinese if of.time else ""
    if (
        background
        and of.tense in {"now", "was"}
        and isinstance(of.predicate, Action)
        and not of.predicate.frame.tenses.startswith("s")
    ):
        of = replace(of, tense="habit")  # 妈妈在厨房里做饭的时候
    group = _verb_group(of, gap, relative, particle)
    if background and of.tense == "past":
        group = group.replace("了", "")
    if "^" in group:  # 比起咖啡，她更喜欢茶
        front, _, group = group.partition("^")
        subject = front + subject
    if not subject:
        return time + group
    if of.time and of.time_first:
        comma = "，" if len(subject) > 4 or of.tense == "used" else ""
        return f"{time}{comma}{subject}{group}"
    return subject + time + group


def _question(question: Question) -> str:
    of, word = question.clause, question.word
    if not word:
        return clause(of) + "吗"
    subject = noun_phrase(of.subject)
    time = of.time.chinese if of.time else ""
    if word == "who":
        return clause(of)
    if word == "why":
        return f"{subject}{time}为什么{re.sub('^正(?=在)', '', _verb_group(of))}"
    if word in {"what", "how many"}:
        thing = of.predicate.slots["o"]  # type: ignore[union-attr]
        assert isinstance(thing, Nominal) and isinstance(of.predicate, Action)
        asked = "什么" if word == "what" else f"多少{thing.noun.measure}{thing.noun.chinese}"
        frame = replace(
            of.predicate.frame, chinese=of.predicate.frame.chinese.replace("{o}", asked)
        )
        rest = {key: value for key, value in of.predicate.slots.items() if key != "o"}
        return clause(replace(of, predicate=replace(of.predicate, frame=frame, slots=rest)))
    asked = "在哪儿" if word == "where" else "什么时候"
    if isinstance(of.predicate, Location):
        return f"{subject}在哪儿"
    assert isinstance(of.predicate, Action)
    if of.tense == "past":
        return f"{subject}{time}是{asked}{_verb_group(of, shi=True)}"
    if word == "where":
        if of.predicate.frame.chinese.startswith("住在"):
            return f"{subject}住在哪儿"
        return f"{subject}{time}{asked}{pattern(of.predicate).replace('*', '')}"
    return f"{subject}{asked}{_verb_group(replace(of, tense='habit'))}"


def _command(command: Command) -> str:
    text = pattern(command.action).replace("*", "")
    place = f"在{command.action.place.chinese}" if command.action.place else ""
    if command.form == "please":
        return f"请{place}{text}"
    if command.form == "together":
        return f"我们{place}{text}吧"
    return ("不要" if command.form == "not" else "别忘了") + place + text


def sequence(of: Sequence, drop: bool = False) -> str:
    """吃了早饭，洗了碗，然后去了学校."""
    subject = noun_phrase(of.subject)
    time = of.time.chinese if of.time else ""
    parts = [_verb_group(Clause(of.subject, action, of.tense)) for action in of.actions]
    if of.tense in {"future", "going"}:
        parts[1:] = [part.removeprefix("会").removeprefix("要") for part in parts[1:]]
    parts[0] = f"{time}{'，' if len(subject) > 4 and time else ''}{subject}{parts[0]}"
    return "，".join(parts[:-1]) + "，然后" + parts[-1]


def joined(of: Joined) -> str:
    """The subordinate clause comes first: 因为..., 所以..."""
    word = of.word.removesuffix("_first")
    first, second = of.first, of.second
    if word in {"because", "if", "when", "even though"} and not of.word.endswith("_first"):
        assert isinstance(second, Clause)
        first, second = second, first  # "main because subordinate"
        assert isinstance(first, Clause) and isinstance(second, Clause)
        if of.same_subject:  # the pronoun and the noun change places
            first, second = replace(first, subject=second.subject), second
    drop = of.same_subject
    if isinstance(second, Clause) and word != "while" and drop:
        second_text = clause(second, drop=True, particle="就" if word == "if" else "")
    elif isinstance(second, Clause):
        second_text = clause(second, particle="就" if word == "if" else "")
    else:
        second_text = sequence(second)
    if (
        word == "if"
        and isinstance(first, Clause)
        and first.tense == "habit"
        and first.subject != Person(3, form="weather")
    ):
        first = replace(first, tense="past")  # 如果她赢了比赛
    background = word in {"while", "when"}
    first_text = (
        clause(first, background=background) if isinstance(first, Clause) else sequence(first)
    )
    if word == "because" or word == "so":
        start = "因为" if word == "because" else ""
        return f"{start}{first_text}，所以{second_text}"
    if word == "if":
        return f"如果{first_text}，{second_text}"
    if word == "even though":
        return f"虽然{first_text}，但是{second_text}"
    if word in {"when", "while"}:
        stripped = re.sub("很(?=[^很]{1,3}$)", "", first_text)
        return f"{stripped}的时候，{second_text}"
    return first_text + {"and": "，", "but": "，但是", "whereas": "，而"}[word] + second_text


def _any(of: Clause | Sequence | Joined) -> str:
    if isinstance(of, Sequence):
        return sequence(of)
    return joined(of) if isinstance(of, Joined) else clause(of)


def sentence(tree: Sentence) -> str:
    """The finished sentence."""
    end = "。"
    if isinstance(tree, Statement):
        text = clause(tree.clause)
    elif isinstance(tree, Question):
        text, end = _question(tree), "？"
    elif isinstance(tree, Command):
        text = _command(tree)
    elif isinstance(tree, Existence):
        thing = noun_phrase(tree.thing, tree.negative)
        text = f"{tree.place.chinese}{'没有' if tree.negative else '有'}{thing}"
        if tree.question:
            text, end = text + "吗", "？"
    elif isinstance(tree, Sequence):
        text = sequence(tree)
    elif isinstance(tree, Before):
        of = tree.clause
        later = pattern(tree.later).replace("*", "")
        time = of.time.chinese if of.time else ""
        text = f"{noun_phrase(of.subject)}{time}{later}之前{_verb_group(of)}"
    elif isinstance(tree, Joined):
        text = joined(tree)
    else:
        comma = "" if isinstance(tree.content, Clause) else "，"
        text = f"{noun_phrase(tree.speaker)}{REPORTING[tree.verb]}{comma}{_any(tree.content)}"
    return text + end

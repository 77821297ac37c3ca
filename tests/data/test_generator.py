"""The generator: its output is the committed one, and its morphology is right."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.generator import english_verbs, french, french_verbs, lexicon
from data.generator.sampler import Sampler

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_running_it_again_gives_the_committed_files_byte_for_byte(tmp_path):
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "-m", "data.generator", str(tmp_path)],
        cwd=ROOT, env=environment, check=True, capture_output=True, timeout=280,
    )  # fmt: skip
    for name in ("english-french.tsv", "english-chinese.tsv"):
        made, committed = tmp_path / name, ROOT / "data" / name
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (made, committed)]
        assert digests[0] == digests[1], name


def test_code_and_output_stay_under_4_megabytes():
    files = [
        path
        for path in (ROOT / "data").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert sum(path.stat().st_size for path in files) < 4_000_000


def test_needs_only_the_standard_library():
    code = (
        "import sys; import data.generator.corpus; "
        "known = sys.stdlib_module_names | {'data', '__main__'}; "
        "print([m for m in sys.modules if m.split('.')[0] not in known])"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("verb", "mood", "person", "plural", "expected"),
    [
        ("manger", "present", 1, True, "mangeons"),
        ("manger", "imperfect", 1, True, "mangions"),
        ("manger", "imperfect", 3, False, "mangeait"),
        ("acheter", "present", 3, False, "achète"),
        ("acheter", "future", 1, False, "achèterai"),
        ("préférer", "present", 3, True, "préfèrent"),
        ("préférer", "future", 3, False, "préférera"),
        ("jeter", "present", 2, False, "jettes"),
        ("nettoyer", "future", 3, False, "nettoiera"),
        ("envoyer", "future", 3, False, "enverra"),
        ("finir", "present", 3, True, "finissent"),
        ("vendre", "present", 3, False, "vend"),
        ("vouloir", "conditional", 3, False, "voudrait"),
        ("devoir", "conditional", 1, True, "devrions"),
        ("être", "imperfect", 3, True, "étaient"),
        ("apprendre", "present", 3, True, "apprennent"),
        ("devenir", "future", 3, False, "deviendra"),
        ("peindre", "imperfect", 3, False, "peignait"),
        ("boire", "imperfect", 1, False, "buvais"),
        ("s'ennuyer"[2:], "present", 3, False, "ennuie"),
    ],
)
def test_french_conjugation(verb, mood, person, plural, expected):
    assert french_verbs.conjugate(verb, mood, person, plural) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("il va à le parc", "il va au parc"),
        ("le livre de les élèves", "le livre des élèves"),
        ("la porte de la école", "la porte de l'école"),
        ("il a oublié de le_ faire", "il a oublié de le faire"),
        ("je ai un *hibou", "j'ai un hibou"),
        ("le *hibou", "le hibou"),
        ("si il pleut", "s'il pleut"),
        ("la amie que elle aime", "l'amie qu'elle aime"),
        ("il ne y a pas", "il n'y a pas"),
        ("le yaourt", "le yaourt"),
    ],
)
def test_french_elision_and_contraction(text, expected):
    assert french.finish(text) == expected


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("study", ("studied", "studied", "studying", "studies")),
        ("play", ("played", "played", "playing", "plays")),
        ("go", ("went", "gone", "going", "goes")),
        ("chat", ("chatted", "chatted", "chatting", "chats")),
        ("lie", ("lay", "lain", "lying", "lies")),
        ("wash", ("washed", "washed", "washing", "washes")),
        ("write", ("wrote", "written", "writing", "writes")),
    ],
)
def test_english_verb_forms(verb, forms):
    made = (
        english_verbs.past(verb),
        english_verbs.participle(verb),
        english_verbs.gerund(verb),
        english_verbs.third(verb),
    )
    assert made == forms


def test_every_row_of_the_lexicon_is_complete():
    for noun in lexicon.nouns().values():
        assert all(
            (
                noun.english,
                noun.english_plural,
                noun.french,
                noun.french_plural,
                noun.chinese,
                noun.measure,
            )
        ), noun
        if noun.kind == "profession":
            assert noun.french_feminine, noun
    for frame in lexicon.frames().values():
        for kinds, _ in (slot for key, slot in frame.slots.items() if key not in "crdl"):
            assert lexicon.members(kinds)
        if frame.places:
            assert lexicon.places_of(frame.places), frame


def test_a_frame_with_an_unfilled_slot_is_refused():
    with pytest.raises(ValueError, match="nothing fills 'r'"):
        lexicon.frame("give {o} to {r} | donner {o} à {r} | 给{r}{o} | person | o=gift@a")


def test_draws_depend_on_the_seed_alone():
    first, again, other = Sampler(3), Sampler(3), Sampler(4)
    numbers = range(1000)
    drawn = [[draw.pick(numbers) for _ in range(20)] for draw in (first, again, other)]
    assert drawn[0] == drawn[1] != drawn[2]

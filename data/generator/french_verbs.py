"""French conjugation: present, imperfect, future, conditional, participle, imperative."""

from __future__ import annotations

from functools import cache

# infinitive: je, tu, il, nous, vous, ils of the present; future stem; past participle
IRREGULAR = {
    "être": ("suis es est sommes êtes sont", "ser", "été"),
    "avoir": ("ai as a avons avez ont", "aur", "eu"),
    "aller": ("vais vas va allons allez vont", "ir", "allé"),
    "faire": ("fais fais fait faisons faites font", "fer", "fait"),
    "prendre": ("prends prends prend prenons prenez prennent", "prendr", "pris"),
    "boire": ("bois bois boit buvons buvez boivent", "boir", "bu"),
    "lire": ("lis lis lit lisons lisez lisent", "lir", "lu"),
    "écrire": ("écris écris écrit écrivons écrivez écrivent", "écrir", "écrit"),
    "dire": ("dis dis dit disons dites disent", "dir", "dit"),
    "voir": ("vois vois voit voyons voyez voient", "verr", "vu"),
    "croire": ("crois crois croit croyons croyez croient", "croir", "cru"),
    "vouloir": ("veux veux veut voulons voulez veulent", "voudr", "voulu"),
    "pouvoir": ("peux peux peut pouvons pouvez peuvent", "pourr", "pu"),
    "devoir": ("dois dois doit devons devez doivent", "devr", "dû"),
    "savoir": ("sais sais sait savons savez savent", "saur", "su"),
    "falloir": ("faux faux faut fallons fallez faillent", "faudr", "fallu"),
    "pleuvoir": ("pleus pleus pleut pleuvons pleuvez pleuvent", "pleuvr", "plu"),
    "recevoir": ("reçois reçois reçoit recevons recevez reçoivent", "recevr", "reçu"),
    "mettre": ("mets mets met mettons mettez mettent", "mettr", "mis"),
    "permettre": ("permets permets permet permettons permettez permettent", "permettr", "permis"),
    "promettre": ("promets promets promet promettons promettez promettent", "promettr", "promis"),
    "ouvrir": ("ouvre ouvres ouvre ouvrons ouvrez ouvrent", "ouvrir", "ouvert"),
    "offrir": ("offre offres offre offrons offrez offrent", "offrir", "offert"),
    "partir": ("pars pars part partons partez partent", "partir", "parti"),
    "sortir": ("sors sors sort sortons sortez sortent", "sortir", "sorti"),
    "dormir": ("dors dors dort dormons dormez dorment", "dormir", "dormi"),
    "servir": ("sers sers sert servons servez servent", "servir", "servi"),
    "sentir": ("sens sens sent sentons sentez sentent", "sentir", "senti"),
    "courir": ("cours cours court courons courez courent", "courr", "couru"),
    "venir": ("viens viens vient venons venez viennent", "viendr", "venu"),
    "tenir": ("tiens tiens tient tenons tenez tiennent", "tiendr", "tenu"),
    "connaître": (
        "connais connais connaît connaissons connaissez connaissent",
        "connaîtr",
        "connu",
    ),
    "conduire": ("conduis conduis conduit conduisons conduisez conduisent", "conduir", "conduit"),
    "traduire": ("traduis traduis traduit traduisons traduisez traduisent", "traduir", "traduit"),
    "peindre": ("peins peins peint peignons peignez peignent", "peindr", "peint"),
    "éteindre": ("éteins éteins éteint éteignons éteignez éteignent", "éteindr", "éteint"),
    "rire": ("ris ris rit rions riez rient", "rir", "ri"),
    "suivre": ("suis suis suit suivons suivez suivent", "suivr", "suivi"),
    "poursuivre": (
        "poursuis poursuis poursuit poursuivons poursuivez poursuivent",
        "poursuivr",
        "poursuivi",
    ),
    "concevoir": ("conçois conçois conçoit concevons concevez conçoivent", "concevr", "conçu"),
    "découvrir": (
        "découvre découvres découvre découvrons découvrez découvrent",
        "découvrir",
        "découvert",
    ),
    "asseoir": ("assieds assieds assied asseyons asseyez asseyent", "assiér", "assis"),
    "battre": ("bats bats bat battons battez battent", "battr", "battu"),
    "cueillir": ("cueille cueilles cueille cueillons cueillez cueillent", "cueiller", "cueilli"),
    "relire": ("relis relis relit relisons relisez relisent", "relir", "relu"),
    "inscrire": ("inscris inscris inscrit inscrivons inscrivez inscrivent", "inscrir", "inscrit"),
    "endormir": ("endors endors endort endormons endormez endorment", "endormir", "endormi"),
    "prévoir": ("prévois prévois prévoit prévoyons prévoyez prévoient", "prévoir", "prévu"),
    "envoyer": ("envoie envoies envoie envoyons envoyez envoient", "enverr", "envoyé"),
}
ETRE = {
    "aller",
    "venir",
    "arriver",
    "partir",
    "entrer",
    "rentrer",
    "sortir",
    "rester",
    "tomber",
    "monter",
    "descendre",
    "retourner",
    "naître",
    "mourir",
    "devenir",
    "revenir",
}
SUFFIXES = {
    "er": "e es e ons ez ent",
    "ir": "is is it issons issez issent",
    "re": "s s  ons ez ent",
}
IMPERFECT = "ais ais ait ions iez aient".split()
FUTURE = "ai as a ons ez ont".split()


def _person(person: int, plural: bool) -> int:
    return person - 1 + (3 if plural else 0)


def _stem_changes(stem: str, infinitive: str) -> tuple[str, str]:
    """The stem before a silent ending and before -a, -o: (j'achèt-e, nous mange-ons)."""
    silent = strong = stem
    if infinitive.endswith(("acheter", "lever", "mener", "peser", "geler", "enlever")):
        silent = stem[:-2] + "è" + stem[-1]
    elif infinitive.endswith(("appeler", "jeter")):
        silent = stem + stem[-1]
    elif infinitive.endswith(("ayer", "oyer", "uyer")):
        silent = stem[:-1] + "i"
    elif len(stem) > 1 and stem[-2] == "é" and stem[-1] not in "aeiouyé":
        silent = stem[:-2] + "è" + stem[-1]
    if stem.endswith("g"):
        strong = stem + "e"
    elif stem.endswith("c"):
        strong = stem[:-1] + "ç"
    return silent, strong


@cache
def present(infinitive: str) -> tuple[str, ...]:
    """The six forms of the present."""
    if infinitive in IRREGULAR:
        return tuple(IRREGULAR[infinitive][0].split())
    if infinitive in {"devenir", "revenir"}:
        return tuple(infinitive[:2] + form for form in present("venir"))
    if infinitive in {"apprendre", "comprendre"}:
        return tuple(infinitive[: -len("prendre")] + form for form in present("prendre"))
    stem, ending = infinitive[:-2], infinitive[-2:]
    suffixes = SUFFIXES[ending].split(" ")
    if ending != "er":
        return tuple(stem + suffix for suffix in suffixes)
    silent, strong = _stem_changes(stem, infinitive)
    return tuple(
        (strong if suffix == "ons" else stem if suffix == "ez" else silent) + suffix
        for suffix in suffixes
    )


def participle(infinitive: str) -> str:
    """The masculine singular past participle."""
    if infinitive in IRREGULAR:
        return IRREGULAR[infinitive][2]
    for base in ("prendre", "venir"):
        if infinitive.endswith(base) and infinitive != base:
            return infinitive[: -len(base)] + participle(base)
    return infinitive[:-2] + {"er": "é", "ir": "i", "re": "u"}[infinitive[-2:]]


def _future_stem(infinitive: str) -> str:
    if infinitive in IRREGULAR:
        return IRREGULAR[infinitive][1]
    if infinitive.endswith("venir"):
        return infinitive[: -len("venir")] + "viendr"
    if infinitive.endswith("re"):
        return infinitive[:-1]
    if infinitive.endswith("er"):
        silent, _ = _stem_changes(infinitive[:-2], infinitive)
        # préférer keeps é in the future (préférera) in the traditional spelling.
        return (infinitive[:-2] if "è" in silent and "é" in infinitive[1:-2] else silent) + "er"
    return infinitive


def conjugate(infinitive: str, mood: str, person: int, plural: bool) -> str:
    """One finite form; ``mood``: present, imperfect, future or conditional."""
    index = _person(person, plural)
    forms = present(infinitive)
    if mood == "present":
        return forms[index]
    if mood == "imperfect":
        if infinitive == "être":
            return "ét" + IMPERFECT[index]
        stem = forms[3].removesuffix("ons")
        ending = IMPERFECT[index]
        if ending.startswith("i"):  # nous mangions, nous commencions
            stem = stem.removesuffix("e") if stem.endswith("ge") else stem.replace("ç", "c")
        return stem + ending
    stem = _future_stem(infinitive)
    return stem + (FUTURE if mood == "future" else IMPERFECT)[index]


def imperative(infinitive: str, plural_first: bool = False) -> str:
    """The form for "tu", or for "nous" (let us)."""
    special = {"être": ("sois", "soyons"), "avoir": ("aie", "ayons"), "aller": ("va", "allons")}
    if infinitive in special:
        return special[infinitive][plural_first]
    form = present(infinitive)[3 if plural_first else 1]
    if not plural_first and form.endswith("es"):
        return form[:-1]
    return form


def auxiliary(infinitive: str, reflexive: bool) -> str:
    """être or avoir, for the compound past."""
    return "être" if reflexive or infinitive in ETRE else "avoir"

"""English verb forms: past, participle, gerund, third person."""

# infinitive, past, participle
IRREGULAR = {
    row.split()[0]: tuple(row.split()[1:])
    for row in """\
be was been
have had had
do did done
go went gone
eat ate eaten
drink drank drunk
buy bought bought
sell sold sold
lose lost lost
find found found
forget forgot forgotten
pay paid paid
choose chose chosen
wear wore worn
lend lent lent
give gave given
show showed shown
throw threw thrown
read read read
write wrote written
send sent sent
speak spoke spoken
teach taught taught
take took taken
put put put
break broke broken
light lit lit
sleep slept slept
get got got
sing sang sung
draw drew drawn
meet met met
see saw seen
feed fed fed
leave left left
swim swam swum
run ran run
drive drove driven
ride rode ridden
catch caught caught
cut cut cut
make made made
feel felt felt
sweep swept swept
beat beat beaten
spill spilled spilled
lie lay lain
come came come
wake woke woken
win won won
hurt hurt hurt
begin began begun
say said said
think thought thought
know knew known
tell told told
hear heard heard
become became become
spend spent spent
keep kept kept
grow grew grown
build built built
hold held held
fall fell fallen
bring brought brought
stand stood stood
understand understood understood
hang hung hung
sit sat sat
let let let
set set set
fly flew flown
hide hid hidden
mean meant meant
rise rose risen
blow blew blown
shine shone shone
bite bit bitten""".splitlines()
}
DOUBLING = {
    "cut",
    "get",
    "put",
    "run",
    "swim",
    "forget",
    "shop",
    "chat",
    "stop",
    "plan",
    "begin",
    "jog",
    "sit",
    "hug",
    "win",
    "let",
    "set",
    "nap",
    "wrap",
    "travel",
    "knit",
    "skip",
    "cancel",
    "pet",
}


def past(verb: str) -> str:
    """walked, went, studied."""
    if verb in IRREGULAR:
        return IRREGULAR[verb][0]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return (verb + verb[-1] if verb in DOUBLING else verb) + "ed"


def participle(verb: str) -> str:
    """walked, gone."""
    return IRREGULAR[verb][1] if verb in IRREGULAR else past(verb)


def gerund(verb: str) -> str:
    """walking, making, running."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith("ee") and verb != "be":
        return verb[:-1] + "ing"
    return (verb + verb[-1] if verb in DOUBLING else verb) + "ing"


def third(verb: str) -> str:
    """walks, goes, studies."""
    if verb in {"be", "have"}:
        return {"be": "is", "have": "has"}[verb]
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"

"""Two systems' outputs for real sentences, worse and better, and sacreBLEU's command line."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ENGLISH = """A man in an orange hat is staring at something.
A Boston Terrier is running on lush green grass in front of a white fence.
A girl in a karate uniform breaks a stick with a front kick.
Five people wearing winter jackets and helmets stand in the snow, with snowmobiles behind.
People are fixing the roof of a house.
A man in light-colored clothing photographs a group of men wearing dark suits and hats.
She said: "Don't go there, it's 3.5 km away!"
A boy in a red uniform is attempting to avoid getting out at home plate.
A woman is playing the guitar while her children sing along in the kitchen.
Two dogs play.
The young couple, tired but happy, sat down (at last) by the river & slept.
He doesn't know whether the train that leaves at nine stops in Lyon.
It costs about $1,200.50 a month, doesn't it?
An old man who had lost his keys asked the neighbours for help.
Nobody was home.
Children run after a ball that rolls down the street towards the market.""".splitlines()

CHINESE = """他会说法语和一点德语。
我们昨天晚上在那家新开的饭馆吃了晚饭。
请问，去火车站怎么走？
这本书比那本书贵三块五。
汤姆没有告诉任何人他要去 Boston。
孩子们在公园里追着一个红色的球跑。
如果明天下雨，我们就不去爬山了。
她的哥哥是一名医生，在上海工作。
你为什么不早点告诉我呢？
这个问题太难了，谁也回答不出来。
王先生每天早上六点半起床，然后去跑步。
我不知道他是什么时候离开的。
那只猫睡在窗边的椅子上。
请把窗户关上，外面很冷。
我昨天买了两本关于 Python 3.11 的书。
他们打算下个月去北京旅行。""".splitlines()


class Outputs(NamedTuple):
    language: str
    references: list[str]
    worse: list[str]
    better: list[str]


def damaged(sentence: str, share: float, chance: random.Random) -> str:
    """Drops and swaps some units (words, or characters where there are no spaces)."""
    space = " " if " " in sentence and sentence.isascii() else ""
    units = sentence.split() if space else list(sentence)
    units = [unit for unit in units if chance.random() > share / 2]
    for place in range(len(units) - 1):
        if chance.random() < share / 2:
            units[place], units[place + 1] = units[place + 1], units[place]
    return space.join(units).strip()


def outputs_for(language: str, references: list[str]) -> Outputs:
    chance = random.Random(7)
    return Outputs(
        language,
        references,
        [damaged(sentence, 0.7, chance) for sentence in references],
        [damaged(sentence, 0.25, chance) for sentence in references],
    )


@pytest.fixture(params=["en", "zh"])
def outputs(request) -> Outputs:
    return outputs_for(request.param, ENGLISH if request.param == "en" else CHINESE)


@pytest.fixture
def sacrebleu_command(tmp_path):
    """Runs sacreBLEU's command line on exported files and returns its JSON."""

    def run(references, *systems, language="en", options=(), seed="12345") -> list[dict]:
        paths = []
        for number, sentences in enumerate([references, *systems]):
            path = Path(tmp_path, f"{number}.txt")
            path.write_text("".join(f"{sentence}\n" for sentence in sentences), encoding="utf-8")
            paths.append(str(path))
        language_options = ["--tokenize", "zh" if language == "zh" else "13a"]
        if language in ("zh", "ja"):
            language_options += ["--ter-normalized", "--ter-asian-support"]
        command = [
            sys.executable, "-m", "sacrebleu", paths[0], "-i", *paths[1:], "--width", "10",
            "-m", "bleu", "chrf", "ter", "--format", "json", *language_options, *options,
        ]  # fmt: skip
        environment = {**os.environ, "SACREBLEU_SEED": seed, "PYTHONIOENCODING": "utf-8"}
        output = subprocess.run(
            command, capture_output=True, text=True, check=True, env=environment, encoding="utf-8"
        ).stdout
        return json.loads(output)

    return run

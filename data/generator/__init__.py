"""Deterministic generator of the sample corpora, in the manner of Grammatical Framework.

One abstract syntax (:mod:`~data.generator.syntax`) is linearized three times
(:mod:`~data.generator.english`, :mod:`~data.generator.french`, :mod:`~data.generator.chinese`);
the words and what may be done with them are tables in ``lexicon/``.
"""

"""Other work on the machine must not make an example of Hypothesis fail for its time."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

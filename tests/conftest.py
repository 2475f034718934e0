"""Settings of the whole suite."""

from hypothesis import settings

# A machine that is busy with other things must not fail a property.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

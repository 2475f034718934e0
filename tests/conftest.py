"""Settings of the whole suite."""

from hypothesis import HealthCheck, settings

# A machine that is busy with other things must not fail a property.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

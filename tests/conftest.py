"""How every test runs: hypothesis without a stopwatch, because a busy machine is no bug."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("release", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("release" if os.environ.get("QUARTERDECK_RELEASE") else "ci")

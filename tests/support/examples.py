"""How many generated examples a test tries: few in the suite, many when somebody has the time (PDCA_HYPOTHESIS=long)."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, Phase, settings

MANY: Final = 40 if os.environ.get("PDCA_HYPOTHESIS") == "long" else 1  # read here: tests run without the caller's PDCA_* settings


def wandering(examples: int, steps: int) -> settings:
    """`examples` walks of `steps` steps each."""
    return settings(
        max_examples=examples * MANY,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),  # because a walk that can't go on is no mistake
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink),
        print_blob=True,
    )

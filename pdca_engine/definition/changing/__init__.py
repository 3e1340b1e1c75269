"""From one version to another: what differs, and where running items go."""

"""Everything that is wrong with a workflow, all at once."""

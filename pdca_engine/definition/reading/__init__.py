"""Text to paper: YAML read safely with its places kept, held against the grammar, built."""

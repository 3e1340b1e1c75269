"""One pure function, `decide`, and what it weighs: authority, needs, guards, effects."""

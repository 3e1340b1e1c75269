"""Pure time: durations, month arithmetic, working days, occurrences, catch-up, ladders. Reads no clock and no database.

`nominal` is the wall-clock time a rule names; an *instant* is the UTC moment it falls on. Rules: docs/reference/time.md.
"""

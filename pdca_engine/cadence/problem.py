"""What is wrong with a duration, rule or calendar that somebody wrote."""

from __future__ import annotations

from pdca_engine.errors import BadInput


class BadTime(BadInput, ValueError):
    """{what}"""

    # A ValueError for callers who only ask "is it valid?"; a BadInput so that every face shows it in the reader's language.
    code = "BAD_TIME"

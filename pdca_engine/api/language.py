"""Which of the two languages a request asks for."""

from __future__ import annotations


def asked_language(header: str | None) -> str | None:
    """The best of en and zh in an Accept-Language header (RFC 9110 12.5.4), or None when it names neither."""
    best: tuple[float, str] | None = None
    for part in (header or "").split(","):
        tag, _, weight = part.partition(";")
        language = tag.strip().lower().split("-")[0]
        quality = _quality(weight)
        if language in ("en", "zh") and quality > 0 and (best is None or quality > best[0]):
            best = (quality, language)
    return best[1] if best else None


def _quality(weight: str) -> float:
    try:
        return float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0

"""The pages' own sentences in both languages: English in the templates, Chinese from one .po file compiled into memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from pdca_engine.reports.values import TO_THE_MINUTE, show_day

LANGUAGES = {"en": "English", "zh": "中文"}
HTML_LANGUAGES = {"en": "en", "zh": "zh-Hans"}
_LOCALES = {"en": Locale("en"), "zh": Locale("zh", script="Hans")}
PO_FILE = files("pdca_engine.web") / "locale" / "zh" / "LC_MESSAGES" / "messages.po"


@cache
def translations(language: str) -> NullTranslations:
    """What turns the templates' English into `language` ("en" or "zh")."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    with PO_FILE.open("rb") as text:
        write_mo(compiled, read_po(text, locale="zh"))
    return GNUTranslations(BytesIO(compiled.getvalue()))


def speaker(language: str) -> Callable[[str], str]:
    """The function usually called `_`: an English sentence in, the sentence in `language` out."""
    return translations(language).gettext


def moment_text(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """A moment in the person's zone, to the minute: Dec 14, 2026, 09:30."""
    return format_datetime(moment, TO_THE_MINUTE[language], tzinfo=zone, locale=_LOCALES[language])


def deadline_text(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """The end of a term: a term that ends at midnight ends with the day before (a due date is met until 24:00)."""
    local = moment.astimezone(zone)
    if local.time() == time.min:
        return show_day(local.date() - timedelta(days=1), language)
    return moment_text(moment, language, zone)


def best_language(accepted: str, default: str) -> str:
    """The first language of an Accept-Language header that the pages speak, else `default`."""
    for part in accepted.split(","):
        wanted = part.split(";")[0].strip()[:2].lower()
        if wanted in LANGUAGES:
            return wanted
    return default

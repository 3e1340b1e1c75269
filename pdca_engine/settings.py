"""What an installation can choose: PDCA_* variables, or the same names in one file."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _data_dir() -> Path:
    """The user's data folder by the XDG convention."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "pdca_engine"


class Settings(BaseSettings):
    """One value each; every variable is listed in docs/reference/settings.md (a test compares)."""

    model_config = SettingsConfigDict(env_prefix="PDCA_", env_file=os.environ.get("PDCA_SETTINGS_FILE"), extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=_data_dir, description="Folder for the SQLite file, evidence files and the generated secret")
    database_url: str = Field(
        default="", description="Which store: sqlite:///FILE or postgresql://…; empty means a SQLite file in data_dir"
    )
    timezone: str = Field(default="Asia/Shanghai", description="The organisation's time zone: a due date ends at 24:00 there")
    language: Literal["en", "zh"] = Field(default="en", description="Language for people who have not chosen one")
    calendar: str = Field(default="cn", description="Working-day calendar: cn, de, none, or a file")
    sqlite_synchronous: Literal["FULL", "NORMAL"] = Field(
        default="FULL", description="NORMAL is faster and can lose the last commits in a power cut"
    )
    max_upload_mb: int = Field(default=50, ge=1, description="Largest evidence file, in MiB")
    host: str = Field(default="127.0.0.1", description="Address the web server listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="Port the web server listens on")
    public_url: str = Field(default="", description="The address people use, when a proxy stands in front")
    allowed_hosts: str = Field(default="", description="Further host names the web server answers to, separated by commas")
    admin_login: str = Field(default="", description="Creates this admin account at start, with admin_password")
    admin_password: str = Field(default="", description="Password of the admin account created at start")
    token: str = Field(default="", description="API token the command line acts with")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"no time zone {value!r}; write one like Asia/Shanghai or Europe/Berlin")
        return value

    @cached_property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def store_url(self) -> str:
        """The store that is really used, as SQLAlchemy writes it."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'pdca.db'}"
        return url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def evidence_dir(self) -> Path:
        """Where evidence files lie, by content hash."""
        return self.data_dir / "evidence"

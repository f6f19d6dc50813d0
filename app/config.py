"""Settings: the only reader of the environment. Every name there begins with `JIANTU_`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_DIR = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """What an installation may set. Everything has a default that works on one machine without internet."""

    model_config = SettingsConfigDict(env_prefix="JIANTU_", env_file=".env", extra="ignore")

    database_url: str | None = Field(
        default=None, description="an existing PostGIS server; without it a private one is made"
    )
    public_database_url: str | None = Field(
        default=None,
        description="the same database under the public's login; made by itself with the private server",
    )
    public_limit_ms: int = Field(
        default=2_000, ge=100, description="how long a query of the public's may take"
    )
    only: Literal["public", "staff"] | None = Field(
        default=None, description="serve only the public's pages, or only the staff's"
    )
    public_address: str | None = Field(
        default=None,
        description="where everybody finds the public map, like https://map.example.gov.cn; for QR codes and feeds",
    )
    staff_address: str | None = Field(
        default=None, description="where the staff's pages are, if not at this address"
    )
    hotline_url: str = Field(
        default="tel:12345",
        description="where a problem is reported; {site} {name} {lon} {lat} {url} stand for the place",
    )
    embed_ancestors: str = Field(
        default="'none'",
        description="who may frame /embed, as in CSP: 'self' https://example.gov.cn",
    )
    data_dir: Path | None = Field(
        default=None, description="where the private server and uploaded files live"
    )
    backup_dir: Path | None = Field(
        default=None,
        description="where the private server keeps backups and what was written since, best on another disk",
    )
    city_file: Path = Field(
        default=PROJECT_DIR / "data" / "cities" / "demo.toml",
        description="the city that `jiantu up` sets up",
    )
    staff_database_url: str | None = Field(
        default=None,
        description="on an existing server: the login of the web server, without it database_url's",
    )
    jobs_database_url: str | None = Field(
        default=None,
        description="on an existing server: the login of regular duties and the command line",
    )
    host: str = "127.0.0.1"
    hosts: str = Field(
        default="",
        description="names by which browsers reach the server, with commas; others are refused",
    )
    proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="how many reverse proxies stand in front, whose X-Forwarded headers are believed",
    )
    session_idle_minutes: int = Field(default=120, ge=1, le=10_080)
    session_hours: int = Field(default=168, ge=1, le=8_760)
    port: int = 8000
    workers: int = Field(default=1, ge=1, le=32)
    threads: int = Field(default=8, ge=1, le=64)
    language: Literal["zh", "en"] = "zh"
    secret_key: SecretStr | None = Field(
        default=None, description="signs cookies; without it one is made and kept in the database"
    )
    unit_name: str | None = Field(
        default=None, description="whose map it is, on pictures and sheets; else the city's command"
    )
    map_approval: str = Field(
        default="",
        description="approval number (审图号) of the built-in map, shown at its lower edge",
    )
    base_maps: str = Field(
        default="",
        description="base maps to offer besides the built-in one: tianditu, tianditu-image, osm, amap",
    )
    tianditu_key: SecretStr | None = Field(
        default=None, description="key of the Tianditu service; offers its maps by itself"
    )
    base_map_file: Path | None = Field(
        default=None, description="further base maps: tile addresses and PMTiles files (TOML)"
    )
    webhook_origins: str = Field(
        default="",
        description="where news of watched places may be sent, with commas: https://oapi.dingtalk.com,…",
    )
    smtp_host: str | None = Field(
        default=None, description="mail server for news of watched places"
    )
    smtp_port: int = Field(default=25, ge=1, le=65_535)
    smtp_starttls: bool = Field(
        default=False, description="whether the mail server is spoken to by TLS"
    )
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str = "jiantu@localhost"
    oidc_issuer: str | None = Field(
        default=None,
        description="single sign-on (OpenID Connect): the provider's issuer, like https://sso.example.gov.cn/realms/city",
    )
    oidc_client_id: str | None = Field(
        default=None, description="the name under which this map is known to the provider"
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="its secret there; without one PKCE alone proves who is asking"
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="a file that holds the secret, in place of the setting"
    )
    oidc_scopes: str = "openid profile"
    oidc_name_claim: str = Field(
        default="preferred_username", description="the claim that is the account's name"
    )
    oidc_person_claim: str = Field(
        default="name", description="the claim that is the person's name"
    )
    oidc_unknown: Literal["refuse", "account"] = Field(
        default="refuse",
        description="people without an account are refused, or get one without a place in any unit",
    )
    oidc_ca_file: Path | None = Field(
        default=None,
        description="certificates (PEM) of the authority behind the provider's https, if it is the city's own",
    )
    today: str | None = Field(
        default=None,
        description="a day (YYYY-MM-DD) to show as today, for demonstrations and tests",
    )

    def find_oidc_secret(self) -> str | None:
        """The secret towards the single sign-on provider: the setting, else what the file holds."""
        if self.oidc_client_secret is not None:
            return self.oidc_client_secret.get_secret_value()
        if self.oidc_client_secret_file is not None:
            return self.oidc_client_secret_file.read_text(encoding="utf-8").strip()
        return None

    @property
    def allowed_webhooks(self) -> tuple[str, ...]:
        """Origins to which webhooks may be sent."""
        return tuple(one.strip() for one in self.webhook_origins.split(",") if one.strip())

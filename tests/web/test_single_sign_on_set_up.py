"""How a city sets its provider up: an authority of its own, a secret in a file, an issuer that can be trusted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.config import Settings
from app.single_sign_on import find_provider
from geo.errors import RuleError
from tests.desk import make_desk
from tests.oidc_server import CLIENT_ID, CLIENT_SECRET, running_provider
from tests.signing_on import City

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Server


@pytest.fixture(scope="module")
def desk_url(server: Server) -> str:
    return make_desk(server).url


def test_an_authority_of_the_citys_own_is_believed_when_it_is_named(
    desk_url: str, tmp_path: Path
) -> None:
    authority = tmp_path / "authority.pem"
    with running_provider(make_certificate(tmp_path, authority)) as provider:
        for others, status in (({}, 502), ({"oidc_ca_file": authority}, 303)):
            city = City(desk_url, provider, **others)
            assert city.browser.get("/sign-in/sso").status_code == status
            city.close()


def make_certificate(folder: Path, authority: Path) -> Path:
    """A certificate for this machine that no public authority knows, with its key; the bare certificate besides."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a city's own")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    authority.write_bytes(certificate)
    both = folder / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    both.write_bytes(certificate + secret)
    return both


def test_the_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{CLIENT_SECRET}\n", encoding="utf-8")
    settings = Settings(
        oidc_issuer="https://sso.example",
        oidc_client_id=CLIENT_ID,
        oidc_client_secret_file=secret,
    )
    assert settings.find_oidc_secret() == CLIENT_SECRET
    assert find_provider(settings) is not None
    assert find_provider(Settings()) is None


@pytest.mark.parametrize(
    "issuer", ["http://sso.example", "https://sso.example?a=1", "ftp://sso.example", "https://"]
)
def test_an_issuer_that_cannot_be_trusted_is_refused_at_the_start(issuer: str) -> None:
    with pytest.raises(RuleError):
        find_provider(Settings(oidc_issuer=issuer, oidc_client_id=CLIENT_ID))

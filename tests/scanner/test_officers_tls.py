"""The console over TLS, started as a program: what browsers are told, and what is not answered."""

from __future__ import annotations

import http.client
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.scanner.consoles import Officers
from tests.scanner.test_officers_browser import served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("officers")]


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kind = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()))
    return files


def test_over_tls_browsers_are_told_to_stay_there(officers: Officers, tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    with served(officers, "--tls-cert", str(certificate), "--tls-key", str(key)) as (address, link, errors):
        port = int(urlsplit(address).port or 0)
        assert link.startswith(f"https://localhost:{port}/start/")
        trusted = ssl.create_default_context(cafile=str(certificate))
        browser = http.client.HTTPSConnection("localhost", port, context=trusted, timeout=60)
        browser.request("GET", "/accounts/login/")
        answer = browser.getresponse()
        assert answer.status == 200
        assert int(answer.headers["Strict-Transport-Security"].removeprefix("max-age=").partition(";")[0]) >= 31_536_000
        (cookie,) = answer.headers.get_all("Set-Cookie") or []
        assert cookie.startswith("__Host-sekisho=")
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
        assert b"</html>" in answer.read()
        assert "Server" not in answer.headers
        browser.close()
        plain = http.client.HTTPConnection("localhost", port, timeout=60)
        plain.request("GET", "/accounts/login/")
        with pytest.raises((http.client.HTTPException, OSError)):
            plain.getresponse()
        plain.close()
        unknown = http.client.HTTPSConnection("localhost", port, context=ssl.create_default_context(), timeout=60)
        with pytest.raises(ssl.SSLCertVerificationError):
            unknown.request("GET", "/")
        unknown.close()
        assert errors.read_text(encoding="utf-8") == ""

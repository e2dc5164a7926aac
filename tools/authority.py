"""A certificate authority of a test run: certificates for servers and clients, good ones and all the kinds that must not pass."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NO_PASSPHRASE = serialization.NoEncryption()


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self._key(serialization.Encoding.PEM).decode()

    @property
    def key_pk8(self) -> bytes:
        """PKCS #8 in DER, as the Java driver has it."""
        return self._key(serialization.Encoding.DER)

    def encrypted(self, passphrase: str, *, der: bool = False) -> bytes:
        encoding = serialization.Encoding.DER if der else serialization.Encoding.PEM
        return self._key(encoding, serialization.BestAvailableEncryption(passphrase.encode()))

    def _key(self, encoding: serialization.Encoding, lock: serialization.KeySerializationEncryption = _NO_PASSPHRASE) -> bytes:
        return self.key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, lock)


class Authority:
    """Signs what it is asked to."""

    def __init__(self, name: str = "bascule test authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
            key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        self._certificate = (
            self._begun(subject, self._key, 0, 2)
            .issuer_name(subject)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def pem(self) -> str:
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self._certificate.public_bytes(serialization.Encoding.DER)

    def issue(self, name: str, *hosts: str, expired: bool = False) -> Issued:
        """A certificate whose common name is `name`, for these hosts."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
        made = self._begun(_name(name), key, -4 if expired else 0, -2 if expired else 2).issuer_name(self._certificate.subject)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        return Issued(made.sign(self._key, hashes.SHA256()), key)

    def revoke(self, *issued: Issued) -> bytes:
        """The list of revoked certificates, as PEM."""
        now = datetime.now(UTC)
        crl = x509.CertificateRevocationListBuilder().issuer_name(self._certificate.subject)
        crl = crl.last_update(now - timedelta(minutes=5)).next_update(now + timedelta(days=2))
        for one in issued:
            serial = one.certificate.serial_number
            crl = crl.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build())
        return crl.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    @staticmethod
    def _begun(name: x509.Name, key: ec.EllipticCurvePrivateKey, from_days: int, to_days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        return made.not_valid_before(now + timedelta(days=from_days, minutes=-5)).not_valid_after(now + timedelta(days=to_days))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

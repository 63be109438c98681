"""Where the password comes from, and that it goes nowhere else."""

import datetime
import ipaddress
import json
import os
import pathlib
import shutil
import tempfile
import unittest

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support import MARIADB_PORT, POSTGRESQL_PORT, FunctionTest, client, mariadb, migration, plain, postgresql

CUSTOMERS = plain(migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }"))


class Secrets(FunctionTest):
    def setUp(self):
        super().setUp()
        self.environment["DATABASE_USERNAME"] = self.name
        mariadb(f"CREATE USER {self.name}@'%'; GRANT ALL ON {self.name}.* TO {self.name}@'%'")
        self.addCleanup(mariadb, f"DROP USER {self.name}@'%'")
        self.set_password("first-secret")

    def set_password(self, password):
        mariadb(f"ALTER USER {self.name}@'%' IDENTIFIED BY '{password}'")

    def tearDown(self):
        if self.made:
            log = self.state()["log"]
            for secret in ("first-secret", "second-secret", "wrong-secret"):
                self.assertNotIn(secret, log)
        super().tearDown()

    def test_plain(self):
        self.environment["DATABASE_PASSWORD"] = "first-secret"
        self.succeed(CUSTOMERS)

    def test_in_the_url(self):
        self.environment = {
            "DATABASE_URL": f"mysql2://{self.name}:first-secret@127.0.0.1:{MARIADB_PORT}/{self.name}",
        }
        self.succeed(CUSTOMERS)

    def test_a_wrong_password_is_not_told(self):
        self.environment["DATABASE_PASSWORD"] = "wrong-secret"
        error = self.fail_with("ActiveRecord::DatabaseConnectionError", CUSTOMERS, self.name)
        self.assertNotIn("wrong-secret", json.dumps(error))

    def test_more_than_one(self):
        self.environment |= {"DATABASE_PASSWORD": "first-secret", "DATABASE_PASSWORD_PARAMETER": "/x"}
        self.fail_with("Maglev::ConfigurationError", CUSTOMERS, "more than one source of a password")

    def test_secrets_manager(self):
        client("secretsmanager").create_secret(Name=self.name, SecretString="first-secret")
        self.environment["DATABASE_PASSWORD_SECRET"] = self.name
        self.succeed(CUSTOMERS)

    def test_the_json_that_rds_keeps_and_its_rotation(self):
        said = {
            "username": self.name,
            "password": "first-secret",
            "engine": "mysql",
            "host": "127.0.0.1",
            "port": int(MARIADB_PORT),
            "dbname": self.name,
        }
        secrets = client("secretsmanager")
        arn = secrets.create_secret(Name=self.name, SecretString=json.dumps(said))["ARN"]
        self.environment = {"AWS_ENDPOINT_URL": self.environment["AWS_ENDPOINT_URL"], "DATABASE_PASSWORD_SECRET": arn}
        self.succeed(CUSTOMERS)
        # Rotated: what the warm function keeps is no longer good, and it asks again.
        self.set_password("second-secret")
        secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(said | {"password": "second-secret"}))
        # Who listens hears nothing of the first attempt.
        code, out, error = self.maglev(self.app(), "version")
        self.assertEqual((code, error), (0, ""), out)
        self.assertEqual(self.state()["starts"], 1)
        # Asked again once, and not for ever; and told once.
        self.set_password("third-secret")
        error = self.fail_with("ActiveRecord::DatabaseConnectionError", CUSTOMERS)
        self.assertNotIn("secret", error["errorMessage"])
        code, out, error = self.maglev(self.app(), "version")
        self.assertEqual((code, error.count("Access denied")), (5, 1), out + error)

    def test_parameter_store(self):
        client("ssm").put_parameter(Name=f"/{self.name}/password", Value="first-secret", Type="SecureString")
        self.environment["DATABASE_PASSWORD_PARAMETER"] = f"/{self.name}/password"
        self.succeed(CUSTOMERS)

    def test_what_is_not_there(self):
        self.change(DATABASE_PASSWORD_SECRET=f"/{self.name}/none")
        self.fail_with("Maglev::SecretUnavailable", CUSTOMERS, "DATABASE_PASSWORD_SECRET: Secrets Manager")
        self.change(DATABASE_PASSWORD_SECRET=None, DATABASE_PASSWORD_PARAMETER=f"/{self.name}/none")
        self.fail_with("Maglev::SecretUnavailable", CUSTOMERS, "DATABASE_PASSWORD_PARAMETER: SSM")

    def test_iam_needs_tls(self):
        self.environment["DATABASE_IAM_AUTH"] = "1"
        # This MariaDB has none.
        self.fail_with("ActiveRecord::ConnectionNotEstablished", CUSTOMERS, "SSL is required")


class Tls(FunctionTest):
    adapter = "postgresql"

    @classmethod
    def setUpClass(cls):
        """Turns TLS on in the running PostgreSQL, with a certificate for `localhost` by an authority of ours."""
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tls_"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        authority, key = certificate("An authority of ours", None, None)
        (cls.folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
        server, server_key = certificate("localhost", authority, key)
        data = pathlib.Path(postgresql("SHOW data_directory")[0])
        owner = data.stat()
        text = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        for name, content in (
            ("test.crt", server.public_bytes(serialization.Encoding.PEM)),
            ("test.key", server_key.private_bytes(serialization.Encoding.PEM, *text)),
        ):
            file = data / name
            file.write_bytes(content)
            file.chmod(0o600)
            if os.geteuid() == 0:
                os.chown(file, owner.st_uid, owner.st_gid)
        for setting in ("ssl_cert_file = 'test.crt'", "ssl_key_file = 'test.key'", "ssl = on"):
            postgresql(f"ALTER SYSTEM SET {setting}")
        postgresql("SELECT pg_reload_conf()")

    def setUp(self):
        super().setUp()
        self.environment["DATABASE_URL"] = f"postgresql://postgres@localhost:{POSTGRESQL_PORT}/{self.name}"
        self.wait_for(lambda: postgresql("SHOW ssl") == ["on"], "TLS")

    def test_verify_full(self):
        self.environment |= {"DATABASE_SSL_MODE": "verify-full", "DATABASE_SSL_CA": str(self.folder / "ca.pem")}
        asks = "raise 'no TLS' unless select_value('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')"
        self.succeed(plain(migration("20240101000001", "Asks", asks)))

    def test_iam_verifies_by_itself(self):
        self.environment["DATABASE_IAM_AUTH"] = "1"
        self.fail_with("ActiveRecord::DatabaseConnectionError", CUSTOMERS, "localhost")

    def test_iam(self):
        self.environment |= {"DATABASE_IAM_AUTH": "1", "DATABASE_SSL_CA": str(self.folder / "ca.pem")}
        self.succeed(CUSTOMERS)
        self.assertNotIn("X-Amz-Signature", self.state()["log"])

    def test_another_name(self):
        self.environment |= {"DATABASE_SSL_MODE": "verify-full", "DATABASE_SSL_CA": str(self.folder / "ca.pem")}
        self.environment["DATABASE_URL"] = f"postgresql://postgres@127.0.0.2:{POSTGRESQL_PORT}/{self.name}"
        self.fail_with("ActiveRecord::DatabaseConnectionError", CUSTOMERS)


def certificate(name, issuer, issuer_key):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(issuer_key or key, hashes.SHA256())
    )
    return made, key


if __name__ == "__main__":
    unittest.main()

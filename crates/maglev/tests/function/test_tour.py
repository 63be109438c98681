"""docs/tour.md: a stranger's first hour, as the page shows it. MAGLEV_WRITE_TOUR=1 renews what its commands print."""

import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import unittest

import tour
from support import AWS, ENVIRONMENT, LAMBDA, MAGLEV, MARIADB_PORT, FunctionTest, client, mariadb

REPOSITORY = pathlib.Path(__file__).resolve().parents[4]
PAGE = REPOSITORY / "docs/tour.md"
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_{what}": f"{what}@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Tour(FunctionTest):
    maxDiff = None

    def setUp(self):
        """The function `migrator` beside the database `shop`, its password in Secrets Manager."""
        self.name, self.made = "migrator", True
        mariadb(
            "CREATE DATABASE shop DEFAULT CHARACTER SET utf8mb4; CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'secret'"
        )
        self.addCleanup(mariadb, "DROP USER shop@'127.0.0.1'; DROP DATABASE shop")
        mariadb("GRANT ALL ON shop.* TO shop@'127.0.0.1'")
        client("secretsmanager").create_secret(Name="shop/migrator", SecretString="secret")
        self.client = client("lambda")
        self.environment = {}
        self.change(
            DATABASE_HOST="127.0.0.1",
            DATABASE_PORT=MARIADB_PORT,
            DATABASE_NAME="shop",
            DATABASE_USERNAME="shop",
            DATABASE_PASSWORD_SECRET="shop/migrator",
            AWS_ENDPOINT_URL=AWS,
        )

    def release(self, folder):
        """What install.sh asks for, the binary in it being a line that hands over to the one that is tested."""
        files = folder / "latest/download"
        files.mkdir(parents=True)
        (folder / "maglev").write_text(f"#!/bin/sh\nexec '{MAGLEV}' \"$@\"\n")
        (folder / "maglev").chmod(0o755)
        packages = REPOSITORY / "deploy/packages"
        target = f"{platform.machine()}-unknown-linux-gnu"
        for words in (["pack.py", folder / "maglev", target, files], ["release.py", files]):
            subprocess.run(
                [sys.executable, "-B", packages / words[0], *words[1:]], check=True, stdout=subprocess.DEVNULL
            )
        return f"file://{folder}"

    def test_the_page_is_what_its_commands_print(self):
        with tempfile.TemporaryDirectory() as home:
            folder = pathlib.Path(home, "shop")
            folder.mkdir()
            shutil.copy(REPOSITORY / "install.sh", home)
            environment = {
                **ENVIRONMENT,
                **GIT,
                "HOME": home,
                "RAILS_ENV": "production",
                "AWS_ENDPOINT_URL_LAMBDA": LAMBDA,
                "MAGLEV_BASE_URL": self.release(pathlib.Path(home, "releases")),
            }
            page = PAGE.read_text()
            renewed = tour.run(page, folder, environment)
        if os.environ.get("MAGLEV_WRITE_TOUR"):
            PAGE.write_text(renewed)
        else:
            self.assertEqual(page, renewed)


if __name__ == "__main__":
    unittest.main()

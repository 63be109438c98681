"""What the function's tests share: a function of one's own in the emulator, on a database of one's own.

tests/function/main.rs starts the servers and says in the environment where they are.
"""

import base64
import gzip
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import threading
import time
import unittest
import urllib.request
import uuid
from typing import NamedTuple

import boto3
from botocore.config import Config

MAGLEV = os.environ["MAGLEV"]
LAMBDA = os.environ["LAMBDA_URL"]
AWS = os.environ["AWS_URL"]
MARIADB_PORT = os.environ["MARIADB_PORT"]
POSTGRESQL_PORT = os.environ["POSTGRESQL_PORT"]
TOOLS = os.environ["TOOLS"]
REGION = "eu-central-1"
# As it is: what Debian has in PATH is a wrapper that takes six times as long to start.
PSQL = max(map(str, pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql")), default="psql")
# What a test's process has: credentials that nobody checks, and nothing of this machine's user.
ENVIRONMENT = {
    "PATH": f"{TOOLS}:/usr/local/bin:/usr/bin:/bin",
    "HOME": "/nonexistent",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": AWS,
    "AWS_ENDPOINT_URL_LAMBDA": LAMBDA,
}


class Answer(NamedTuple):
    """Of one invocation: the payload as JSON, and whether it was a function error."""

    payload: dict
    failed: bool
    log: str


def client(service, **config):
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=LAMBDA if service == "lambda" else AWS,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60, **config),
    )


def mariadb(sql, database=None):
    """Runs SQL as root; the lines of what it prints, columns separated by tabs."""
    command = ["mariadb", "--no-defaults", "--batch", "--raw", "--skip-column-names", "--user=root", "--protocol=tcp"]
    command += ["--host=127.0.0.1", f"--port={MARIADB_PORT}", f"--execute={sql}", *([database] if database else [])]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def postgresql(sql, database="postgres"):
    command = [PSQL, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\t"]
    command += ["--set=ON_ERROR_STOP=1", "--username=postgres", "--host=127.0.0.1", f"--port={POSTGRESQL_PORT}"]
    command += [f"--dbname={database}", f"--command={sql}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def migration(version, name, body, parent="ActiveRecord::Migration[8.1]"):
    """(path below db/, source) of a migration with this `change`, or with methods of its own."""
    lines = body if "def " in body else f"def change\n{body}\nend"
    source = f"class {name} < {parent}\n{lines}\nend\n"
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
    return f"migrate/{version}_{snake}.rb", source.encode()


def plain(*files):
    """The plain form: what CI scripts of old send."""
    return {name: base64.b64encode(source).decode() for name, source in files}


def envelope(*files, command="migrate", **options):
    """The envelope, its bundle being what `tar cz db | base64` makes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, source in files:
            info = tarfile.TarInfo(f"db/{name}")
            info.size = len(source)
            archive.addfile(info, io.BytesIO(source))
    bundle = base64.b64encode(gzip.compress(buffer.getvalue())).decode()
    return {"maglev": 1, "command": command, "options": options, "bundle": bundle}


class Background(threading.Thread):
    """Runs a function meanwhile; `result` waits for it, and raises what it raised."""

    def __init__(self, function, *arguments, **options):
        super().__init__(daemon=True)
        self.work = lambda: function(*arguments, **options)
        self.start()

    def run(self):
        try:
            self.value, self.error = self.work(), None
        except BaseException as error:
            self.error = error

    def result(self):
        self.join()
        if self.error:
            raise self.error
        return self.value


class FunctionTest(unittest.TestCase):
    """Each test has a function and a database. `self.environment` can be changed until the function is made."""

    adapter = "mysql2"
    timeout = 60

    def setUp(self):
        self.name = "f" + uuid.uuid4().hex[:12]
        self.made = False
        if self.adapter == "mysql2":
            mariadb(f"CREATE DATABASE {self.name} DEFAULT CHARACTER SET utf8mb4")
            self.addCleanup(mariadb, f"DROP DATABASE IF EXISTS {self.name}")
            host = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": MARIADB_PORT, "DATABASE_NAME": self.name}
        else:
            postgresql(f"CREATE DATABASE {self.name}")
            self.addCleanup(postgresql, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
            host = {"DATABASE_URL": f"postgresql://postgres@127.0.0.1:{POSTGRESQL_PORT}/{self.name}"}
        self.environment = {**host, "AWS_ENDPOINT_URL": AWS}
        self.client = client("lambda")

    def make(self):
        """The function, by Lambda's own API. Its clean-up comes before the database's."""
        if not self.made:
            self.made = True
            self.client.create_function(
                FunctionName=self.name,
                Role="arn:aws:iam::123456789012:role/migrator",
                Code={"ZipFile": b"-"},
                Runtime="provided.al2023",
                Handler="bootstrap",
                Timeout=self.timeout,
                MemorySize=128,
                Environment={"Variables": self.environment},
            )
            self.addCleanup(self.client.delete_function, FunctionName=self.name)

    def change(self, **environment):
        """Other variables for the next start of the function; None takes one away."""
        self.environment = {
            name: value for name, value in (self.environment | environment).items() if value is not None
        }
        if self.made:
            self.client.update_function_configuration(
                FunctionName=self.name, Environment={"Variables": self.environment}
            )

    def invoke(self, event, **options):
        self.make()
        payload = event if isinstance(event, bytes) else json.dumps(event).encode()
        response = self.client.invoke(FunctionName=self.name, Payload=payload, LogType="Tail", **options)
        body = json.loads(response["Payload"].read())
        return Answer(body, "FunctionError" in response, base64.b64decode(response["LogResult"]).decode())

    def succeed(self, event, **options):
        answer = self.invoke(event, **options)
        self.assertFalse(answer.failed, answer.payload)
        return answer.payload

    def fail_with(self, kind, event, pattern=".", **options):
        answer = self.invoke(event, **options)
        self.assertTrue(answer.failed, answer.payload)
        self.assertEqual(answer.payload["errorType"], kind, answer.payload)
        self.assertRegex(answer.payload["errorMessage"], pattern)
        return answer.payload

    def state(self):
        """What the emulator knows: starts, process ids, log, peak memory."""
        with urllib.request.urlopen(f"{LAMBDA}/emulator/functions/{self.name}") as response:
            return json.load(response)

    def will_fail(self, kind, times=1):
        """The next invocations meet this trouble of Lambda's."""
        self.make()
        wish = json.dumps({"function": self.name, "kind": kind, "times": times}).encode()
        urllib.request.urlopen(f"{LAMBDA}/emulator/fail", data=wish).close()

    def will_answer(self, payload, error=None):
        """The next invocation does not run, and is answered so."""
        self.make()
        wish = json.dumps({"function": self.name, "payload": payload, "error": error}).encode()
        urllib.request.urlopen(f"{LAMBDA}/emulator/answer", data=wish).close()

    def sql(self, text):
        return (mariadb if self.adapter == "mysql2" else postgresql)(text, self.name)

    def versions(self):
        return self.sql("SELECT version FROM schema_migrations ORDER BY version")

    def tables(self):
        schema = "DATABASE()" if self.adapter == "mysql2" else "'public'"
        names = self.sql(f"SELECT table_name FROM information_schema.tables WHERE table_schema = {schema}")
        return sorted(set(names) - {"schema_migrations", "ar_internal_metadata"})

    def wait_for(self, condition, what, seconds=20):
        until = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), until, f"{what} did not come")
            time.sleep(0.02)

    def app(self, *files):
        """An app's folder with these files below db/."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="app_"))
        self.addCleanup(shutil.rmtree, folder)
        for name, source in files:
            path = folder / "db" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source)
        return folder

    def run_in(self, folder, *command, **environment):
        """A program in an app's folder, as CI runs it: (exit code, stdout, stderr)."""
        self.make()
        given = {**ENVIRONMENT, **environment}
        done = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    def maglev(self, folder, command, *arguments, **environment):
        return self.run_in(folder, MAGLEV, command, "--function", self.name, *arguments, **environment)

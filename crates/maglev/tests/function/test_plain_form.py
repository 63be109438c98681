"""What CI scripts send to a Rails migrator function today, on a real database, with the password decrypted by KMS."""

import base64
import json
import os
import unittest

from support import AWS, FunctionTest, client, mariadb, migration, plain

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")
ORDERS = migration("20240101000002", "CreateOrders", "create_table(:orders) { |t| t.references :customer }")
# As it stands in such a script, the function's name and the payload apart.
SCRIPT = """set -e
aws lambda invoke --function-name $FUNCTION --payload $PAYLOAD result.txt
cat result.txt
! grep errorMessage result.txt
"""


class PlainForm(FunctionTest):
    def setUp(self):
        super().setUp()
        # The variables that such a function has.
        password = f'pa\'ss {self.name} \\ "quoted"'
        escaped = password.replace("\\", "\\\\").replace("'", "\\'")
        mariadb(f"CREATE USER {self.name}@'%' IDENTIFIED BY '{escaped}'; GRANT ALL ON {self.name}.* TO {self.name}@'%'")
        self.addCleanup(mariadb, f"DROP USER {self.name}@'%'")
        self.password = password
        self.environment |= {
            "DATABASE_USERNAME": self.name,
            "DATABASE_PASSWORD_ENCRYPTED": self.encrypt(),
            "RAILS_LOG_TO_STDOUT": "1",
        }

    def script(self, event):
        payload = json.dumps(event, separators=(",", ":"))
        return self.run_in(self.app(), "bash", "-c", SCRIPT, FUNCTION=self.name, PAYLOAD=payload)

    def test_a_script_for_the_aws_cli(self):
        code, out, error = self.script(plain(CUSTOMERS, ORDERS))
        self.assertEqual(code, 0, out + error)
        self.assertEqual(self.tables(), ["customers", "orders"])
        self.assertEqual(self.versions(), ["20240101000001", "20240101000002"])
        # The environment that Rails would have written.
        self.assertEqual(self.sql("SELECT value FROM ar_internal_metadata WHERE `key` = 'environment'"), ["production"])

        code, out, error = self.script(plain(CUSTOMERS, ORDERS))
        self.assertEqual(code, 0, out + error)

        broken = migration("20240101000003", "Broken", "execute 'SELECT * FROM nowhere'")
        code, out, error = self.script(plain(CUSTOMERS, ORDERS, broken))
        self.assertEqual(code, 1, out + error)
        self.assertIn("errorMessage", out)
        state = self.state()
        self.assertEqual(state["starts"], 1)
        self.assertNotIn(self.password, state["log"] + out + error)
        # RAILS_LOG_TO_STDOUT
        self.assertIn("CREATE TABLE `customers`", state["log"])

    def test_boto3_and_what_the_answer_says(self):
        payload = self.succeed(plain(CUSTOMERS))
        self.assertEqual(payload["status"], "ok")
        self.assertEqual(payload["pending"], 0)
        self.assertEqual([ran["version"] for ran in payload["migrated"]], ["20240101000001"])
        self.assertIn("== 20240101000001 CreateCustomers: migrating", payload["output"])
        self.assertIn("-- create_table(:customers)", payload["output"])
        self.assertGreater(payload["milliseconds"], 0)
        again = self.succeed(plain(CUSTOMERS))
        self.assertEqual((again["migrated"], again["pending"], again["output"]), ([], 0, ""))

    def test_an_answer_that_speaks_of_errors_is_no_error(self):
        speaks = migration("20240101000001", "Speaks", "say '\"errorMessage\": none'")
        code, out, error = self.script(plain(speaks))
        self.assertEqual(code, 0, out + error)

    def test_a_failure_says_what_took_effect(self):
        body = "create_table(:a) { |t| }\nexecute 'SELECT * FROM nowhere'"
        error = self.fail_with(
            "ActiveRecord::StatementInvalid",
            plain(CUSTOMERS, migration("20240101000002", "Breaks", body)),
            "nowhere",
        )
        for part in (
            "20240101000002",
            "Breaks",
            "db/migrate/20240101000002_breaks.rb:4",
            "first statement took effect",
        ):
            self.assertIn(part, error["errorMessage"])
        self.assertIn("20240101000001", error["errorMessage"])
        self.assertIn("db/migrate/20240101000002_breaks.rb:4:in", error["stackTrace"][0])
        self.assertEqual(self.versions(), ["20240101000001"])

    def test_a_refusal_names_the_file(self):
        error = self.fail_with(
            "Maglev::Refused", plain(migration("20240101000001", "Asks", "Customer.find_each(&:touch)"))
        )
        self.assertIn("db/migrate/20240101000001_asks.rb:3: uninitialized constant Customer", error["errorMessage"])
        self.assertEqual(self.tables(), [])

    def encrypt(self, **options):
        kms = client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        blob = kms.encrypt(KeyId=key, Plaintext=self.password.encode(), **options)["CiphertextBlob"]
        return base64.b64encode(blob).decode()

    def test_ciphertext_that_this_function_may_not_decrypt(self):
        wrong = self.encrypt(EncryptionContext={"LambdaFunctionName": "another"})
        for ciphertext in (wrong, "bm8gY2lwaGVydGV4dA==", "not base64"):
            self.change(DATABASE_PASSWORD_ENCRYPTED=ciphertext)
            error = self.fail_with("Maglev::SecretUnavailable", plain(CUSTOMERS), "DATABASE_PASSWORD_ENCRYPTED")
            self.assertNotIn(self.password, str(error))

    def test_ciphertext_of_the_lambda_console(self):
        self.change(DATABASE_PASSWORD_ENCRYPTED=self.encrypt(EncryptionContext={"LambdaFunctionName": self.name}))
        self.succeed(plain(CUSTOMERS))

    def test_nothing_is_written_to_disk(self):
        self.succeed(plain(CUSTOMERS))
        (pid,) = self.state()["pids"]
        opened = [os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]
        self.assertEqual([path for path in opened if path.startswith("/") and not path.startswith("/dev/")], [], AWS)
        with open(f"/proc/{pid}/io") as counters:
            written = {line.split(":")[0]: int(line.split(":")[1]) for line in counters}["write_bytes"]
        self.assertEqual(written, 0)


if __name__ == "__main__":
    unittest.main()

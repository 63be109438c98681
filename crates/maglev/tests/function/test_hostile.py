"""What hostile.py makes, sent to one function: each is refused by name, nothing runs, and the process lives."""

import unittest

import hostile
from support import FunctionTest, migration, plain


class Hostile(FunctionTest):
    def test_events_and_archives(self):
        for name, event, pattern in hostile.cases():
            with self.subTest(name):
                answer = self.invoke(event)
                self.assertTrue(answer.failed, answer.payload)
                self.assertIn(answer.payload["errorType"], ("Maglev::InvalidEvent", "Maglev::InvalidBundle"))
                self.assertRegex(answer.payload["errorMessage"], pattern)
                self.assertLess(len(answer.payload["errorMessage"]), 2000)
        self.lives()

    def test_programs(self):
        self.timeout = 5
        for name, event, pattern in hostile.programs():
            with self.subTest(name):
                answer = self.invoke(event)
                self.assertTrue(answer.failed, answer.payload)
                self.assertRegex(answer.payload["errorMessage"], pattern)
                for leak in ("root:x:0", "uid=0", "AWS_LAMBDA_RUNTIME_API", "Maglev::InternalError"):
                    self.assertNotIn(leak, str(answer.payload))
        self.lives()

    def test_what_is_no_json_does_not_arrive(self):
        with self.assertRaises(self.client.exceptions.InvalidRequestContentException):
            self.invoke(b'{"migrate/a.rb": "')

    def lives(self):
        self.assertEqual([table for table in self.tables() if table.startswith("hostile")], [])
        state = self.state()
        self.assertEqual(state["starts"], 1, state["log"][-2000:])
        # Whatever a bomb is worth, the function has 128 MB.
        self.assertLess(state["peak_kilobytes"], 128 * 1024)
        self.succeed(plain(migration("20240101000009", "CreateCustomers", "create_table(:customers)")))


if __name__ == "__main__":
    unittest.main()

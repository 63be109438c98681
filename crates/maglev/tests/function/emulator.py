"""AWS Lambda for tests, on one port, with Python's standard library only.

It runs the function's real binary under the Lambda runtime API and offers the Invoke API that the AWS CLI, boto3 and the
SDKs speak, with what production does when a function fails, dies, is late, is busy or answers too much. Signatures
are not checked. What a test wants to be otherwise (one more function, another environment, another time-out) goes through
Lambda's own API: CreateFunction, UpdateFunctionConfiguration, PutFunctionConcurrency, DeleteFunction.

    python3 emulator.py --env DATABASE_URL=mysql2://... [--name migrator] [--timeout 900] target/debug/bootstrap
    {"port": 40123}                          the first line on stdout; then ends when its stdin does
    aws lambda invoke --endpoint-url http://127.0.0.1:40123 --function-name migrator ...

For what no client can ask of AWS there is POST /emulator/fail with {"function", "kind", "times"} (see FAILURES in sandbox.py),
POST /emulator/answer with {"function", "payload", "error"}, the answer of a next invocation, which does not run, and
GET /emulator/functions/NAME, which tells what ran: starts, invocations, milliseconds from a process' start to its
first request for work, peak memory, process ids, the whole log.

Absent on purpose: versions other than $LATEST (an alias of --alias means $LATEST), layers, extensions, destinations.
"""

import argparse
import base64
import json
import signal
import sys
import threading
import urllib.parse

from event_stream import event
from sandbox import ACCOUNT, REGION, Function, Handler, Invocation, Refused, Server

SYNCHRONOUS_LIMIT = 6 * 1024 * 1024
ASYNCHRONOUS_LIMIT = 1024 * 1024


def invoke_api(functions, command, aliases):
    """The handler for clients: the part of the Lambda API that they need, and /emulator/..."""

    class InvokeApi(Handler):
        def route(self):
            path, _, query = self.path.partition("?")
            query = dict(urllib.parse.parse_qsl(query))
            parts = [urllib.parse.unquote(part) for part in path.strip("/").split("/")]
            try:
                self.dispatch(parts, query)
            except Refused as refused:
                self.answer(refused.status, refused.body, {"X-Amzn-ErrorType": refused.kind})
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = route

        def dispatch(self, parts, query):
            match [self.command, *parts]:
                case ["POST", "emulator", "fail"]:
                    wish = json.loads(self.body())
                    self.function(wish["function"], {}).failures += [wish["kind"]] * wish.get("times", 1)
                    self.answer(200, {})
                case ["POST", "emulator", "answer"]:
                    wish = json.loads(self.body())
                    self.function(wish.pop("function"), {}).answers.append(wish)
                    self.answer(200, {})
                case ["GET", "emulator", "functions", name]:
                    self.answer(200, self.function(name, {}).state())
                case ["POST", _, "functions", name, "invocations"]:
                    self.invoke(self.function(name, query), self.body())
                case ["POST", _, "functions", name, "response-streaming-invocations"]:
                    self.invoke_streaming(self.function(name, query), self.body())
                case ["POST", _, "functions"]:
                    self.create(json.loads(self.body()))
                case ["GET", _, "functions", name]:
                    function = self.function(name, query)
                    self.answer(
                        200,
                        {
                            "Configuration": function.configuration(),
                            "Concurrency": {"ReservedConcurrentExecutions": function.concurrency},
                        },
                    )
                case ["GET", _, "functions", name, "configuration"]:
                    self.answer(200, self.function(name, query).configuration())
                case ["PUT", _, "functions", name, "configuration"]:
                    function, change = self.function(name, query), json.loads(self.body())
                    function.configure(change)
                    self.answer(200, function.configuration())
                case ["PUT", _, "functions", name, "concurrency"]:
                    function, change = self.function(name, query), json.loads(self.body())
                    function.concurrency = change["ReservedConcurrentExecutions"]
                    self.answer(200, change)
                case ["DELETE", _, "functions", name]:
                    functions.pop(self.function(name, query).name).close()
                    self.answer(204)
                case _:
                    self.body()
                    raise Refused(404, "ResourceNotFoundException", f"no such call: {self.command} {self.path}")

        def function(self, name, query):
            """By name, NAME:QUALIFIER, partial or full ARN."""
            short = name.split("function:")[-1]
            short, _, qualifier = short.partition(":")
            qualifier = query.get("Qualifier") or qualifier or "$LATEST"
            if short not in functions or qualifier not in ("$LATEST", *aliases):
                self.body()
                arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{short}"
                raise Refused(
                    404,
                    "ResourceNotFoundException",
                    f"Function not found: {arn}" + (f":{qualifier}" if qualifier != "$LATEST" else ""),
                )
            return functions[short]

        def create(self, wish):
            name = wish["FunctionName"]
            if name in functions:
                raise Refused(409, "ResourceConflictException", f"Function already exist: {name}")
            functions[name] = Function(
                name,
                command,
                wish.get("Environment", {}).get("Variables", {}),
                wish.get("Timeout", 3),
                wish.get("MemorySize", 128),
            )
            self.answer(201, functions[name].configuration())

        def checked(self, payload, limit):
            if len(payload) > limit:
                raise Refused(
                    413,
                    "RequestTooLargeException",
                    f"Request must be smaller than {limit} bytes for the InvokeFunction operation",
                )
            try:
                json.loads(payload or b"{}")
            except RecursionError:
                # Too deep for Python is not too deep for Lambda.
                pass
            except ValueError as error:
                raise Refused(
                    400, "InvalidRequestContentException", f"Could not parse request body into json: {error}"
                ) from error
            return payload or b"{}"

        def client_context(self):
            try:
                return base64.b64decode(self.headers.get("X-Amz-Client-Context", ""), validate=True).decode()
            except ValueError as error:
                raise Refused(
                    400, "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object"
                ) from error

        def invoke(self, function, payload):
            kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
            payload = self.checked(payload, ASYNCHRONOUS_LIMIT if kind == "Event" else SYNCHRONOUS_LIMIT)
            context = self.client_context()
            if kind == "DryRun":
                return self.answer(204)
            if kind == "Event":
                threading.Thread(target=function.invoke_later, args=(payload, context), daemon=True).start()
                return self.answer(202)
            invocation = Invocation(function, payload, context)
            if function.invoke(invocation):
                return self.hang_up()
            headers = {"X-Amz-Executed-Version": "$LATEST", "X-Amzn-RequestId": invocation.id}
            if invocation.error:
                headers["X-Amz-Function-Error"] = "Unhandled"
            if self.headers.get("X-Amz-Log-Type") == "Tail":
                headers["X-Amz-Log-Result"] = base64.b64encode(invocation.log).decode()
            self.answer(200, invocation.error[1] if invocation.error else bytes(invocation.answer), headers)

        def invoke_streaming(self, function, payload):
            payload = self.checked(payload, SYNCHRONOUS_LIMIT)
            begun = []

            def begin():
                if not begun:
                    begun.append(True)
                    self.send_response(200)
                    for name, value in {
                        "Content-Type": "application/vnd.amazon.eventstream",
                        "Transfer-Encoding": "chunked",
                        "X-Amz-Executed-Version": "$LATEST",
                        "X-Amzn-RequestId": invocation.id,
                        "X-Amzn-Remapped-Content-Type": "application/octet-stream",
                    }.items():
                        self.send_header(name, value)
                    self.end_headers()

            def send(frame):
                try:
                    begin()
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
                except OSError:
                    # The client is gone; the function runs on, as in production.
                    self.close_connection = True

            invocation = Invocation(
                function,
                payload,
                self.client_context(),
                lambda piece: send(event("PayloadChunk", piece, "application/octet-stream")),
            )
            if function.invoke(invocation):
                return self.hang_up()
            complete = {}
            if invocation.error:
                complete = {
                    "ErrorCode": invocation.error[0],
                    "ErrorDetails": invocation.error[1].decode(errors="replace"),
                }
            if self.headers.get("X-Amz-Log-Type") == "Tail":
                complete["LogResult"] = base64.b64encode(invocation.log).decode()
            send(event("InvokeComplete", json.dumps(complete).encode(), "application/json"))
            if not self.close_connection:
                self.wfile.write(b"0\r\n\r\n")

        def hang_up(self):
            self.close_connection = True
            self.connection.shutdown(2)

    return InvokeApi


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--name", default="migrator")
    arguments.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    arguments.add_argument("--timeout", type=float, default=900, metavar="SECONDS")
    arguments.add_argument("--memory", type=int, default=128, metavar="MB")
    arguments.add_argument("--concurrency", type=int, default=1)
    arguments.add_argument("--alias", action="append", default=[])
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("command", nargs="+")
    given = arguments.parse_args()
    function = Function(
        given.name,
        given.command,
        dict(pair.split("=", 1) for pair in given.env),
        given.timeout,
        given.memory,
        given.concurrency,
    )
    functions = {given.name: function}
    server = Server(("127.0.0.1", given.port), invoke_api(functions, given.command, given.alias))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        sys.stdin.buffer.read()
    except KeyboardInterrupt:
        pass
    finally:
        for function in functions.values():
            function.close()


if __name__ == "__main__":
    main()

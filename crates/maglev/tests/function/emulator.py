"""AWS Lambda for tests, on one port, with Python's standard library only.

It runs the function's real binary under the Lambda runtime API and offers the Invoke API that the AWS CLI, boto3 and the
SDKs speak, with what production does when a function fails, dies, is late, is busy or answers too much. Signatures
are not checked. What a test wants to be otherwise (one more function, another environment, another time-out) goes through
Lambda's own API: CreateFunction, UpdateFunctionConfiguration, PutFunctionConcurrency, DeleteFunction.

    python3 emulator.py --env DATABASE_URL=mysql2://... [--name migrator] [--timeout 900] target/debug/maglev
    {"port": 40123}                          the first line on stdout; then ends when its stdin does
    aws lambda invoke --endpoint-url http://127.0.0.1:40123 --function-name migrator ...

For what no client can ask of AWS there is POST /emulator/fail with {"function", "kind", "times"} (see FAILURES), and
GET /emulator/functions/NAME, which tells what ran: starts, invocations, milliseconds from a process' start to its
first request for work, peak memory, process ids, the whole log.

Absent on purpose: versions other than $LATEST (an alias of --alias means $LATEST), layers, extensions, destinations.
"""

import argparse
import base64
import datetime
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from event_stream import event

REGION, ACCOUNT = "eu-central-1", "123456789012"
SYNCHRONOUS_LIMIT = 6 * 1024 * 1024
ASYNCHRONOUS_LIMIT = 1024 * 1024
# What Lambda's documentation names as the limit of an answer: 6 MB and a hundred bytes for its envelope.
ANSWER_LIMIT = SYNCHRONOUS_LIMIT + 100
STREAM_LIMIT = 200 * 1024 * 1024
INIT_SECONDS = 10
LOG_TAIL = 4096
# Before an invocation: status, error type and text. `lost` is different: the function runs, its answer never arrives.
FAILURES = {
    "throttled": (429, "TooManyRequestsException", "Rate Exceeded."),
    "updating": (409, "ResourceConflictException",
                 "The operation cannot be performed at this time. The function is currently in the following state: Pending"),
    "cold": (502, "ResourceNotReadyException",
             "The function is inactive and its VPC connection is no longer available. Try again"),
    "eni": (502, "EC2ThrottledException", "Lambda was throttled by Amazon EC2 while it set up the VPC"),
    "service": (500, "ServiceException", "The Lambda service encountered an internal error"),
    "lost": None,
}


class Refused(Exception):
    """An error of the Lambda API itself: the function did not run."""

    def __init__(self, status, kind, message, **more):
        super().__init__(message)
        self.status, self.kind = status, kind
        self.body = {"Type": "User" if status < 500 else "Service", "message": message, **more}


class Invocation:
    """One event on its way: the sandbox's side sets the outcome, the client's side waits for it."""

    def __init__(self, function, payload, client_context=None, sink=None):
        self.id = str(uuid.uuid4())
        self.payload, self.client_context = payload, client_context
        self.seconds = function.timeout
        self.deadline = None
        # Called with each piece of the answer as it comes, if the client reads a stream.
        self.sink = sink
        self.answer = bytearray()
        self.error = None
        self.log = b""

    def fail(self, kind, message=None, body=None):
        text = f"RequestId: {self.id} Error: {message}" if message else None
        self.error = (kind, body if body is not None else json.dumps({"errorType": kind, "errorMessage": text}).encode())


class Sandbox:
    """One execution environment: a process of the function and the runtime API that it alone talks to."""

    def __init__(self, function):
        self.function = function
        self.changed = threading.Condition()
        self.work = None        # what `next` will hand out
        self.current = None     # what was handed out
        self.answered = False
        self.waiting = False    # the process is in `next`
        self.log = bytearray()
        self.init_error = None
        self.used = False
        self.api = ThreadingHTTPServer(("127.0.0.1", 0), runtime_api(self))
        self.api.daemon_threads = True
        threading.Thread(target=self.api.serve_forever, args=(0.05,), daemon=True).start()
        self.started = time.monotonic()
        self.init_milliseconds = None
        self.process = subprocess.Popen(
            function.command, env=function.process_environment(self.api.server_address[1]), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        threading.Thread(target=self.watch, daemon=True).start()

    def read_log(self):
        while data := os.read(self.process.stdout.fileno(), 65536):
            self.log += data
            self.function.log += data

    def watch(self):
        self.process.wait()
        with self.changed:
            self.changed.notify_all()

    @property
    def alive(self):
        return self.process.poll() is None

    def wait(self, condition, until):
        """Waits for `condition` or the process' end, at most until that moment; whether the condition holds."""
        with self.changed:
            while not condition() and self.alive and time.monotonic() < until:
                self.changed.wait(min(until - time.monotonic(), 5))
            return condition()

    def run(self, invocation):
        """One invocation from its start to the process' request for the next one, its death or the time-out."""
        begun = time.monotonic()
        if not self.waiting and not self.wait(lambda: self.waiting or self.init_error, begun + INIT_SECONDS + invocation.seconds):
            return self.over(invocation, begun)
        if self.init_error:
            invocation.fail(*self.init_error)
            self.kill()
            return self.report(invocation, begun)
        log_from = len(self.log)
        with self.changed:
            invocation.deadline = time.time() + invocation.seconds
            self.work, self.answered, self.waiting = invocation, False, False
            self.changed.notify_all()
        if not self.wait(lambda: self.answered and self.waiting, time.monotonic() + invocation.seconds):
            return self.over(invocation, begun, log_from)
        self.report(invocation, begun, log_from)

    def over(self, invocation, begun, log_from=0):
        """The process is dead or late: what Lambda answers then, and no process stays."""
        if self.alive:
            self.kill()
            invocation.fail("Sandbox.Timedout", f"Task timed out after {invocation.seconds:.2f} seconds")
        else:
            code = self.process.returncode
            reason = (f"with error: signal: {signal.Signals(-code).name[3:].lower()}" if code < 0
                      else f"with error: exit status {code}" if code else "without providing a reason")
            invocation.fail("Runtime.ExitError", f"Runtime exited {reason}")
        self.report(invocation, begun, log_from)

    def report(self, invocation, begun, log_from=0):
        self.reader.join(0.2 if not self.alive else 0)
        milliseconds = (time.monotonic() - begun) * 1000
        function = self.function
        first = "" if self.used else f"\tInit Duration: {self.init_milliseconds or 0:.2f} ms"
        peak = self.peak_memory() or function.peak_memory
        function.peak_memory = max(peak, function.peak_memory)
        self.used = True
        head = f"START RequestId: {invocation.id} Version: $LATEST\n".encode()
        tail = (f"END RequestId: {invocation.id}\nREPORT RequestId: {invocation.id}\tDuration: {milliseconds:.2f} ms\t"
                f"Memory Size: {function.memory} MB\tMax Memory Used: {peak // 1024} MB{first}\n").encode()
        invocation.log = (head + bytes(self.log[log_from:]) + tail)[-LOG_TAIL:]
        function.invocations.append({"id": invocation.id, "milliseconds": milliseconds, "peak_kilobytes": peak,
                                     "error": invocation.error and invocation.error[0]})

    def peak_memory(self):
        """Kilobytes, from the kernel; zero when the process is gone."""
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])
        except (OSError, TypeError):
            return 0

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def close(self):
        self.kill()
        self.api.shutdown()
        self.api.server_close()


class Function:
    """A function by its name: configuration, sandboxes, and a record of what ran."""

    def __init__(self, name, command, environment, timeout=900, memory=128, concurrency=1):
        self.name, self.command, self.environment = name, command, environment
        self.timeout, self.memory, self.concurrency = timeout, memory, concurrency
        self.lock = threading.Lock()
        self.idle, self.busy = [], set()
        self.failures = []
        self.log, self.invocations, self.inits, self.peak_memory = bytearray(), [], [], 0
        self.revision = str(uuid.uuid4())

    @property
    def arn(self):
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"

    def process_environment(self, port):
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "en_US.UTF-8", "TZ": ":UTC", "LAMBDA_TASK_ROOT": "/var/task",
            "_HANDLER": "bootstrap", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "testing",
            "AWS_LAMBDA_FUNCTION_NAME": self.name, "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory), "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}", "AWS_LAMBDA_LOG_STREAM_NAME": "[$LATEST]emulator",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}", **self.environment}

    def configuration(self):
        return {"FunctionName": self.name, "FunctionArn": self.arn, "Runtime": "provided.al2023", "Handler": "bootstrap",
                "Role": f"arn:aws:iam::{ACCOUNT}:role/{self.name}", "Timeout": self.timeout, "MemorySize": self.memory,
                "Environment": {"Variables": self.environment}, "Version": "$LATEST", "State": "Active",
                "LastUpdateStatus": "Successful", "PackageType": "Zip", "RevisionId": self.revision}

    def configure(self, change):
        """A changed configuration replaces idle sandboxes, as in production."""
        with self.lock:
            self.timeout = change.get("Timeout", self.timeout)
            self.memory = change.get("MemorySize", self.memory)
            self.environment = change.get("Environment", {}).get("Variables", self.environment)
            self.revision = str(uuid.uuid4())
            old, self.idle = self.idle, []
        for sandbox in old:
            sandbox.close()

    def invoke(self, invocation):
        lost = self.next_failure()
        sandbox = self.acquire()
        try:
            sandbox.run(invocation)
        finally:
            self.release(sandbox)
        return lost

    def next_failure(self):
        with self.lock:
            kind = self.failures.pop(0) if self.failures else None
        if kind and FAILURES[kind]:
            raise Refused(*FAILURES[kind], **({"Reason": "CallerRateLimitExceeded"} if kind == "throttled" else {}))
        return kind

    def acquire(self):
        with self.lock:
            if len(self.busy) >= self.concurrency:
                raise Refused(*FAILURES["throttled"], Reason="ReservedFunctionConcurrentInvocationLimitExceeded")
            revision = self.revision
            while self.idle:
                sandbox = self.idle.pop()
                if sandbox.alive:
                    break
                sandbox.close()
            else:
                sandbox = Sandbox(self)
            sandbox.revision = revision
            self.busy.add(sandbox)
            return sandbox

    def release(self, sandbox):
        with self.lock:
            self.busy.discard(sandbox)
            keep = sandbox.alive and sandbox.revision == self.revision
            if keep:
                self.idle.append(sandbox)
        if not keep:
            sandbox.close()

    def invoke_later(self, payload, client_context):
        """An Event invocation: a throttled one waits, a failed one runs up to twice more."""
        tries = 0
        while tries < 3:
            invocation = Invocation(self, payload, client_context)
            try:
                self.invoke(invocation)
            except Refused:
                time.sleep(0.1)
                continue
            if not invocation.error:
                return
            tries += 1

    def close(self):
        with self.lock:
            sandboxes, self.idle = [*self.idle, *self.busy], []
        for sandbox in sandboxes:
            sandbox.close()

    def state(self):
        return {"starts": len(self.inits), "init_milliseconds": self.inits, "invocations": self.invocations,
                "peak_kilobytes": self.peak_memory, "pids": [s.process.pid for s in [*self.idle, *self.busy] if s.alive],
                "busy": len(self.busy), "log": self.log.decode(errors="replace")}


class Handler(BaseHTTPRequestHandler):
    """What both APIs share: bodies in and out. No delay, no log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def body(self):
        return b"".join(self.pieces())

    def pieces(self):
        """The body as it comes; what follows a chunked one is left in `self.trailers`."""
        self.trailers = {}
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            yield self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while (line := self.rfile.readline().strip()):
            name, _, value = line.decode("latin-1").partition(":")
            self.trailers[name.strip().lower()] = value.strip()

    def answer(self, status, body=b"", headers=None, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if status != 204:
            self.wfile.write(data)


def runtime_api(sandbox):
    """The handler for one sandbox's process: /2018-06-01/runtime/..."""

    class RuntimeApi(Handler):
        def do_GET(self):
            if not self.path.endswith("/runtime/invocation/next"):
                return self.answer(404, {"errorType": "NotFound", "errorMessage": self.path})
            with sandbox.changed:
                if sandbox.init_milliseconds is None:
                    sandbox.init_milliseconds = (time.monotonic() - sandbox.started) * 1000
                    sandbox.function.inits.append(sandbox.init_milliseconds)
                sandbox.waiting = True
                sandbox.changed.notify_all()
                while sandbox.work is None:
                    sandbox.changed.wait()
                invocation, sandbox.work = sandbox.work, None
                sandbox.current = invocation
            headers = {"Lambda-Runtime-Aws-Request-Id": invocation.id,
                       "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                       "Lambda-Runtime-Invoked-Function-Arn": sandbox.function.arn,
                       "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0"}
            if invocation.client_context:
                headers["Lambda-Runtime-Client-Context"] = invocation.client_context
            self.answer(200, invocation.payload, headers)

        def do_POST(self):
            match = re.fullmatch(r"/[\d-]+/runtime/(?:(init)|invocation/([\w-]+))/(response|error)", self.path)
            if not match:
                self.body()
                return self.answer(404, {"errorType": "NotFound", "errorMessage": self.path})
            init, request, what = match.groups()
            if init:
                return self.init_error(self.body())
            invocation = sandbox.current
            if invocation is None or invocation.id != request or sandbox.answered:
                self.body()
                return self.answer(400, {"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"})
            if what == "error":
                kind = self.headers.get("Lambda-Runtime-Function-Error-Type", "Unhandled")
                invocation.fail(kind, body=self.body())
            else:
                self.response(invocation)
            with sandbox.changed:
                sandbox.answered = True
                sandbox.changed.notify_all()
            if invocation.error and invocation.error[0] == "Function.ResponseSizeTooLarge":
                return self.answer(413, {"errorType": "RequestEntityTooLarge", "errorMessage": "Exceeded maximum allowed payload size"})
            self.answer(202, {"status": "OK"})

        def init_error(self, body):
            with sandbox.changed:
                sandbox.init_error = (self.headers.get("Lambda-Runtime-Function-Error-Type", "Runtime.InitError"), None, body)
                sandbox.changed.notify_all()
            self.answer(202, {"status": "OK"})

        def response(self, invocation):
            streaming = self.headers.get("Lambda-Runtime-Function-Response-Mode") == "streaming"
            for piece in self.pieces():
                invocation.answer += piece
                if streaming and invocation.sink and piece:
                    invocation.sink(piece)
            limit = STREAM_LIMIT if streaming and invocation.sink else ANSWER_LIMIT
            kind = self.trailers.get("lambda-runtime-function-error-type")
            if kind:
                invocation.fail(kind, body=base64.b64decode(self.trailers.get("lambda-runtime-function-error-body", "")))
            elif len(invocation.answer) > limit:
                invocation.fail("Function.ResponseSizeTooLarge",
                                f"Response payload size exceeded maximum allowed payload size ({limit} bytes).")
            elif not streaming and invocation.sink:
                invocation.sink(bytes(invocation.answer))

    return RuntimeApi


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
                    self.answer(200, {"Configuration": function.configuration(),
                                      "Concurrency": {"ReservedConcurrentExecutions": function.concurrency}})
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
                raise Refused(404, "ResourceNotFoundException",
                              f"Function not found: {arn}" + (f":{qualifier}" if qualifier != "$LATEST" else ""))
            return functions[short]

        def create(self, wish):
            name = wish["FunctionName"]
            if name in functions:
                raise Refused(409, "ResourceConflictException", f"Function already exist: {name}")
            functions[name] = Function(name, command, wish.get("Environment", {}).get("Variables", {}),
                                       wish.get("Timeout", 3), wish.get("MemorySize", 128))
            self.answer(201, functions[name].configuration())

        def checked(self, payload, limit):
            if len(payload) > limit:
                raise Refused(413, "RequestTooLargeException",
                              f"Request must be smaller than {limit} bytes for the InvokeFunction operation")
            try:
                json.loads(payload or b"{}")
            except (ValueError, RecursionError) as error:
                raise Refused(400, "InvalidRequestContentException",
                              f"Could not parse request body into json: {error}") from error
            return payload or b"{}"

        def client_context(self):
            try:
                return base64.b64decode(self.headers.get("X-Amz-Client-Context", ""), validate=True).decode()
            except ValueError as error:
                raise Refused(400, "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object") from error

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
                    for name, value in {"Content-Type": "application/vnd.amazon.eventstream", "Transfer-Encoding": "chunked",
                                        "X-Amz-Executed-Version": "$LATEST", "X-Amzn-RequestId": invocation.id,
                                        "X-Amzn-Remapped-Content-Type": "application/octet-stream"}.items():
                        self.send_header(name, value)
                    self.end_headers()

            def send(frame):
                try:
                    begin()
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
                except OSError:
                    # The client is gone; the function runs on, as in production.
                    self.close_connection = True

            invocation = Invocation(function, payload, self.client_context(),
                                    lambda piece: send(event("PayloadChunk", piece, "application/octet-stream")))
            if function.invoke(invocation):
                return self.hang_up()
            complete = {}
            if invocation.error:
                complete = {"ErrorCode": invocation.error[0], "ErrorDetails": invocation.error[1].decode(errors="replace")}
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
    function = Function(given.name, given.command, dict(pair.split("=", 1) for pair in given.env),
                        given.timeout, given.memory, given.concurrency)
    functions = {given.name: function}
    server = ThreadingHTTPServer(("127.0.0.1", given.port), invoke_api(functions, given.command, given.alias))
    server.daemon_threads = True
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

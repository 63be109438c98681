"""A function under Lambda's runtime API: its sandboxes, which are processes, and what becomes of an invocation in one."""

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REGION, ACCOUNT = "eu-central-1", "123456789012"
# What Lambda's documentation names as the limit of an answer: 6 MB and a hundred bytes for its envelope.
ANSWER_LIMIT = 6 * 1024 * 1024 + 100
STREAM_LIMIT = 200 * 1024 * 1024
INIT_SECONDS = 10
LOG_TAIL = 4096
# Before an invocation: status, error type and text. `lost` is different: the function runs, its answer never arrives.
FAILURES = {
    "throttled": (429, "TooManyRequestsException", "Rate Exceeded."),
    "updating": (
        409,
        "ResourceConflictException",
        "The operation cannot be performed at this time. The function is currently in the following state: Pending",
    ),
    "cold": (
        502,
        "ResourceNotReadyException",
        "The function is inactive and its VPC connection is no longer available. Try again",
    ),
    "eni": (502, "EC2ThrottledException", "Lambda was throttled by Amazon EC2 while it set up the VPC"),
    "service": (500, "ServiceException", "The Lambda service encountered an internal error"),
    "unavailable": (503, "ServiceUnavailableException", "Service Unavailable"),
    "large": (413, "RequestTooLargeException", "Request must be smaller than 6291456 bytes"),
    "expired": (403, "ExpiredTokenException", "The security token included in the request is expired"),
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
        self.error = (
            kind,
            body if body is not None else json.dumps({"errorType": kind, "errorMessage": text}).encode(),
        )


class Sandbox:
    """One execution environment: a process of the function and the runtime API that it alone talks to."""

    def __init__(self, function):
        self.function = function
        self.changed = threading.Condition()
        self.work = None  # what `next` will hand out
        self.current = None  # what was handed out
        self.answered = False
        self.waiting = False  # the process is in `next`
        self.log = bytearray()
        self.init_error = None
        self.used = False
        self.api = Server(("127.0.0.1", 0), runtime_api(self))
        threading.Thread(target=self.api.serve_forever, args=(0.05,), daemon=True).start()
        self.started = time.monotonic()
        self.init_milliseconds = None
        self.process = subprocess.Popen(
            function.command,
            env=function.process_environment(self.api.server_address[1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
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
        if not self.waiting and not self.wait(
            lambda: self.waiting or self.init_error, begun + INIT_SECONDS + invocation.seconds
        ):
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
            reason = (
                f"with error: signal: {signal.Signals(-code).name[3:].lower()}"
                if code < 0
                else f"with error: exit status {code}"
                if code
                else "without providing a reason"
            )
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
        tail = (
            f"END RequestId: {invocation.id}\nREPORT RequestId: {invocation.id}\tDuration: {milliseconds:.2f} ms\t"
            f"Memory Size: {function.memory} MB\tMax Memory Used: {peak // 1024} MB{first}\n"
        ).encode()
        invocation.log = (head + bytes(self.log[log_from:]) + tail)[-LOG_TAIL:]
        function.invocations.append(
            {
                "id": invocation.id,
                "milliseconds": milliseconds,
                "peak_kilobytes": peak,
                "error": invocation.error and invocation.error[0],
            }
        )

    def peak_memory(self):
        """Kilobytes, from the kernel; zero when the process is gone."""
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])
        except (OSError, TypeError):
            return 0

    def kill(self):
        # Never a process that is gone already: its number may be another's by now.
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
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
        self.failures, self.answers = [], []
        self.log, self.invocations, self.inits, self.peak_memory = bytearray(), [], [], 0
        self.revision = str(uuid.uuid4())

    @property
    def arn(self):
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"

    def process_environment(self, port):
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": "/var/task",
            "_HANDLER": "bootstrap",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_SESSION_TOKEN": "testing",
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "[$LATEST]emulator",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            **self.environment,
        }

    def configuration(self):
        return {
            "FunctionName": self.name,
            "FunctionArn": self.arn,
            "Runtime": "provided.al2023",
            "Handler": "bootstrap",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/{self.name}",
            "Timeout": self.timeout,
            "MemorySize": self.memory,
            "Environment": {"Variables": self.environment},
            "Version": "$LATEST",
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Zip",
            "RevisionId": self.revision,
        }

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
        if self.answers:
            return self.say(invocation, **self.answers.pop(0))
        sandbox = self.acquire()
        try:
            sandbox.run(invocation)
        finally:
            self.release(sandbox)
        return lost

    def say(self, invocation, payload, error=None):
        """What another release of the function, or another function, would have answered."""
        body = json.dumps(payload).encode()
        if error:
            invocation.fail(error, body=body)
        elif invocation.sink:
            invocation.sink(body)
        else:
            invocation.answer += body

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
        return {
            "starts": len(self.inits),
            "init_milliseconds": self.inits,
            "invocations": self.invocations,
            "peak_kilobytes": self.peak_memory,
            "pids": [s.process.pid for s in [*self.idle, *self.busy] if s.alive],
            "busy": len(self.busy),
            "log": self.log.decode(errors="replace"),
        }


class Server(ThreadingHTTPServer):
    """A server whose clients may go away in the middle, as processes that are killed do."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


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
        while size := self.size():
            yield self.rfile.read(size)
            self.rfile.readline()
        while line := self.rfile.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            self.trailers[name.strip().lower()] = value.strip()

    def size(self):
        line = self.rfile.readline()
        if not line:
            raise ConnectionResetError("the body ended before its end")
        return int(line.split(b";")[0], 16)

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
            headers = {
                "Lambda-Runtime-Aws-Request-Id": invocation.id,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": sandbox.function.arn,
                "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
            }
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
                return self.answer(
                    413, {"errorType": "RequestEntityTooLarge", "errorMessage": "Exceeded maximum allowed payload size"}
                )
            self.answer(202, {"status": "OK"})

        def init_error(self, body):
            with sandbox.changed:
                sandbox.init_error = (
                    self.headers.get("Lambda-Runtime-Function-Error-Type", "Runtime.InitError"),
                    None,
                    body,
                )
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
                invocation.fail(
                    kind, body=base64.b64decode(self.trailers.get("lambda-runtime-function-error-body", ""))
                )
            elif len(invocation.answer) > limit:
                invocation.fail(
                    "Function.ResponseSizeTooLarge",
                    f"Response payload size exceeded maximum allowed payload size ({limit} bytes).",
                )
            elif not streaming and invocation.sink:
                invocation.sink(bytes(invocation.answer))

    return RuntimeApi

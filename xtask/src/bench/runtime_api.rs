//! The Lambda runtime API, as much of it as timing needs: one function process, events one after the other.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// Lambda's longest time-out.
const TIMEOUT: Duration = Duration::from_secs(900);

/// A function that is under way. It asks and answers over connections of its own, so each serves one request.
pub(super) struct Function {
    process: Child,
    listener: TcpListener,
    connection: Option<BufReader<TcpStream>>,
    started: Instant,
    events: usize,
}

impl Function {
    /// Starts it and waits until it asks for its first event.
    pub(super) fn start(command: &mut Command) -> Result<(Self, Duration)> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        command
            .env("AWS_LAMBDA_RUNTIME_API", listener.local_addr()?.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let process = command.spawn().context("cannot start the function")?;
        let mut function = Self { process, listener, connection: None, started, events: 0 };
        function.await_next()?;
        let took = started.elapsed();
        Ok((function, took))
    }

    /// Since the process was started.
    pub(super) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Gives it an event and waits for its answer. It has asked already.
    pub(super) fn invoke(&mut self, event: &str) -> Result<(String, Duration)> {
        self.events += 1;
        let deadline = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)? + TIMEOUT;
        let sent = Instant::now();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\nLambda-Runtime-Aws-Request-Id: bench-{}\r\nLambda-Runtime-Deadline-Ms: {}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:bench\r\n\r\n",
            event.len(),
            self.events,
            deadline.as_millis(),
        );
        self.send(&head, event)?;
        let (line, body) = self.request()?;
        let took = sent.elapsed();
        self.send("HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "")?;
        ensure!(line.contains("/response"), "the function failed: {body}");
        Ok((body, took))
    }

    /// Waits until it asks for an event.
    pub(super) fn await_next(&mut self) -> Result<()> {
        let (line, _) = self.request()?;
        ensure!(line.contains("/invocation/next"), "unexpected request: {line}");
        Ok(())
    }

    /// The most memory that it has had, MB.
    pub(super) fn peak_megabytes(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    }

    fn send(&mut self, head: &str, body: &str) -> Result<()> {
        let mut stream = self.connection.take().context("nothing was asked")?.into_inner();
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        Ok(stream.flush()?)
    }

    /// The next request's first line, and its body.
    fn request(&mut self) -> Result<(String, String)> {
        let (connection, _) = self.listener.accept()?;
        let connection = self.connection.insert(BufReader::new(connection));
        let mut line = String::new();
        ensure!(connection.read_line(&mut line)? > 0, "the function hung up");
        let mut length = 0;
        loop {
            let mut header = String::new();
            connection.read_line(&mut header)?;
            match header.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body)?;
        Ok((line, String::from_utf8_lossy(&body).into_owned()))
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

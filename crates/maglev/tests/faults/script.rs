//! A server that says what a test has it say. Each connection is a thread; what the client does then is its own affair.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Serves each connection with `speak`; answers the port.
pub fn serve(speak: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let speak = std::sync::Arc::new(speak);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let speak = std::sync::Arc::clone(&speak);
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
                // A client that hangs up is what most of these tests want.
                let _ = speak(&mut stream);
                // What was sent last must arrive before the end does.
                let _ = stream.flush();
                let _ = stream.shutdown(std::net::Shutdown::Write);
                let _ = stream.read(&mut [0; 64]);
            });
        }
    });
    port
}

/// Waits for anything from the client, and answers what came.
pub fn hear(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut buffer = vec![0; 64 << 10];
    match stream.read(&mut buffer)? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        count => {
            buffer.truncate(count);
            Ok(buffer)
        }
    }
}

/// Says the same until the client hangs up.
pub fn repeat(stream: &mut TcpStream, text: &[u8]) -> std::io::Result<()> {
    loop {
        stream.write_all(text)?;
    }
}

//! Between the binary and a server: passes on so many packets of the client, then holds everything.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

pub struct Proxy {
    pub port: u16,
    stopped: Receiver<()>,
}

impl Proxy {
    /// The server hears `packets` packets, and answers the last of them to nobody: the client neither hears that nor anything
    /// else.
    pub fn stopping_after(packets: usize, server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, stopped) = channel();
        thread::spawn(move || {
            let Ok((client, _)) = listener.accept() else { return };
            let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
            server.set_nodelay(true).unwrap();
            client.set_nodelay(true).unwrap();
            if pass(client, server, packets) {
                let _ = sender.send(());
            }
        });
        Self { port, stopped }
    }

    /// Whether the last packet came; false when the client ended before.
    pub fn has_stopped(&self, patience: Duration) -> bool {
        self.stopped.recv_timeout(patience).is_ok()
    }
}

/// One at a time, as both protocols have it: a packet of the client, and what the server answers until it waits again.
fn pass(mut client: TcpStream, mut server: TcpStream, packets: usize) -> bool {
    let (mut to_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let (counted, count) = channel();
    let back = thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        let mut last = false;
        while let Ok(read @ 1..) = server.read(&mut buffer) {
            last |= count.try_iter().any(|number| number >= packets);
            if last {
                break;
            }
            if to_client.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        last
    });
    let mut buffer = vec![0; 64 << 10];
    for number in 1..=packets {
        match client.read(&mut buffer) {
            Ok(read @ 1..) => {
                let _ = counted.send(number);
                if to_server.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            _ => {
                let _ = to_server.shutdown(Shutdown::Both);
                return false;
            }
        }
    }
    let stopped = back.join().unwrap_or(false);
    // Whoever holds the other end keeps the connection until it is killed.
    thread::spawn(move || while let Ok(1..) = client.read(&mut buffer) {});
    stopped
}

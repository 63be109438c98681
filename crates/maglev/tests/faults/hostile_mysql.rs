//! What a hostile server of MySQL's protocol can do: be refused, quickly and in little memory.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::bounded::{Bounded, pending};
use crate::script::{hear, repeat, serve};

const CLIENT_SSL: u32 = 1 << 11;
/// What any server of this century can do.
const CAPABILITIES: u32 = 0x0089_a205;
const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];
const EOF: &[u8] = &[0xfe, 0, 0, 2, 0];
/// The run's own limit of memory on the command line.
const MEMORY: usize = 512 << 20;

fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
    let [a, b, c, _] = (payload.len() as u32).to_le_bytes();
    [&[a, b, c, number], payload].concat()
}

fn greeting(capabilities: u32, plugin: &str) -> Vec<u8> {
    let [low, high] = [capabilities as u16, (capabilities >> 16) as u16].map(u16::to_le_bytes);
    let payload = [
        b"\x0a8.4.0\0\x01\0\0\0abcdefgh\0".as_slice(),
        &low,
        &[45, 2, 0],
        &high,
        &[21],
        &[0; 10],
        b"ijklmnopqrst\0",
        plugin.as_bytes(),
        &[0],
    ];
    packet(0, &payload.concat())
}

/// The same packet again and again, numbered as a server numbers them.
fn count(stream: &mut TcpStream, mut number: u8, payload: &[u8]) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        bytes.extend(packet(number, payload));
        number = number.wrapping_add(1);
        if bytes.len() > 1 << 16 {
            stream.write_all(&bytes)?;
            bytes.clear();
        }
    }
}

/// Greets and lets anybody in.
pub fn let_in(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(&greeting(CAPABILITIES, "mysql_native_password"))?;
    hear(stream)?;
    stream.write_all(&packet(2, OK))
}

fn run(options: &str, speak: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Bounded {
    let port = serve(speak);
    pending(&format!("mysql2://root:secret@127.0.0.1:{port}/shop{options}"))
}

/// Both clients, where it matters which.
fn run_trilogy(
    options: &str,
    speak: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
) -> Bounded {
    let port = serve(speak);
    pending(&format!("trilogy://root:secret@127.0.0.1:{port}/shop{options}"))
}

#[test]
fn what_follows_the_greeting_is_not_taken_into_tls() {
    let injecting = |stream: &mut TcpStream| {
        let mut bytes = greeting(CAPABILITIES | CLIENT_SSL, "mysql_native_password");
        // An OK to the login, and to what is asked next: an empty answer.
        bytes.extend(packet(2, OK));
        bytes.extend([packet(1, &[1]), packet(2, EOF), packet(3, EOF)].concat());
        stream.write_all(&bytes)?;
        hear(stream)?;
        hear(stream).map(drop)
    };
    for mode in ["required", "verify_ca", "verify_identity", "preferred"] {
        run(&format!("?ssl_mode={mode}"), injecting).ends(5, "received unencrypted data after the request for TLS");
    }
    run_trilogy("?ssl_mode=verify_identity", injecting).ends(5, "received unencrypted data");
}

#[test]
fn half_a_packet_after_the_greeting_is_not_either() {
    run("?ssl_mode=required", |stream| {
        let mut bytes = greeting(CAPABILITIES | CLIENT_SSL, "mysql_native_password");
        bytes.push(7);
        stream.write_all(&bytes)?;
        hear(stream)?;
        hear(stream).map(drop)
    })
    .ends(5, "received unencrypted data");
}

/// Asks for the password itself, and answers a request for a key with this one. What the client said then is kept.
fn asking(
    key: &'static [u8],
    heard: &Arc<Mutex<Vec<Vec<u8>>>>,
) -> impl Fn(&mut TcpStream) -> std::io::Result<()> + use<> {
    let heard = Arc::clone(heard);
    move |stream| {
        stream.write_all(&greeting(CAPABILITIES, "caching_sha2_password"))?;
        hear(stream)?;
        stream.write_all(&packet(2, &[1, 4]))?;
        heard.lock().unwrap().push(hear(stream)?);
        stream.write_all(&packet(4, &[&[1], key].concat()))?;
        heard.lock().unwrap().push(hear(stream)?);
        Ok(())
    }
}

/// A modulus of zero.
const NOTHING: &[u8] = b"-----BEGIN RSA PUBLIC KEY-----\nMAYCAQACAQM=\n-----END RSA PUBLIC KEY-----\n";
/// Its DER says that it is longer than it is.
const CUT_SHORT: &[u8] = b"-----BEGIN PUBLIC KEY-----\nMIT/////\n-----END PUBLIC KEY-----\n";

#[test]
fn a_password_is_given_over_tcp_only_where_the_configuration_says_so() {
    let heard = Arc::default();
    for bounded in [run("", asking(NOTHING, &heard)), run_trilogy("", asking(NOTHING, &heard))] {
        bounded.ends(5, "Authentication requires secure connection.");
        bounded.ends(5, "get_server_public_key: true");
    }
    let heard = heard.lock().unwrap();
    assert!(heard.iter().all(|bytes| bytes.get(4..) != Some(&[2])), "the client asked for a key: {heard:?}");
}

#[test]
fn a_key_that_is_none_is_refused() {
    for key in [NOTHING, CUT_SHORT] {
        let heard = Arc::default();
        run("?get_server_public_key=true", asking(key, &heard)).ends(5, "the server's public key cannot be used");
        let heard = heard.lock().unwrap();
        assert!(heard.iter().all(|bytes| bytes.get(4..) == Some(&[2])), "the client did more than ask: {heard:?}");
    }
}

#[test]
fn questions_come_to_an_end() {
    let switch = [b"\xfemysql_native_password\0".as_slice(), b"abcdefghijklmnopqrst\0"].concat();
    run("", move |stream| {
        stream.write_all(&greeting(CAPABILITIES, "mysql_native_password"))?;
        for number in (2..=254).step_by(2) {
            hear(stream)?;
            stream.write_all(&packet(number, &switch))?;
        }
        repeat(stream, &packet(0, &switch))
    })
    .ends(5, "Malformed packet");
}

#[test]
fn a_greeting_is_short() {
    run("", |stream| {
        stream.write_all(&[0xff, 0xff, 0xff, 0])?;
        repeat(stream, &vec![10; 1 << 16])
    })
    .ends(5, "Lost connection");
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    for options in ["?connect_timeout=1", "?connect_timeout=1&ssl_mode=required"] {
        let bounded = run(options, |stream| {
            // A byte now and then, so that no single wait is long.
            for byte in greeting(CAPABILITIES | CLIENT_SSL, "mysql_native_password") {
                stream.write_all(&[byte])?;
                std::thread::sleep(Duration::from_millis(400));
            }
            Ok(())
        });
        bounded.ends(5, "reading initial communication packet");
        assert!(bounded.took < Duration::from_secs(10), "it took {:?}", bounded.took);
    }
}

#[test]
fn no_file_is_sent() {
    run("", |stream| {
        let_in(stream)?;
        hear(stream)?;
        stream.write_all(&packet(1, b"\xfb/etc/passwd"))?;
        hear(stream).map(drop)
    })
    .ends(5, "Malformed packet");
}

/// The definition of a column of text.
fn column() -> Vec<u8> {
    [b"\x03def\0\0\0\x01a\0\x0c\x2d\0\xff\xff\0\0\xfd\0\0\0\0\0".as_slice()].concat()
}

#[test]
fn endless_rows_use_up_the_runs_memory_and_no_more() {
    run("", |stream| {
        let_in(stream)?;
        hear(stream)?;
        stream.write_all(&packet(1, OK))?;
        hear(stream)?;
        stream.write_all(&[packet(1, &[1]), packet(2, &column()), packet(3, EOF)].concat())?;
        count(stream, 4, &[&[0xfd, 0, 0, 8], vec![b'a'; 8 << 16].as_slice()].concat())
    })
    .ends_within(1, "bytes of memory that the run has", MEMORY);
}

#[test]
fn endless_columns_are_no_different() {
    run("", |stream| {
        let_in(stream)?;
        hear(stream)?;
        stream.write_all(&packet(1, &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]))?;
        count(stream, 2, &column())
    })
    .ends_within(1, "bytes of memory that the run has", MEMORY);
}

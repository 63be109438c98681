//! What a hostile server of PostgreSQL's protocol can do: be refused, quickly and in little memory.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use crate::bounded::{Bounded, pending};
use crate::script::{hear, repeat, serve};

/// The run's own limit of memory on the command line.
const MEMORY: usize = 512 << 20;

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[tag], (body.len() as u32 + 4).to_be_bytes().as_slice(), body].concat()
}

fn run(options: &str, speak: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Bounded {
    let port = serve(speak);
    pending(&format!("postgresql://app:secret@127.0.0.1:{port}/shop{options}"))
}

pub fn let_in(stream: &mut TcpStream) -> std::io::Result<()> {
    hear(stream)?;
    let version = message(b'S', b"server_version\x0015.3\0");
    stream.write_all(&[message(b'R', &[0; 4]), version, message(b'Z', b"I")].concat())
}

#[test]
fn what_follows_the_answer_about_tls_is_not_taken_into_it() {
    let forged = [message(b'R', &[0; 4]), message(b'Z', b"I")].concat();
    for mode in ["require", "verify-full&sslrootcert=system"] {
        let answer = [b"S".as_slice(), &forged].concat();
        run(&format!("?sslmode={mode}"), move |stream| {
            hear(stream)?;
            stream.write_all(&answer)?;
            hear(stream).map(drop)
        })
        .ends(5, "received unencrypted data after SSL response");
    }
}

#[test]
fn an_error_before_tls_is_nobodys_word() {
    let error = message(b'E', b"SFATAL\0C28000\0Msend your password to evil.example\0\0");
    for mode in ["prefer", "require", "allow"] {
        let error = error.clone();
        let bounded = run(&format!("?sslmode={mode}"), move |stream| {
            if hear(stream)?.len() > 8 {
                return stream.write_all(&message(b'E', b"SFATAL\0C28000\0Mno\0\0"));
            }
            stream.write_all(&error)
        });
        bounded.ends(5, if mode == "allow" { "no" } else { "server sent an error response during SSL exchange" });
    }
    run("?sslmode=prefer", |stream| {
        hear(stream)?;
        stream.write_all(b"X")
    })
    .ends(5, "received invalid response to SSL negotiation: X");
}

#[test]
fn five_bytes_reserve_nothing() {
    for tag in [b'R', b'E', b'N', b'S', b'D', b'!'] {
        run("?sslmode=disable", move |stream| {
            hear(stream)?;
            stream.write_all(&[tag, 0xf0, 0, 0, 0])?;
            repeat(stream, &vec![0; 1 << 16])
        })
        .ends(5, "lost synchronization with server");
    }
}

#[test]
fn questions_and_notices_come_to_an_end() {
    let notice = message(b'N', b"SNOTICE\0C00000\0Mhello\0\0");
    let setting = message(b'S', b"a\0b\0");
    let question = message(b'R', &[0, 0, 0, 3]);
    for (first, endless) in [
        (&[][..], notice.clone()),
        (&[], question),
        (&message(b'R', &[0; 4])[..], notice),
        (&message(b'R', &[0; 4]), setting),
    ] {
        let first = first.to_vec();
        run("?sslmode=disable", move |stream| {
            hear(stream)?;
            stream.write_all(&first)?;
            repeat(stream, &endless)
        })
        .ends(5, "the server does not come to the end of");
    }
}

#[test]
fn a_password_is_not_worked_on_for_ever() {
    run("?sslmode=disable", |stream| {
        hear(stream)?;
        stream.write_all(&message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"))?;
        let initial = hear(stream)?;
        let nonce = String::from_utf8_lossy(&initial).split("r=").nth(1).unwrap_or_default().to_owned();
        stream.write_all(&message(b'R', format!("\0\0\0\x0br={nonce}x,s=QUFB,i=4000000000").as_bytes()))?;
        hear(stream).map(drop)
    })
    .ends(5, "iteration count");
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    for options in ["?connect_timeout=2&sslmode=disable", "?connect_timeout=2"] {
        let bounded = run(options, |stream| {
            if hear(stream)?.len() == 8 {
                stream.write_all(b"S")?;
            }
            for byte in message(b'N', b"SNOTICE\0C00000\0Mhello\0\0") {
                stream.write_all(&[byte])?;
                std::thread::sleep(Duration::from_millis(900));
            }
            Ok(())
        });
        assert!(bounded.took < Duration::from_secs(15), "it took {:?}", bounded.took);
        bounded.ends(5, "");
    }
}

#[test]
fn endless_rows_use_up_the_runs_memory_and_no_more() {
    run("?sslmode=disable", |stream| {
        let_in(stream)?;
        hear(stream)?;
        stream.write_all(&message(b'T', b"\0\x01a\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0"))?;
        let row = [b"\0\x01\0\x08\0\0".as_slice(), &vec![b'a'; 8 << 16]].concat();
        repeat(stream, &message(b'D', &row))
    })
    .ends_within(1, "bytes of memory that the run has", MEMORY);
}

#[test]
fn endless_notices_are_dropped() {
    run("?sslmode=disable", |stream| {
        let_in(stream)?;
        hear(stream)?;
        let notices = message(b'N', b"SNOTICE\0C00000\0Mhello\0\0").repeat(100);
        for _ in 0..1000 {
            stream.write_all(&notices)?;
        }
        stream.write_all(&message(b'E', b"SERROR\0C42000\0Menough\0\0"))?;
        stream.write_all(&message(b'Z', b"I"))?;
        hear(stream).map(drop)
    })
    .ends(1, "enough");
}

#[test]
fn an_answer_out_of_step_ends_the_connection() {
    run("?sslmode=disable", |stream| {
        let_in(stream)?;
        hear(stream)?;
        // More fields than it has, and then what would be the answer to the next statement.
        stream.write_all(&message(b'T', b"\0\x09a\0"))?;
        stream.write_all(&[message(b'C', b"SELECT 0\0"), message(b'Z', b"I")].concat())?;
        hear(stream).map(drop)
    })
    .ends(1, "");
}

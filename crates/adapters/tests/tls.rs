//! Each degree of verification against a server that identifies itself as `db.test` and 127.0.0.1.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use adapters::tls::{self, TlsOptions, Verification};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    Authority { issuer: Issuer::new(params, key), pem }
}

/// Answers each connection with one byte; its port.
fn serve(authority: &Authority) -> u16 {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["db.test".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority.issuer).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let session = ServerConnection::new(Arc::clone(&config)).unwrap();
            // A client that refuses the certificate hangs up.
            let _ = StreamOwned::new(session, stream.unwrap()).write_all(b"!");
        }
    });
    port
}

#[test]
fn verification() {
    let (ours, another) = (authority(), authority());
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: &str| -> PathBuf {
        let path = directory.path().join(name);
        fs::write(&path, contents).unwrap();
        path
    };
    let (known, unknown, empty) = (file("known", &ours.pem), file("unknown", &another.pem), file("empty", ""));
    let port = serve(&ours);
    let check = |verification: Verification, host: &str, authorities: &PathBuf, expected: Result<(), &str>| {
        let options = TlsOptions { verification, authorities: Some(authorities.clone()), identity: None };
        let outcome = tls::handshake(TcpStream::connect(("127.0.0.1", port)).unwrap(), host, &options)
            .and_then(|mut stream| stream.read_exact(&mut [0]));
        let outcome = outcome.map_err(|error| error.to_string());
        match (&outcome, expected) {
            (Ok(()), Ok(())) => {}
            (Err(error), Err(part)) if error.contains(part) => {}
            _ => panic!("{verification:?} of {host} with {authorities:?}: {outcome:?}, not {expected:?}"),
        }
    };
    check(Verification::None, "db.test", &known, Ok(()));
    check(Verification::None, "other.test", &unknown, Ok(()));
    check(Verification::None, "not a name", &unknown, Ok(()));
    check(Verification::Authority, "db.test", &known, Ok(()));
    check(Verification::Authority, "other.test", &known, Ok(()));
    check(Verification::Authority, "db.test", &unknown, Err("invalid peer certificate"));
    check(Verification::Authority, "db.test", &empty, Err("no certificate authority in"));
    check(Verification::Authority, "db.test", &PathBuf::from("/nope"), Err("cannot read /nope"));
    check(Verification::Identity, "db.test", &known, Ok(()));
    check(Verification::Identity, "127.0.0.1", &known, Ok(()));
    check(Verification::Identity, "other.test", &known, Err("not valid for name"));
    check(Verification::Identity, "db.test", &unknown, Err("invalid peer certificate"));
    check(Verification::Identity, "not a name", &known, Err("invalid dns name"));
}

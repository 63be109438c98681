//! Logging in: trust, cleartext, md5 and SCRAM-SHA-256 passwords. Channel binding is never asked for.

use std::io;

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::{md5_hash, sasl};
use postgres_protocol::message::{backend, frontend};

use super::connect::MAX_LOGIN_MESSAGES;
use super::error::ErrorFields;
use super::stream::Connection;

/// Why a login failed.
pub(super) enum Failure {
    Server(ErrorFields),
    Socket(io::Error),
    Client(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Socket(error)
    }
}

/// Answers the server's questions until it says that the login is complete.
pub(super) fn authenticate(connection: &mut Connection, user: &str, password: Option<&str>) -> Result<(), Failure> {
    for _ in 0..MAX_LOGIN_MESSAGES {
        let mut answer = BytesMut::new();
        match connection.receive()? {
            backend::Message::AuthenticationOk => return Ok(()),
            backend::Message::AuthenticationCleartextPassword => {
                frontend::password_message(required(password)?.as_bytes(), &mut answer)?;
            }
            backend::Message::AuthenticationMd5Password(body) => {
                let hash = md5_hash(user.as_bytes(), required(password)?.as_bytes(), body.salt());
                frontend::password_message(hash.as_bytes(), &mut answer)?;
            }
            backend::Message::AuthenticationSasl(body) => {
                scram(connection, &body, required(password)?)?;
                continue;
            }
            backend::Message::ErrorResponse(body) => return Err(Failure::Server(ErrorFields::read(body.fields())?)),
            backend::Message::NoticeResponse(_) => continue,
            _ => return Err(Failure::Client("authentication method not supported\n".into())),
        }
        connection.send(&mut answer)?;
    }
    Err(Failure::Client("the server does not come to the end of its questions\n".into()))
}

fn required(password: Option<&str>) -> Result<&str, Failure> {
    password.ok_or_else(|| Failure::Client("fe_sendauth: no password supplied\n".into()))
}

fn scram(connection: &mut Connection, offer: &backend::AuthenticationSaslBody, password: &str) -> Result<(), Failure> {
    let mut mechanisms = offer.mechanisms();
    let mut offered = false;
    while let Some(mechanism) = mechanisms.next()? {
        offered |= mechanism == sasl::SCRAM_SHA_256;
    }
    if !offered {
        return Err(Failure::Client("none of the server's SASL authentication mechanisms are supported\n".into()));
    }
    let mut scram = sasl::ScramSha256::new(password.as_bytes(), sasl::ChannelBinding::unsupported());
    let mut message = BytesMut::new();
    frontend::sasl_initial_response(sasl::SCRAM_SHA_256, scram.message(), &mut message)?;
    connection.send(&mut message)?;
    match connection.receive()? {
        backend::Message::AuthenticationSaslContinue(body) => scram.update(body.data())?,
        other => return Err(unexpected(other)?),
    }
    frontend::sasl_response(scram.message(), &mut message)?;
    connection.send(&mut message)?;
    match connection.receive()? {
        backend::Message::AuthenticationSaslFinal(body) => Ok(scram.finish(body.data())?),
        other => Err(unexpected(other)?),
    }
}

fn unexpected(message: backend::Message) -> io::Result<Failure> {
    match message {
        backend::Message::ErrorResponse(body) => Ok(Failure::Server(ErrorFields::read(body.fields())?)),
        _ => Ok(Failure::Client("unexpected message from server during authentication\n".into())),
    }
}

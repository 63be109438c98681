//! From the server's greeting to its final OK: capabilities, TLS, authentication.

use mysql_common::auth::plugins::{AuthProc, ChallengeResponsePlugin, Context, Response};
use mysql_common::constants::CapabilityFlags;
use mysql_common::io::ParseBuf;
use mysql_common::packets::{
    AuthPlugin, AuthSwitchRequest, HandshakePacket, HandshakeResponse, OldAuthSwitchRequest, SslRequest,
};
use mysql_common::proto::MySerialize;
use mysql_common::proto::sync_framed::MySyncFramed;

use super::error::ClientError;
use super::options::{ConnectOptions, Endpoint, SslMode};
use super::stream::Stream;
use super::{MAX_PACKET, framed, io_error, public_key, read_packet};

/// `utf8mb4_general_ci`: the charset mysql2 connects with. What the configuration asks for follows with `SET NAMES`.
const CONNECTION_COLLATION: u8 = 45;

/// A login has two or three questions; a server that goes on asking never means to let anybody in.
const MAX_QUESTIONS: usize = 16;
/// caching_sha2_password: the server does not know the password yet and asks for itself.
const PERFORM_FULL_AUTHENTICATION: u8 = 0x04;
/// How a server's key begins.
const PEM: &[u8] = b"-----BEGIN";

/// A nonce has 21 bytes; mysql_common takes the length that a greeting gives for a number with a sign, and computes with it.
const MAX_NONCE: u8 = i8::MAX as u8;

/// What the server said of itself while it let the client in.
pub(super) struct Session {
    pub capabilities: CapabilityFlags,
    pub server_version: String,
    pub thread_id: u32,
}

/// The server's greeting, TLS where it is wanted, and the login by whichever plugin the server asks for.
pub(super) fn log_in(stream: Stream, options: &ConnectOptions) -> Result<(MySyncFramed<Stream>, Session), ClientError> {
    let mut framed = framed(stream);
    let greeting = read_packet(&mut framed, CapabilityFlags::empty())?;
    if nonce_length(&greeting).is_some_and(|length| length > MAX_NONCE) {
        return Err(ClientError::malformed());
    }
    let greeting: HandshakePacket<'_> = ParseBuf(&greeting).parse(()).map_err(|_| ClientError::malformed())?;
    if greeting.protocol_version() != 10 {
        return Err(ClientError::connection(2007, "Protocol mismatch"));
    }
    let tls = wants_tls(options, greeting.capabilities())?;
    let capabilities =
        wanted_capabilities(options, tls) & (greeting.capabilities() | CapabilityFlags::CLIENT_CONNECT_WITH_DB);
    if tls {
        send(&mut framed, &SslRequest::new(capabilities, MAX_PACKET as u32, CONNECTION_COLLATION))?;
        framed = secured(framed, options)?;
    }
    let session = Session {
        capabilities,
        server_version: greeting.server_version_str().into_owned(),
        thread_id: greeting.connection_id(),
    };
    let mut login = Login { framed, capabilities, options, scramble: greeting.nonce() };
    login.authenticate(first_plugin(&greeting))?;
    Ok((login.framed, session))
}

/// The length that a greeting gives its nonce: behind the server's version, which a zero ends, the 21st byte.
fn nonce_length(greeting: &[u8]) -> Option<u8> {
    let version = greeting.iter().skip(1).position(|byte| *byte == 0)?;
    greeting.get(version + 2 + 20).copied()
}

/// Starts TLS. Whatever came after the greeting came before there was TLS, from anybody: it must not be taken for the
/// server's word in the session that begins here.
fn secured(framed: MySyncFramed<Stream>, options: &ConnectOptions) -> Result<MySyncFramed<Stream>, ClientError> {
    let (unread, outgoing, codec, mut stream) = framed.destruct();
    if !unread.is_empty() {
        return Err(ClientError::tls("received unencrypted data after the request for TLS"));
    }
    stream.start_tls(options)?;
    Ok(MySyncFramed::construct(unread, outgoing, codec, stream))
}

fn wants_tls(options: &ConnectOptions, offered: CapabilityFlags) -> Result<bool, ClientError> {
    let offered = offered.contains(CapabilityFlags::CLIENT_SSL);
    match options.ssl_mode {
        SslMode::Disabled => Ok(false),
        // A socket is private already.
        SslMode::Preferred => Ok(offered && matches!(options.endpoint, Endpoint::Tcp { .. })),
        _ if offered => Ok(true),
        _ => Err(ClientError::tls("SSL is required but the server doesn't support it")),
    }
}

/// What mysql2 and Rails set, CLIENT_FOUND_ROWS included; CLIENT_LOCAL_FILES and (unless configured)
/// CLIENT_MULTI_STATEMENTS stay off.
fn wanted_capabilities(options: &ConnectOptions, tls: bool) -> CapabilityFlags {
    let mut flags = CapabilityFlags::CLIENT_LONG_PASSWORD
        | CapabilityFlags::CLIENT_FOUND_ROWS
        | CapabilityFlags::CLIENT_LONG_FLAG
        | CapabilityFlags::CLIENT_PROTOCOL_41
        | CapabilityFlags::CLIENT_TRANSACTIONS
        | CapabilityFlags::CLIENT_SECURE_CONNECTION
        | CapabilityFlags::CLIENT_MULTI_RESULTS
        | CapabilityFlags::CLIENT_PS_MULTI_RESULTS
        | CapabilityFlags::CLIENT_PLUGIN_AUTH
        | CapabilityFlags::CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA;
    flags.set(CapabilityFlags::CLIENT_SSL, tls);
    flags.set(CapabilityFlags::CLIENT_CONNECT_WITH_DB, options.database.is_some());
    flags.set(CapabilityFlags::CLIENT_MULTI_STATEMENTS, options.multi_statements);
    flags
}

/// Only these two are worth a guess; any other is asked for by the server once it has seen the user.
fn first_plugin(greeting: &HandshakePacket<'_>) -> AuthPlugin<'static> {
    match greeting.auth_plugin() {
        Some(AuthPlugin::CachingSha2Password) => AuthPlugin::CachingSha2Password,
        _ => AuthPlugin::MysqlNativePassword,
    }
}

struct Login<'a> {
    framed: MySyncFramed<Stream>,
    capabilities: CapabilityFlags,
    options: &'a ConnectOptions,
    scramble: Vec<u8>,
}

impl Login<'_> {
    fn authenticate(&mut self, plugin: AuthPlugin<'static>) -> Result<(), ClientError> {
        let mut name = plugin_name(&plugin);
        let mut procedure = self.procedure(&plugin)?;
        let first = self.run(&mut procedure, &name, &self.scramble.clone())?;
        self.respond(plugin, first)?;
        for _ in 0..MAX_QUESTIONS {
            let packet = read_packet(&mut self.framed, self.capabilities)?;
            match packet.as_slice() {
                [0x00, ..] => return Ok(()),
                [0x01, challenge @ ..] => {
                    if let Some(answer) = self.run(&mut procedure, &name, challenge)? {
                        self.send_bytes(&answer)?;
                    }
                }
                [0xfe, ..] => {
                    let (plugin, scramble) = switch_request(&packet)?;
                    self.scramble = scramble;
                    name = plugin_name(&plugin);
                    procedure = self.procedure(&plugin)?;
                    let answer = self.run(&mut procedure, &name, &self.scramble.clone())?;
                    self.send_bytes(&answer.unwrap_or_default())?;
                }
                _ => return Err(ClientError::malformed()),
            }
        }
        Err(ClientError::malformed())
    }

    fn procedure(&self, plugin: &AuthPlugin<'_>) -> Result<AuthProc, ClientError> {
        let refusal = match plugin {
            AuthPlugin::MysqlClearPassword if !self.options.cleartext_plugin => Some("plugin not enabled"),
            AuthPlugin::MysqlClearPassword if !self.is_private() => Some("it needs TLS or a socket"),
            AuthPlugin::MysqlOldPassword => Some("it is not safe"),
            _ => None,
        };
        let unavailable = |detail: String| {
            let name = plugin_name(plugin);
            ClientError::connection(2059, format!("Authentication plugin '{name}' cannot be loaded: {detail}"))
        };
        match refusal {
            Some(detail) => Err(unavailable(detail.to_owned())),
            None => plugin.init().map_err(|error| unavailable(error.to_string())),
        }
    }

    fn run(&self, procedure: &mut AuthProc, name: &str, challenge: &[u8]) -> Result<Option<Vec<u8>>, ClientError> {
        self.check_key(procedure, name, challenge)?;
        match procedure.run(self, challenge) {
            Ok(Response::Next { packet } | Response::Last { packet }) => Ok(packet),
            Err(error) => Err(ClientError::authentication(name, error)),
        }
    }

    /// The password itself goes to a server that cannot be known only where the configuration says so, and then only
    /// under a key that is one.
    fn check_key(&self, procedure: &AuthProc, name: &str, challenge: &[u8]) -> Result<(), ClientError> {
        let has_key = challenge.windows(PEM.len()).any(|window| window == PEM);
        let asks_for_password = match procedure {
            _ if self.options.password.is_empty() => false,
            AuthProc::CachingSha2Password(_) => challenge == [PERFORM_FULL_AUTHENTICATION],
            AuthProc::Sha256Password(_) => !has_key,
            _ => false,
        };
        if asks_for_password && !self.is_private() && !self.options.get_server_public_key {
            return Err(ClientError::authentication(
                name,
                "Authentication requires secure connection.\nThe server asks for the password itself, over a connection \
                 without TLS. Set `ssl_mode: required` (or `verify_identity`, with `sslca`), or, where the network can be \
                 trusted, `get_server_public_key: true`",
            ));
        }
        if has_key && !public_key::is_usable(challenge, self.options.password.len() + 1) {
            return Err(ClientError::authentication(name, "the server's public key cannot be used"));
        }
        Ok(())
    }

    fn respond(&mut self, plugin: AuthPlugin<'static>, answer: Option<Vec<u8>>) -> Result<(), ClientError> {
        let response = HandshakeResponse::new(
            Some(answer.unwrap_or_default()),
            // Any version that knows utf8mb4: it only chooses the collation.
            (5, 5, 3),
            Some(self.options.username.as_bytes()),
            self.options.database.as_deref().map(str::as_bytes),
            Some(plugin),
            self.capabilities,
            None,
            MAX_PACKET as u32,
        );
        send(&mut self.framed, &response)
    }

    fn send_bytes(&mut self, mut bytes: &[u8]) -> Result<(), ClientError> {
        self.framed.send(&mut bytes).map_err(|error| ClientError::gone(&io_error(error)))
    }

    fn is_private(&self) -> bool {
        self.framed.get_ref().is_tls() || matches!(self.options.endpoint, Endpoint::Socket(_))
    }
}

impl Context for &Login<'_> {
    fn pass(&self) -> &[u8] {
        self.options.password.as_bytes()
    }

    fn is_ipc_transport(&self) -> bool {
        matches!(self.options.endpoint, Endpoint::Socket(_))
    }

    fn is_tls_transport(&self) -> bool {
        self.framed.get_ref().is_tls()
    }

    fn scramble(&self) -> &[u8] {
        &self.scramble
    }

    fn server_key_pem(&self) -> Option<&[u8]> {
        None
    }
}

fn switch_request(packet: &[u8]) -> Result<(AuthPlugin<'static>, Vec<u8>), ClientError> {
    if packet.len() == 1 {
        return Ok((OldAuthSwitchRequest::new().auth_plugin(), Vec::new()));
    }
    let request: AuthSwitchRequest<'_> = ParseBuf(packet).parse(()).map_err(|_| ClientError::malformed())?;
    Ok((request.auth_plugin().into_owned(), request.plugin_data().to_vec()))
}

fn plugin_name(plugin: &AuthPlugin<'_>) -> String {
    String::from_utf8_lossy(plugin.as_bytes()).into_owned()
}

fn send(framed: &mut MySyncFramed<Stream>, packet: &impl MySerialize) -> Result<(), ClientError> {
    let mut bytes = Vec::new();
    packet.serialize(&mut bytes);
    framed.send(&mut bytes.as_slice()).map_err(|error| ClientError::gone(&io_error(error)))
}

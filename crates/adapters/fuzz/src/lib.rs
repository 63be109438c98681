//! What the fuzz targets do with an input: it is all that a server says to a client that has just connected. Whatever it is, no
//! panic, and an end as soon as the server has nothing more to say.

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use adapters::Bounds;
use adapters::mysql::client::{self as mysql, ConnectOptions, Endpoint, SslMode};
use adapters::postgresql::client::{self as postgresql, ConnectionParameters, Parameter};

/// How many statements a client sends, should it be let in.
const STATEMENTS: usize = 4;

pub fn mysql_client(input: &[u8]) {
    let options = ConnectOptions {
        endpoint: Endpoint::Tcp { host: "db.test".to_owned(), port: 3306 },
        username: "app".to_owned(),
        password: "secret".to_owned(),
        database: Some("shop".to_owned()),
        ssl_mode: SslMode::Disabled,
        ssl_ca: None,
        ssl_identity: None,
        cleartext_plugin: true,
        get_server_public_key: true,
        multi_statements: false,
        init_command: None,
        connect_timeout: Some(Duration::from_secs(5)),
        read_timeout: Some(Duration::from_secs(5)),
        write_timeout: Some(Duration::from_secs(5)),
        bounds: Bounds::default(),
    };
    let Ok(mut client) = mysql::Client::connect_over(server(input), &options) else { return };
    for _ in 0..STATEMENTS {
        if let Ok(result) = client.query(b"SELECT 1") {
            // What the adapter reads of it.
            let _ = adapters::mysql::cast::query_result(result, Bounds::default());
        }
    }
    let _ = client.ping();
}

pub fn postgresql_client(input: &[u8]) {
    let pairs = [("user", "app"), ("password", "secret"), ("dbname", "shop"), ("connect_timeout", "5")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let Ok(parameters) = ConnectionParameters::from_pairs(pairs) else { return };
    let client = postgresql::Client::connect_over(server(input), &parameters, Bounds::default());
    let Ok(mut client) = client else { return };
    let _ = client.set_read_timeout(Some(Duration::from_secs(5)));
    for _ in 0..STATEMENTS {
        let results = [client.exec("SELECT 1"), client.exec_params("SELECT $1", &[Parameter::Null])];
        for result in results.into_iter().flatten() {
            let _ = adapters::postgresql::result::decode(result, true, Bounds::default());
        }
    }
    let _ = (client.take_notices(), client.server_version());
}

/// The client's end of a connection to a server that says this and hangs up.
fn server(input: &[u8]) -> UnixStream {
    let (client, mut server) = UnixStream::pair().expect("a pair of sockets");
    let input = input.to_vec();
    std::thread::spawn(move || {
        if server.write_all(&input).is_ok() {
            let _ = server.shutdown(std::net::Shutdown::Write);
            // What the client says has to go somewhere.
            let _ = std::io::copy(&mut server, &mut std::io::sink());
        }
    });
    client
}

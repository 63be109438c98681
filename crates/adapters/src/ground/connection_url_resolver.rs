//! A database URL as configuration options: database_configurations/connection_url_resolver.rb.

use crate::{Arg, Error, Options, Result};

/// `ConnectionUrlResolver.new(url).to_hash`: blank parts are left out, escapes decoded. The message of an error never
/// repeats the URL, which may hold a password.
pub fn resolve(url: &str) -> Result<Options> {
    if url.trim().is_empty() {
        return Err(Error::argument("Database URL cannot be empty"));
    }
    let (scheme, rest) = url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).ok_or_else(bad_url)?;
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(unescaped());
    }
    let adapter = protocol_adapter(&scheme.replace('-', "_"));
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut options = Options::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        set(&mut options, key, value)?;
    }
    if !rest.starts_with('/') {
        // Opaque: what the URL says stands above the query.
        options.insert("adapter", adapter);
        set(&mut options, "database", rest)?;
        return Ok(options);
    }
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    let mut parts = Options::from([("adapter", Arg::str(adapter.clone()))]);
    let database = if adapter == "sqlite3" { path } else { path.strip_prefix('/').unwrap_or(path) };
    let host = user_and_port(authority, &mut parts)?;
    set(&mut parts, "database", database)?;
    set(&mut parts, "host", host)?;
    options.reverse_update(&parts);
    Ok(options)
}

/// Adds the user, the password and the port; answers the host.
fn user_and_port<'a>(authority: &'a str, parts: &mut Options) -> Result<&'a str> {
    let (user_info, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if !user_info.chars().all(is_user_info) {
        return Err(unescaped());
    }
    if !user_info.is_empty() && host.split(':').next() == Some("") {
        return Err(Error::argument(
            "the database URL has a user and no host; name one (postgresql://user:password@localhost/database), \
             or write `?host=` and `&user=` behind postgresql:///database",
        ));
    }
    let (username, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    set(parts, "username", username)?;
    set(parts, "password", password)?;
    let (host, port) = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or("")),
        None => host.rsplit_once(':').unwrap_or((host, "")),
    };
    if !port.is_empty() {
        // What stands there is the password where a character of it has ended the host.
        parts.insert("port", Arg::Int(i64::from(port.parse::<u16>().map_err(|_| unescaped())?)));
    }
    Ok(host)
}

fn set(options: &mut Options, key: &str, value: &str) -> Result<()> {
    if !value.trim().is_empty() {
        options.insert(key, Arg::str(unescape(value)?));
    }
    Ok(())
}

/// `ActiveRecord.protocol_adapters`
fn protocol_adapter(scheme: &str) -> String {
    match scheme {
        "sqlite" => "sqlite3",
        "mysql" => "mysql2",
        "postgres" => "postgresql",
        other => other,
    }
    .to_owned()
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_'))
}

fn unescape(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()).ok_or_else(unescaped)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| unescaped())?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| bad_url())
}

/// RFC 3986's `userinfo`, its percent signs included.
fn is_user_info(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:%".contains(letter)
}

/// Which character it is would tell one of a password.
fn unescaped() -> Error {
    Error::argument(
        "the database URL cannot be read: special characters of its user, password and database have to be \
         percent-encoded (`@` is %40, `:` %3A, `/` %2F, `#` %23, `?` %3F, `%` %25, a space %20); \
         it looks like mysql2://user:password@host:3306/database",
    )
}

fn bad_url() -> Error {
    Error::argument("the database URL is not a URL; it looks like mysql2://user:password@host:3306/database")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers recorded from Active Record 8.1.3.1.
    #[test]
    fn urls_are_resolved_as_rails_does() {
        let recorded = [
            (
                "mysql2://root@127.0.0.1:3306/shop",
                r#"{:adapter=>"mysql2", :username=>"root", :port=>3306, :database=>"shop", :host=>"127.0.0.1"}"#,
            ),
            (
                "mysql2://us%40er:p%3Ass@db.example.com/shop?encoding=utf8mb4&ssl_mode=required",
                r#"{:adapter=>"mysql2", :username=>"us@er", :password=>"p:ss", :database=>"shop", :host=>"db.example.com", :encoding=>"utf8mb4", :ssl_mode=>"required"}"#,
            ),
            ("trilogy://u@h/d", r#"{:adapter=>"trilogy", :username=>"u", :database=>"d", :host=>"h"}"#),
            ("postgres://localhost/x", r#"{:adapter=>"postgresql", :database=>"x", :host=>"localhost"}"#),
            ("postgresql:///x?host=/var/run", r#"{:adapter=>"postgresql", :database=>"x", :host=>"/var/run"}"#),
            ("sqlite3:db/test.sqlite3", r#"{:adapter=>"sqlite3", :database=>"db/test.sqlite3"}"#),
            ("sqlite3:/abs/x.sqlite3", r#"{:adapter=>"sqlite3", :database=>"/abs/x.sqlite3"}"#),
            ("sqlite3:///abs/y.sqlite3", r#"{:adapter=>"sqlite3", :database=>"/abs/y.sqlite3"}"#),
            ("sqlite3::memory:", r#"{:adapter=>"sqlite3", :database=>":memory:"}"#),
            ("sqlite:x.sqlite3?timeout=100", r#"{:timeout=>"100", :adapter=>"sqlite3", :database=>"x.sqlite3"}"#),
            ("mysql://h", r#"{:adapter=>"mysql2", :host=>"h"}"#),
            ("mysql2://[::1]:3307/d", r#"{:adapter=>"mysql2", :port=>3307, :database=>"d", :host=>"::1"}"#),
            (
                "postgresql://u:@h/d?database=other",
                r#"{:adapter=>"postgresql", :username=>"u", :database=>"other", :host=>"h"}"#,
            ),
        ];
        for (url, expected) in recorded {
            assert_eq!(resolve(url).unwrap().inspect(), expected, "{url}");
        }
    }

    /// Rails says URI::InvalidURIError of each.
    #[test]
    fn what_is_not_escaped_is_told() {
        let check = |url: &str, expected: &str| {
            let error = resolve(url).unwrap_err();
            assert!(error.message().contains(expected), "{url}: {}", error.message());
            assert!(!error.message().contains("secret"), "{url}");
        };
        for letter in ["@", "#", "/", "?", "%", "[", " ", "é", "^", "\"", "<", "{", "|", "\\", "`"] {
            check(&format!("mysql2://u:secret{letter}secret@h/d"), "percent-encoded");
        }
        check("sqlite3:db/a b.sqlite3", "percent-encoded");
        for url in ["postgres://u:secret@/db", "postgres://u@/db", "postgres://u:secret@:5432/db"] {
            check(url, "has a user and no host");
        }
        assert!(resolve("mysql2://u:p!$&'()*+,;=~-._w@h/d").is_ok());
        assert!(resolve("postgres:///db").is_ok());
    }

    #[test]
    fn bad_urls_keep_their_secrets() {
        for url in
            ["", "  ", "no scheme", "mysql2://u:sec ret@h/d", "mysql2://u:secret@h:99999/d", "mysql2://u:%zz@h/d"]
        {
            let error = resolve(url).unwrap_err();
            assert!(!error.message().contains("secret"), "{url}");
        }
    }
}

//! The app's credentials, for the ERB of config/database.yml: active_support/encrypted_file.rb and message_encryptor.rb.
//! On the command line only; a function's database is in its environment.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::app::folder::{AppFolder, Closed};
use crate::env_vars;

/// The credentials' YAML. Err: why it cannot be read.
pub(crate) fn read(folder: &AppFolder, environment: &str) -> Result<String, String> {
    let content =
        first_of(folder, [&format!("config/credentials/{environment}.yml.enc"), "config/credentials.yml.enc"])?;
    let Some((path, content)) = content else {
        return Err("there is no config/credentials.yml.enc".to_owned());
    };
    let key = match env_vars::get(env_vars::RAILS_MASTER_KEY) {
        Some(key) => Some((env_vars::RAILS_MASTER_KEY.to_owned(), key)),
        None => first_of(folder, [&format!("config/credentials/{environment}.key"), "config/master.key"])?,
    };
    let Some((key_path, key)) = key else {
        return Err(format!(
            "{path} cannot be decrypted: neither RAILS_MASTER_KEY nor config/master.key (or config/credentials/{environment}.key) \
             is there"
        ));
    };
    decrypt(&content, &key).ok_or_else(|| format!("{path} cannot be decrypted with the key of {key_path}"))
}

/// The first of two files that is there, and its path.
fn first_of(folder: &AppFolder, paths: [&str; 2]) -> Result<Option<(String, String)>, String> {
    for path in paths {
        match folder.shared_setting(path) {
            Ok(content) => {
                let content = String::from_utf8_lossy(&content).trim().to_owned();
                return Ok(Some((path.to_owned(), content)));
            }
            Err(Closed::Missing) => {}
            Err(error) => return Err(format!("cannot read {path}: {error}")),
        }
    }
    Ok(None)
}

/// `MessageEncryptor#decrypt_and_verify` of AES-128-GCM: data, nonce and tag, each in base64.
fn decrypt(message: &str, key: &str) -> Option<String> {
    let key = UnboundKey::new(&AES_128_GCM, &hexadecimal(key.trim())?).ok()?;
    let mut parts = message.split("--").map(|part| BASE64.decode(part).ok());
    let (mut data, nonce, tag) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || tag.len() != AES_128_GCM.tag_len() {
        return None;
    }
    data.extend(tag);
    let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
    let plain = LessSafeKey::new(key).open_in_place(nonce, Aad::empty(), &mut data).ok()?;
    String::from_utf8(serialized(plain)?).ok()
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    digits.map(|pair| pair.filter(|pair| pair.len() == 2).and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect()
}

/// The text in Marshal's form, or in JSON's.
fn serialized(bytes: &[u8]) -> Option<Vec<u8>> {
    let Some(rest) = bytes.strip_prefix(&[4, 8]) else {
        return serde_json::from_slice::<String>(bytes).ok().map(String::into_bytes);
    };
    // With an encoding, or without.
    let rest = rest.strip_prefix(b"I").unwrap_or(rest).strip_prefix(b"\"")?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0 => (0, rest),
        1..=4 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(*first))?;
            (bytes.iter().rev().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        6..=127 => (usize::from(*first) - 5, rest),
        _ => return None,
    };
    rest.get(..length).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "22d94fddad85a76c0b182d2f06d75b67";
    /// Made by `ActiveSupport::EncryptedFile#write` of 8.1.3.1.
    const MESSAGE: &str =
        "K3YMbEoe/1q1zASD0EY9ZGFxW/44rUMgGusVEd5sVRboqxJEMg==--ggwVNml0NRQmdNPi--7zTBNazFIGtlxDyOvZKMQQ==";
    const LONG: &str = concat!(
        "jMab1pvOgPjwddBznC7okD+S8VDnoYXE6dsBmw7IWGHOyQq9JpUMCcZ9fpINHSB07lEHNbResvVI2XClNru38l/DxwW8CeJnEmsO",
        "5diDhKYpfQj3ZGQaUF4HnmhzhkJb/s3tC9Lb/L2l2dk99eXKdGs3J2gT7bmi1nzTvEe8ZKm4puzYDrTAYIWV28sLOVKl9bFqmOvP",
        "JaWyyjQmWK3JtMPO71yUnI5KZzVZQqUkXNmp919xAaZrnkFgUHq4pQlR7ARO68YFttyJh61pjsLUck8ZpWri7LT19VkvBLU+2QLH",
        "LhumaqkhcEZGBM9axXinThVDIGFF7nMGk6PRQ10AMam8f0ek0S/fL7+BU9f2LFUPpIETCriD2P1+IcmRcIaJv4YU9V0FcFqTPDy5",
        "tLNzAqLx23n6IypOnv5Mi/JIikB1VXpvJ6XmT6chD5Y6YEnkxwTiYTIa5t3n2vp1U6l4qAdeRbLdd0HEP5wjahx5jeHBDESewRbV",
        "y8T9ztpDx+aZLAN5B9t9O/ChPsa5rvP/howX0GDRmxGUoGFLpUDsOucTQjwZIZF2ziQUITkNqcJ4JGnmW4OaWTohGKqfd9ywuab0",
        "9F5XZas3nlxtUF+0kavwdNoCOBc13jOGBEuF/Qs/R/Uq8+t9ruZ6eZanl4g99Lhy3TmXRQPsJ1ekp1j8taaZyUCFvZwrnHtg04j2",
        "D5HuRBJ6CrRknYvJ4CMr8LeUJpfvET7iePEmfpkRnmv8alUbm2U9psTD5V7IFwHteBYqNUZS1K1BEjZpG0oSJnJUMzokzc1cUcEq",
        "BLz//cpLh6Kxxl3wnSR9v9/R7sM6on3gu1WuCCaNzqE1Co84tBAtEsAKOoBPM2lgVhXBy+Qh/7S8K8hKckmYU97/X+eutfzmZQOU",
        "YEO5HcWNH7bIcm1aJ7nAv2NCuYuoCBBqwJMQrdvQaTl7CIRUoRKobfmoiT1OZIS5oS44Ak2Uc9pFYjsZB4Kwp0UXMxvnJDr46TOx",
        "40QsQb2ibfae3qz0wwGTM9Gx0LvonkZDuFziEEcd9OWZPo5PjFmriAMa6Ypab8DyhiqRrvgaGH5nfHRU0K5xO6VvGbvfMra/fsys",
        "TaVzAaYGxLeNYczeMBRLtqr+fps1ATlBcFtJbXQf3eXSj6EAlo0ZjXgdUQMFiG5XHJk/USQ7gAy5SlKIap2YIm2zoCBk0KoihC+Z",
        "eQhTT/3R0ouLYtke6ZyzKGW5KL2jDp6PuQQQ5CgxEp4ljS5LkQvdkWwc3qlXmpVDANLbno2wvW8/Otx3yIwQAUHAOlXY1uefDCS3",
        "q8Z4gFJJsJZBPZWIrjoXVpP6eRXZk4W3aRqHKe5WyLmXkF+gvA==--YOvNoWtWQVu1zNSj--8R8GOpvesKg3tH1V+OORrA=="
    );

    #[test]
    fn what_rails_has_encrypted_is_read() {
        assert_eq!(decrypt(MESSAGE, KEY).as_deref(), Some("db:\n  password: \"p@ss: ü\"\n"));
        assert_eq!(decrypt(LONG, KEY).map(|text| text.len()), Some(1000));
    }

    #[test]
    fn what_is_not_of_the_key_is_not_read() {
        let other = "0".repeat(32);
        for (message, key) in
            [(MESSAGE, other.as_str()), (MESSAGE, "00"), (MESSAGE, "zz"), (MESSAGE, ""), ("a--b--c", KEY), ("", KEY)]
        {
            assert_eq!(decrypt(message, key), None);
        }
        assert_eq!(
            decrypt(&MESSAGE.replacen(&MESSAGE[..1], if MESSAGE.starts_with('A') { "B" } else { "A" }, 1), KEY),
            None
        );
        for bytes in [&b"\x04\x08I\""[..], b"\x04\x08\"\x02\x01", b"\x04\x08\"\x7f", b"\x04\x08i\x06", b"", b"{}"] {
            assert_eq!(serialized(bytes), None);
        }
        assert_eq!(serialized(b"\"json\"").as_deref(), Some(&b"json"[..]));
    }
}

//! Signed envelopes: with MAGLEV_TRUSTED_KEYS set, a function runs only what a holder of one of the keys has asked for,
//! of this function, in the last quarter of an hour. Ed25519 (RFC 8032).

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::envelope::{Envelope, Options};

const MAX_AGE: SignedDuration = SignedDuration::from_mins(15);
/// What a clock may be ahead.
const MAX_SKEW: SignedDuration = SignedDuration::from_mins(2);
const PUBLIC_KEY_LENGTH: usize = 32;
/// What comes before the key in `openssl pkey -pubout -outform DER` (RFC 8410).
const PUBLIC_KEY_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// What a signature vouches for.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    pub function: String,
    pub signed_at: Timestamp,
    pub command: String,
    pub options: Options,
    /// Of the archive as it is sent, hexadecimal.
    pub bundle_sha256: String,
}

/// The name of the function that `NAME[:QUALIFIER]` or an ARN means.
pub fn function_name(function: &str) -> &str {
    let parts: Vec<_> = function.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "lambda", _, _, "function", name, ..] => name,
        // ACCOUNT:function:NAME
        [_, "function", name, ..] => name,
        [name, ..] => name,
        [] => function,
    }
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads a PKCS#8 PEM file, as `openssl genpkey -algorithm ed25519` writes it.
pub fn read_key(path: &Path) -> Result<Ed25519KeyPair> {
    let hint = "make one with `openssl genpkey -algorithm ed25519`";
    let der = PrivatePkcs8KeyDer::from_pem_file(path)
        .map_err(|error| anyhow!("cannot read the key {}: {error}\nhint: {hint}", path.display()))?;
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der())
        .map_err(|error| anyhow!("{} holds no ed25519 key: {error}\nhint: {hint}", path.display()))
}

/// An envelope without its bundle.
pub fn sign(signed: &Signed, key: &Ed25519KeyPair) -> Result<Envelope> {
    let text = serde_json::to_string(signed)?;
    let signature = key.sign(text.as_bytes());
    Ok(Envelope {
        maglev: crate::envelope::VERSION,
        key: Some(BASE64.encode(key.public_key().as_ref())),
        signature: Some(BASE64.encode(signature.as_ref())),
        signed: Some(text),
        ..Envelope::default()
    })
}

/// The keys of MAGLEV_TRUSTED_KEYS: base64 of 32 bytes, or of the DER that openssl writes, apart by commas or spaces.
pub fn trusted_keys(text: &str) -> Result<Vec<[u8; PUBLIC_KEY_LENGTH]>> {
    let words = text.split([',', ' ', '\n']).filter(|word| !word.is_empty());
    let keys = words.map(public_key).collect::<Result<Vec<_>>>()?;
    if keys.is_empty() {
        bail!("MAGLEV_TRUSTED_KEYS is set, and has no key");
    }
    Ok(keys)
}

fn public_key(word: &str) -> Result<[u8; PUBLIC_KEY_LENGTH]> {
    let bytes = BASE64.decode(word).context("MAGLEV_TRUSTED_KEYS: a key is not base64")?;
    let key = bytes.strip_prefix(&PUBLIC_KEY_INFO).unwrap_or(&bytes);
    key.try_into().map_err(|_| anyhow!("MAGLEV_TRUSTED_KEYS: a key is not an ed25519 public key"))
}

/// What an envelope asks for, if one of `trusted` signed it for `function` not long before `now`.
pub fn verify(
    envelope: &Envelope,
    trusted: &[[u8; PUBLIC_KEY_LENGTH]],
    function: &str,
    now: Timestamp,
) -> Result<Signed> {
    let (Some(text), Some(key), Some(signature)) = (&envelope.signed, &envelope.key, &envelope.signature) else {
        bail!("this function accepts signed payloads only (`--sign KEYFILE`)");
    };
    if envelope.command.is_some() || envelope.options.is_some() {
        bail!("a signed payload has `command` and `options` in its signed part only");
    }
    let key = BASE64.decode(key).context("`key` is not base64")?;
    let signature = BASE64.decode(signature).context("`signature` is not base64")?;
    if !trusted.iter().any(|trusted| trusted[..] == key[..]) {
        bail!("the payload is signed with a key that this function does not trust");
    }
    UnparsedPublicKey::new(&ED25519, &key)
        .verify(text.as_bytes(), &signature)
        .map_err(|_| anyhow!("the payload's signature is wrong"))?;
    let signed: Signed = serde_json::from_str(text).context("the signed part of the payload cannot be read")?;
    if signed.function != function {
        bail!("the payload is signed for the function `{}`; this is `{function}`", signed.function);
    }
    let age = now.duration_since(signed.signed_at);
    if age > MAX_AGE || age < -MAX_SKEW {
        bail!("the payload was signed at {}, and now it is {now}; at most 15 minutes are accepted", signed.signed_at);
    }
    Ok(signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
    }

    fn signed() -> Signed {
        Signed {
            function: "migrator".to_owned(),
            signed_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            command: "migrate".to_owned(),
            options: Options::default(),
            bundle_sha256: sha256(b""),
        }
    }

    #[test]
    fn only_what_was_signed_for_here_and_now_is_accepted() {
        let trusted = trusted_keys(&BASE64.encode(key().public_key().as_ref())).unwrap();
        let check = |envelope: &Envelope, function: &str, now: &str, expected: &str| {
            let verdict = verify(envelope, &trusted, function, now.parse().unwrap());
            let text = verdict.map_or_else(|error| error.to_string(), |signed| signed.command);
            assert!(text.contains(expected), "{text}");
        };
        let now = "2026-01-02T03:10:00Z";
        let good = sign(&signed(), &key()).unwrap();
        check(&good, "migrator", now, "migrate");
        check(&good, "other", now, "signed for the function `migrator`");
        check(&good, "migrator", "2026-01-02T03:19:06Z", "at most 15 minutes");
        check(&good, "migrator", "2026-01-02T03:00:00Z", "at most 15 minutes");
        check(&Envelope::default(), "migrator", now, "signed payloads only");
        let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap();
        check(&sign(&signed(), &other).unwrap(), "migrator", now, "does not trust");
        let text = good.signed.as_ref().map(|text| text.replace("migrate", "rollback"));
        check(&Envelope { signed: text, ..good.clone() }, "migrator", now, "signature is wrong");
        check(&Envelope { command: Some("down".to_owned()), ..good }, "migrator", now, "signed part only");
    }

    #[test]
    fn keys_are_raw_or_as_openssl_writes_them() {
        let raw = key().public_key().as_ref().to_vec();
        let info = [&PUBLIC_KEY_INFO[..], &raw].concat();
        let text = format!("{}, {}", BASE64.encode(&raw), BASE64.encode(info));
        assert_eq!(trusted_keys(&text).unwrap(), [&raw[..], &raw[..]]);
        assert!(trusted_keys("").is_err());
        assert!(trusted_keys("AAAA").is_err());
    }

    #[test]
    fn functions_have_names() {
        let check = |function: &str| assert_eq!(function_name(function), "migrator", "{function}");
        check("migrator");
        check("migrator:live");
        check("arn:aws:lambda:eu-west-1:123456789012:function:migrator");
        check("arn:aws:lambda:eu-west-1:123456789012:function:migrator:live");
        check("123456789012:function:migrator");
    }
}

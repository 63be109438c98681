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
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::envelope::Envelope;

const MAX_AGE: SignedDuration = SignedDuration::from_mins(15);
/// What a clock may be ahead.
const MAX_SKEW: SignedDuration = SignedDuration::from_mins(2);
/// An ed25519 public key.
pub(crate) type TrustedKey = [u8; 32];
/// From when a signature is made to when no clock accepts it any more.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_mins(20);
/// What comes before the key in `openssl pkey -pubout -outform DER` (RFC 8410).
const PUBLIC_KEY_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// What a signature vouches for.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signed {
    /// The function's ARN, with the qualifier under which it is invoked.
    pub function: String,
    pub signed_at: Timestamp,
    /// Makes every signature another one.
    pub nonce: String,
    pub command: String,
    pub options: Map<String, Value>,
    /// Of the archive as it is sent, hexadecimal.
    pub bundle_sha256: String,
}

/// The function that a signature is for: its ARN, for a name means another function in another account or region.
pub(crate) fn function_arn(function: &str) -> Result<&str> {
    match function.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "lambda", region, account, "function", name, rest @ ..]
            if rest.len() <= 1 && ![*region, *account, *name].contains(&"") =>
        {
            Ok(function)
        }
        _ => bail!(
            "a signature is for one function: name it by its ARN, not as `{function}`\n\
             hint: aws lambda get-function-configuration --function-name NAME --query FunctionArn"
        ),
    }
}

/// A random nonce, hexadecimal.
pub(crate) fn nonce() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no random numbers: {error}"))?;
    Ok(hexadecimal(&bytes))
}

fn is_nonce(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Of a public key, base64: the sum of the DER that `openssl pkey -pubout -outform DER` writes, as `openssl dgst -sha256` has it.
pub(crate) fn fingerprint(key: &str) -> Option<String> {
    let key = BASE64.decode(key).ok()?;
    Some(sha256(&[&PUBLIC_KEY_INFO[..], &key].concat()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Reads a PKCS#8 PEM file, as `openssl genpkey -algorithm ed25519` writes it.
pub(crate) fn read_key(path: &Path) -> Result<Ed25519KeyPair> {
    let hint = "make one with `openssl genpkey -algorithm ed25519`";
    let der = PrivatePkcs8KeyDer::from_pem_file(path)
        .map_err(|error| anyhow!("cannot read the key {}: {error}\nhint: {hint}", path.display()))?;
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der())
        .map_err(|error| anyhow!("{} holds no ed25519 key: {error}\nhint: {hint}", path.display()))
}

/// An envelope without its bundle.
pub(crate) fn sign(signed: &Signed, key: &Ed25519KeyPair) -> Result<Envelope> {
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
pub(crate) fn trusted_keys(text: &str) -> Result<Vec<TrustedKey>> {
    let keys = crate::env_vars::words(text).map(public_key).collect::<Result<Vec<_>>>()?;
    if keys.is_empty() {
        bail!("MAGLEV_TRUSTED_KEYS is set, and has no key; unset it where payloads need not be signed");
    }
    Ok(keys)
}

fn public_key(word: &str) -> Result<TrustedKey> {
    let bytes = BASE64.decode(word).context("MAGLEV_TRUSTED_KEYS: a key is not base64")?;
    let key = bytes.strip_prefix(&PUBLIC_KEY_INFO).unwrap_or(&bytes);
    key.try_into().map_err(|_| anyhow!("MAGLEV_TRUSTED_KEYS: a key is not an ed25519 public key"))
}

/// What an envelope asks for, if one of `trusted` signed it for the ARN `function` not long before `now`.
pub(crate) fn verify(envelope: &Envelope, trusted: &[TrustedKey], function: &str, now: Timestamp) -> Result<Signed> {
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
    if !is_nonce(&signed.nonce) {
        bail!("the payload's nonce is not 32 hexadecimal digits");
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

    const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:migrator";

    fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
    }

    fn signed() -> Signed {
        Signed {
            function: ARN.to_owned(),
            signed_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            nonce: "0123456789abcdef0123456789abcdef".to_owned(),
            command: "migrate".to_owned(),
            options: Map::new(),
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
        check(&good, ARN, now, "migrate");
        for other in ["arn:aws:lambda:eu-west-1:210987654321:function:migrator", &format!("{ARN}:live"), "migrator"] {
            check(&good, other, now, "signed for the function `arn:aws:lambda:eu-west-1:123456789012");
        }
        let guessed = Signed { nonce: String::new(), ..signed() };
        check(&sign(&guessed, &key()).unwrap(), ARN, now, "nonce");
        check(&good, ARN, "2026-01-02T03:19:06Z", "at most 15 minutes");
        check(&good, ARN, "2026-01-02T03:00:00Z", "at most 15 minutes");
        check(&Envelope::default(), ARN, now, "signed payloads only");
        let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap();
        check(&sign(&signed(), &other).unwrap(), ARN, now, "does not trust");
        let text = good.signed.as_ref().map(|text| text.replace("migrate", "rollback"));
        check(&Envelope { signed: text, ..good.clone() }, ARN, now, "signature is wrong");
        check(&Envelope { command: Some("down".to_owned()), ..good }, ARN, now, "signed part only");
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
    fn a_signature_is_for_an_arn() {
        for arn in [ARN, &format!("{ARN}:live"), "arn:aws-cn:lambda:cn-north-1:123456789012:function:m:$LATEST"] {
            assert_eq!(function_arn(arn).unwrap(), arn);
        }
        for other in ["migrator", "migrator:live", "123456789012:function:migrator", "arn:aws:lambda:::function:m", ""]
        {
            assert!(function_arn(other).unwrap_err().to_string().contains("by its ARN"), "{other}");
        }
    }

    #[test]
    fn nonces_differ() {
        let (one, other) = (nonce().unwrap(), nonce().unwrap());
        assert!(is_nonce(&one) && is_nonce(&other) && one != other);
    }
}

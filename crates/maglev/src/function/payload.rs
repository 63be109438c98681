//! The event: the plain form or the envelope, checked before anything of it is used.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde_json::{Map, Value};

use anyhow::{Context as _, Result, anyhow, bail};

use super::answer::{Outcome, failed};
use super::databases::folders;
use super::invocation::Invocation;
use super::secrets::Secrets;
use crate::aws::trouble::Trouble;
use crate::bundle::Bundle;
use crate::envelope::{Envelope, MAGLEV_VERSION, S3Object, VERSION};
use crate::exit::Exit;
use crate::once::Once;
use crate::request::{Migrate, Parts, Request};
use crate::signature::{self, TrustedKey, sha256};
use crate::{aws, env_vars};

/// An archive in S3 may be larger than one in an event, and still has to fit into the function's memory.
const MAX_S3_OBJECT: i64 = 32 << 20;

/// What an event asks for.
pub(crate) struct Asked {
    /// The command's name.
    pub command: String,
    pub request: Request,
    content: Content,
    /// Of the archive, where it was signed.
    signed_sha256: Option<String>,
    /// The key that signed it, base64, where the function trusts it.
    pub key: Option<String>,
    /// What lets it run once, where it had to be signed.
    pub once: Option<Arc<Once>>,
}

enum Content {
    /// The plain form.
    Files(Bundle),
    Archive(Vec<u8>),
    S3(S3Object),
}

/// Reads an event. Err: the event has another shape, or may not be asked for.
pub(crate) fn read(invocation: &Invocation) -> Result<Asked> {
    read_event(&invocation.body, &invocation.function_arn)
}

/// Reads an event that nobody waits for, and unpacks what it brings.
pub(crate) fn try_event(body: &[u8]) {
    if let Ok(asked) = read_event(body, "arn:aws:lambda:eu-west-1:123456789012:function:maglev") {
        let archive = match &asked.content {
            Content::Archive(bytes) => Some(bytes.clone()),
            Content::Files(_) | Content::S3(_) => None,
        };
        let _ = unpack(&asked, archive);
        let _ = super::databases::wanted(asked.request.common());
    }
}

fn read_event(body: &[u8], function_arn: &str) -> Result<Asked> {
    let event: Value = serde_json::from_slice(body).context("the event is not JSON")?;
    let Value::Object(event) = event else { bail!(unknown_event()) };
    // Set to nothing, it is no permission.
    let trusted = env_vars::get_even_empty(env_vars::MAGLEV_TRUSTED_KEYS);
    let trusted = trusted.map(|keys| signature::trusted_keys(&keys)).transpose()?;
    if event.contains_key("maglev") {
        return read_envelope(event, trusted.as_deref(), function_arn);
    }
    if trusted.is_some() {
        bail!("this function accepts signed payloads only (`maglev migrate --sign KEYFILE`)");
    }
    let bundle = plain_form(event)?;
    let request = Request::Migrate(Migrate::default());
    let command = "migrate".to_owned();
    Ok(Asked { command, request, content: Content::Files(bundle), signed_sha256: None, key: None, once: None })
}

fn unknown_event() -> String {
    "the event is neither {\"migrate/FILE.rb\": BASE64, ...} nor an envelope {\"maglev\": 1, \"command\": ..., \
     \"bundle\": BASE64}"
        .to_owned()
}

fn read_envelope(event: Map<String, Value>, trusted: Option<&[TrustedKey]>, function: &str) -> Result<Asked> {
    match event.get("maglev").and_then(Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        _ => bail!("the envelope's version is {}; this function knows version {VERSION}", event["maglev"]),
    }
    let envelope: Envelope = serde_json::from_value(Value::Object(event))
        .with_context(|| format!("the envelope cannot be read (this function is Maglev {MAGLEV_VERSION})"))?;
    let (mut key, mut once) = (None, None);
    let (command, options, signed_sha256) = match (trusted, &envelope.signed) {
        (Some(keys), _) => {
            let signed = signature::verify(&envelope, keys, function, Timestamp::now())?;
            key.clone_from(&envelope.key);
            once = Some(Arc::new(Once::new(signed.nonce, signed.signed_at)));
            (signed.command, signed.options, Some(signed.bundle_sha256))
        }
        // Nobody to ask whether the key is a good one: the content is what counts.
        (None, Some(text)) => {
            let signed: signature::Signed =
                serde_json::from_str(text).context("the signed part of the payload cannot be read")?;
            (signed.command, signed.options, Some(signed.bundle_sha256))
        }
        (None, None) => {
            let command = envelope.command.clone().context("the envelope has no `command`")?;
            (command, envelope.options.clone().unwrap_or_default(), None)
        }
    };
    let request = Request::from_parts(Parts { command: command.clone(), options })?;
    let content = match (envelope.bundle, envelope.s3) {
        (Some(text), None) => Content::Archive(decode("bundle", &text)?),
        (None, Some(object)) => Content::S3(object),
        (None, None) if request.is_reading() => Content::Files(Bundle::new()),
        (None, None) => bail!("the envelope has neither `bundle` nor `s3`; `{command}` needs the migrations"),
        (Some(_), Some(_)) => bail!("the envelope has both `bundle` and `s3`"),
    };
    Ok(Asked { command, request, content, signed_sha256, key, once })
}

/// `{"migrate/x.rb": BASE64}`, paths below `db/`, or from the app's root behind `./`. None at all: there is nothing to do. What a folder has besides
/// migrations (`.keep`, `README.md`, `x.rb~`) goes along, and Rails' pattern for migrations does not find it.
fn plain_form(event: Map<String, Value>) -> Result<Bundle> {
    let mut bundle = Bundle::new();
    for (name, content) in event {
        // An event of another service has plain names.
        let is_file = name.contains(['/', '.']);
        let Some(text) = content.as_str().filter(|_| is_file) else { bail!("{}: found {name:?}", unknown_event()) };
        let path = match name.strip_prefix("./") {
            Some(from_root) => from_root.to_owned(),
            None if name.starts_with("db/") => name.clone(),
            None => format!("db/{name}"),
        };
        bundle.insert(&path, decode(&name, text)?)?;
    }
    Ok(bundle)
}

/// base64, line ends left out: `base64` of coreutils wraps.
fn decode(name: &str, text: &str) -> Result<Vec<u8>> {
    let text: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(text).map_err(|error| anyhow!("{name:?} is not base64, or is cut off: {error}"))
}

impl Asked {
    /// The archive, fetched from S3 where it is there. None: the files came one by one.
    pub(crate) async fn archive(&self, secrets: &Secrets) -> Result<Option<Vec<u8>>, Outcome> {
        match &self.content {
            Content::Files(_) => Ok(None),
            Content::Archive(bytes) => Ok(Some(bytes.clone())),
            Content::S3(object) => fetch(object, secrets)
                .await
                .map(Some)
                .map_err(|error| failed("Maglev::BundleUnavailable", &error, Exit::Unreachable)),
        }
    }

    /// Hexadecimal, where there is an archive.
    pub(crate) fn sha256(&self) -> Option<String> {
        match &self.content {
            Content::Archive(bytes) => Some(sha256(bytes)),
            _ => self.signed_sha256.clone(),
        }
    }
}

/// The files, from the archive where there is one.
pub(crate) fn unpack(asked: &Asked, archive: Option<Vec<u8>>) -> Result<Bundle, Outcome> {
    let unusable = |error: anyhow::Error| failed("Maglev::InvalidBundle", &error, Exit::Usage);
    let expected = asked.signed_sha256.as_deref();
    if expected.is_some_and(|expected| expected != sha256(archive.as_deref().unwrap_or_default())) {
        return Err(unusable(anyhow!("the bundle is not the one that was signed")));
    }
    let mut bundle = match (&asked.content, archive) {
        (Content::Files(bundle), _) => bundle.clone(),
        (_, archive) => Bundle::unpack(&archive.unwrap_or_default()).map_err(|error| unusable(error.into()))?,
    };
    let dirs = folders(asked.request.common());
    let is_migration = |path: &str| dirs.iter().any(|dir| Path::new(path).starts_with(dir));
    // What was packed from another folder would look like an app with nothing to do.
    if asked.request.wants_migrations()
        && let Some(other) = bundle.paths().next()
        && !bundle.paths().any(is_migration)
    {
        let dirs: Vec<_> = dirs.iter().map(|dir| dir.display().to_string()).collect();
        return Err(unusable(anyhow!("the bundle has nothing below {}; it has `{other}`", dirs.join(", "))));
    }
    bundle.primary_key_type.clone_from(&asked.request.common().primary_key_type);
    Ok(bundle)
}

async fn fetch(object: &S3Object, secrets: &Secrets) -> Result<Vec<u8>> {
    let S3Object { bucket, key, version } = object;
    let place = format!("s3://{bucket}/{key}");
    let config = secrets.sdk_config();
    let client = aws::s3_client(config);
    let request = client.get_object().bucket(bucket).key(key).set_version_id(version.clone());
    let response = request.send().await.map_err(|error| {
        let trouble = Trouble::new(&error, "s3", config);
        let hint = match (trouble.code.as_deref(), trouble.hint(true)) {
            (Some("AccessDenied"), _) => {
                Some("let the function's role read the bucket: s3:GetObject, and s3:GetObjectVersion")
            }
            (Some("NoSuchKey" | "NoSuchBucket" | "NoSuchVersion"), _) => Some("check bucket, key and version"),
            (_, Some(_)) => Some("in a VPC without NAT the function's subnets need S3's gateway endpoint"),
            _ => None,
        };
        let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
        anyhow!("{place}: {}{hint}", trouble.message)
    })?;
    if response.content_length().is_none_or(|length| length > MAX_S3_OBJECT) {
        bail!("{place} has more than {MAX_S3_OBJECT} bytes");
    }
    let body = response.body.collect().await.with_context(|| place.clone())?;
    Ok(body.to_vec())
}

//! What is too large for an invocation goes through S3, and is deleted afterwards.

use anyhow::{Context as _, Result, anyhow};
use aws_config::SdkConfig;
use aws_sdk_s3::primitives::ByteStream;

use crate::aws::{self, trouble::Trouble};
use crate::envelope::S3Object;
use crate::signature::sha256;

/// Puts an archive below `s3://BUCKET[/PREFIX]`, named by its content, and answers where.
pub(crate) async fn put(config: &SdkConfig, place: &str, archive: &[u8]) -> Result<S3Object> {
    let path = place.strip_prefix("s3://").with_context(|| format!("`{place}` is not s3://BUCKET/PREFIX"))?;
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
    let prefix = if prefix.is_empty() { String::new() } else { format!("{}/", prefix.trim_end_matches('/')) };
    let key = format!("{prefix}{}.tar.zst", sha256(archive));
    let body = ByteStream::from(archive.to_vec());
    let put = aws::s3_client(config).put_object().bucket(bucket).key(&key).body(body).send().await;
    let put = put.map_err(|error| {
        let trouble = Trouble::new(&error, "s3", config);
        let hint = trouble.hint(false).or_else(|| match trouble.code.as_deref()? {
            "AccessDenied" => Some("the caller needs s3:PutObject (and s3:DeleteObject) on it"),
            "NoSuchBucket" => Some("check --bucket and the region"),
            _ => None,
        });
        let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
        anyhow!("cannot write to s3://{bucket}/{key}: {}{hint}", trouble.message)
    })?;
    Ok(S3Object { bucket: bucket.to_owned(), key, version: put.version_id })
}

/// What stays behind is for the bucket's lifecycle rules.
pub(crate) async fn delete(config: &SdkConfig, object: &S3Object) {
    let request = aws::s3_client(config).delete_object().bucket(&object.bucket).key(&object.key);
    let _ = request.set_version_id(object.version.clone()).send().await;
}

# What was sent is needed for minutes, and may help for days when a run is looked into.

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count  = local.buckets
  bucket = aws_s3_bucket.this[0].id

  rule {
    id     = "expire"
    status = "Enabled"
    filter {}
    expiration {
      days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

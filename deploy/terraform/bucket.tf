# For what is larger than an invocation may be. S3 encrypts and closes new buckets by itself; this says so.

locals {
  buckets = coalesce(var.create_bucket, var.bucket != null) ? 1 : 0
}

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_18: The function's audit line has the sum of what it ran; a log of accesses would want another bucket.
  # checkov:skip=CKV_AWS_21: What is put here is deleted when its run is over; versions would keep it.
  # checkov:skip=CKV_AWS_144: Nothing here outlives a run that has to be run once more anyway.
  # checkov:skip=CKV_AWS_145: S3's own encryption; a key of KMS would be one more thing that CI's role may use.
  # checkov:skip=CKV2_AWS_62: Nobody waits for what is put here but the function, which is told of it.
  count         = local.buckets
  bucket        = var.bucket
  force_destroy = true
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  count                   = local.buckets
  bucket                  = aws_s3_bucket.this[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

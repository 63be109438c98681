# For what is larger than an invocation may be. S3 encrypts and closes new buckets by itself; this says so.

locals {
  buckets = coalesce(var.create_bucket, var.bucket != null) ? 1 : 0
}

resource "aws_s3_bucket" "this" {
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

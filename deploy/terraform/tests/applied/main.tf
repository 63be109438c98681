# The module applied, against moto in AWS' place: what is unknown when Terraform plans is made here, and what was made is planned once more
# without a change.

variable "endpoint" {
  description = "Where moto listens."
  type        = string
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_force_path_style         = true

  endpoints {
    cloudwatch     = var.endpoint
    cloudwatchlogs = var.endpoint
    ec2            = var.endpoint
    iam            = var.endpoint
    kms            = var.endpoint
    lambda         = var.endpoint
    s3             = var.endpoint
    secretsmanager = var.endpoint
    sqs            = var.endpoint
    sts            = var.endpoint
  }
}

module "migrator" {
  source = "../.."

  zip_in_s3 = {
    bucket = aws_s3_bucket.releases.id
    key    = aws_s3_bucket_object.zip.id
    sha256 = filesha256("../empty.zip")
  }
  vpc_id                  = aws_vpc.this.id
  subnet_ids              = aws_subnet.this[*].id
  password_secret_arn     = aws_secretsmanager_secret.this.arn
  kms_key_arn             = aws_kms_key.this.arn
  environment_kms_key_arn = aws_kms_key.this.arn
  failure_destination     = { arn = aws_sqs_queue.this.arn }
  tracing_mode            = "Active"
  create_dashboard        = true
  create_endpoint         = true
  create_s3_endpoint      = true
  route_table_ids         = [aws_route_table.this.id]
  bucket                  = "migrations"

  database = { host = "db.example", name = "shop", username = "root", security_group_id = aws_security_group.database.id }
  databases = {
    queue = {
      username           = "queue"
      password_parameter = "/shop/queue"
      server             = { host = "queue.example", adapter = "postgresql", cidr_blocks = [aws_vpc.this.cidr_block], rules = false }
    }
  }
}

module "ci" {
  source = "../../modules/ci"
  name   = "shop"
  roles  = { migrate = { subjects = ["repo:shop/app:ref:refs/heads/main"], policy = module.migrator.invoke_policy } }
}

resource "aws_s3_bucket" "releases" {
  bucket = "releases"
}

resource "aws_s3_bucket_object" "zip" {
  bucket = aws_s3_bucket.releases.id
  key    = "maglev-lambda-arm64.zip"
  source = "../empty.zip"
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  count      = 2
  vpc_id     = aws_vpc.this.id
  cidr_block = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_security_group" "database" {
  name   = "database"
  vpc_id = aws_vpc.this.id
}

resource "aws_kms_key" "this" {}

resource "aws_secretsmanager_secret" "this" {
  name = "shop"
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id     = aws_secretsmanager_secret.this.id
  secret_string = "secret"
}

resource "aws_sqs_queue" "this" {
  name = "failed"
}

# In a network that is there already: an RDS PostgreSQL, its password in Secrets Manager, and Maglev, all made in one configuration.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.51" # newer
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "AWS' region."
  type        = string
  default     = "eu-central-1"
}

variable "zip" {
  description = "Path of maglev-lambda-arm64.zip or maglev-lambda-x86_64.zip; the function is of the architecture that its name says."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "Its private subnets, two at least, in different availability zones."
  type        = list(string)
}

variable "password" {
  description = "The database's password: `openssl rand -hex 16`. It stands in Terraform's state; where that must not be, let RDS keep it, as aurora-mysql does."
  type        = string
  sensitive   = true
}

locals {
  name = "shop"
}

module "migrator" {
  source = "../.."

  zip                 = var.zip
  vpc_id              = var.vpc_id
  subnet_ids          = var.subnet_ids
  password_secret_arn = aws_secretsmanager_secret.this.arn
  kms_key_arn         = aws_kms_key.this.arn

  database = {
    host              = aws_db_instance.this.address
    name              = local.name
    username          = aws_db_instance.this.username
    security_group_id = aws_security_group.database.id
    adapter           = "postgresql"
  }

  # The function's first run finds the password.
  depends_on = [aws_secretsmanager_secret_version.this]
}

resource "aws_db_instance" "this" {
  # checkov:skip=CKV_AWS_118: An example's: each second's figures cost money, and want a role.
  # checkov:skip=CKV_AWS_157: An example's: a second zone costs as much again.
  # checkov:skip=CKV2_AWS_30: The function's log has what it sends; whether the app's statements are logged is the app's to say.
  identifier                          = local.name
  engine                              = "postgres"
  engine_version                      = "17"
  instance_class                      = "db.t4g.medium"
  allocated_storage                   = 20
  db_name                             = local.name # newer
  username                            = "shop"
  password                            = var.password
  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [aws_security_group.database.id]
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.this.arn
  backup_retention_period             = 7
  copy_tags_to_snapshot               = true
  auto_minor_version_upgrade          = true
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = aws_kms_key.this.arn
  deletion_protection                 = true
  final_snapshot_identifier           = "${local.name}-last"
}

resource "aws_db_subnet_group" "this" {
  name       = local.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "The database"
  vpc_id      = var.vpc_id
}

resource "aws_kms_key" "this" {
  # checkov:skip=CKV2_AWS_64: AWS' own policy: the account's IAM says who may use it.
  description         = "The database of ${local.name}, and its password"
  enable_key_rotation = true
}

resource "aws_secretsmanager_secret" "this" {
  # checkov:skip=CKV2_AWS_57: The password is whatever Terraform is told; where it is to rotate, let RDS keep it, as aurora-mysql does.
  name       = "${local.name}/database"
  kms_key_id = aws_kms_key.this.arn
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id     = aws_secretsmanager_secret.this.id
  secret_string = var.password
}

output "function_name" {
  description = "What `maglev migrate --function` takes."
  value       = module.migrator.function_name
}

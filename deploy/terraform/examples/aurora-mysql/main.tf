# From nothing: a network without a way to the internet, an Aurora MySQL in it, Maglev beside it, and a role with which
# GitHub Actions may call Maglev and do nothing else. RDS keeps the password in Secrets Manager and rotates it.

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

variable "repository" {
  description = "The app's repository on GitHub, owner/name."
  type        = string
}

data "aws_availability_zones" "available" {
  # checkov:skip=CKV_AWS_394: The first two of them are enough, whichever those are.
  state = "available"
}

locals {
  name   = "shop"
  secret = aws_rds_cluster.this.master_user_secret[0].secret_arn # newer
}

module "migrator" {
  source = "../.."

  zip                 = var.zip
  vpc_id              = aws_vpc.this.id
  subnet_ids          = aws_subnet.private[*].id
  password_secret_arn = local.secret
  create_endpoint     = true
  create_dashboard    = true

  database = {
    host              = aws_rds_cluster.this.endpoint
    name              = aws_rds_cluster.this.database_name
    username          = aws_rds_cluster.this.master_username
    security_group_id = aws_security_group.database.id
  }
}

resource "aws_rds_cluster" "this" {
  # checkov:skip=CKV_AWS_326: Backups restore to any second of the last seven days.
  # checkov:skip=CKV_AWS_327: AWS' own key encrypts, as long as nobody else is to read a snapshot.
  # checkov:skip=CKV2_AWS_8: RDS' own backups, which are kept for seven days.
  cluster_identifier                  = local.name
  engine                              = "aurora-mysql"
  database_name                       = local.name
  master_username                     = "admin"
  manage_master_user_password         = true # newer
  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [aws_security_group.database.id]
  storage_encrypted                   = true
  backup_retention_period             = 7
  copy_tags_to_snapshot               = true
  enabled_cloudwatch_logs_exports     = ["audit", "error", "slowquery"]
  iam_database_authentication_enabled = true
  deletion_protection                 = true
  final_snapshot_identifier           = "${local.name}-last"
}

resource "aws_rds_cluster_instance" "this" {
  # checkov:skip=CKV_AWS_118: An example's: each second's figures cost money, and want a role.
  # checkov:skip=CKV_AWS_353: No class as small as this has it.
  identifier                 = local.name
  cluster_identifier         = aws_rds_cluster.this.id
  engine                     = aws_rds_cluster.this.engine
  instance_class             = "db.t4g.medium"
  auto_minor_version_upgrade = true
}

resource "aws_vpc" "this" {
  # checkov:skip=CKV2_AWS_11: Nothing gets into this network, or out of it, but to the endpoint.
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = local.name }
}

# Whatever is put into this network without a group of its own reaches nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
}

resource "aws_db_subnet_group" "this" {
  name       = local.name
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "The database"
  vpc_id      = aws_vpc.this.id
}

module "ci" {
  source = "../../modules/ci"
  name   = local.name

  roles = {
    migrate = { subjects = ["repo:${var.repository}:ref:refs/heads/main"], policy = module.migrator.invoke_policy }
  }
}

output "ci_role_arn" {
  description = "What the workflow of deploy/ci/github-actions.yml assumes: its variable MIGRATE_ROLE."
  value       = module.ci.role_arns["migrate"]
}

# From nothing: a network without a way to the internet, an Aurora MySQL in it, Maglev beside it, and a role with which
# GitHub Actions may call Maglev and do nothing else. RDS keeps the password in Secrets Manager and rotates it.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.61" # newer
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "zip" {
  description = "Path of maglev-lambda-arm64.zip or maglev-lambda-x86_64.zip; the function is of the architecture that its name says."
  type        = string
}

variable "runtime" {
  description = "The function's operating system."
  type        = string
  default     = "provided.al2023"
}

variable "repository" {
  description = "The app's repository on GitHub, owner/name."
  type        = string
}

data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  name   = "shop"
  secret = aws_rds_cluster.this.master_user_secret[0].secret_arn # newer
}

module "migrator" {
  source = "../.."

  zip                 = var.zip
  runtime             = var.runtime
  vpc_id              = aws_vpc.this.id
  subnet_ids          = aws_subnet.private[*].id
  password_secret_arn = local.secret
  create_endpoint     = true

  database = {
    host              = aws_rds_cluster.this.endpoint
    name              = aws_rds_cluster.this.database_name
    username          = aws_rds_cluster.this.master_username
    security_group_id = aws_security_group.database.id
  }
}

resource "aws_rds_cluster" "this" {
  cluster_identifier          = local.name
  engine                      = "aurora-mysql"
  database_name               = local.name
  master_username             = "admin"
  manage_master_user_password = true # newer
  db_subnet_group_name        = aws_db_subnet_group.this.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  storage_encrypted           = true
  deletion_protection         = true
  final_snapshot_identifier   = "${local.name}-last"
}

resource "aws_rds_cluster_instance" "this" {
  identifier         = local.name
  cluster_identifier = aws_rds_cluster.this.id
  engine             = aws_rds_cluster.this.engine
  instance_class     = "db.t4g.medium"
}

resource "aws_vpc" "this" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = local.name }
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

output "ci_role_arn" {
  description = "What the workflow of deploy/ci/github-actions.yml assumes."
  value       = aws_iam_role.ci.arn
}

# For an RDS instance that is there, without any password: the function signs a token. The database's users have to be made
# for it, by [mysql.sql](mysql.sql) or [postgresql.sql](postgresql.sql), and the instance needs IAM authentication enabled. Of an Aurora
# cluster the id is its `cluster_resource_id`.
# 
# Two functions, and a role of GitHub Actions for each. `migrator` migrates; the role `migrate` may invoke it, on the main branch.
# `planner` connects as a user of the database who may only read, so whatever it is sent, it changes nothing; the role `plan`, of pull
# requests, may invoke that one alone: `maglev plan --function planner`. On MySQL that user reads the tables' rows too, and a migration
# of a pull request is Ruby code that runs as this user: let such pull requests only run it whose authors may see the data.

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

variable "database" {
  description = "The identifier of the RDS instance."
  type        = string
}

variable "database_security_group_id" {
  description = "One of its security groups: the one that lets the functions in."
  type        = string
}

variable "adapter" {
  description = "mysql2, trilogy, postgresql or postgis."
  type        = string
  default     = "mysql2"
}

variable "repository" {
  description = "The app's repository on GitHub, owner/name."
  type        = string
}

data "aws_db_instance" "this" {
  db_instance_identifier = var.database
}

locals {
  database = {
    host              = data.aws_db_instance.this.address
    port              = data.aws_db_instance.this.port
    name              = "shop"
    security_group_id = var.database_security_group_id
    adapter           = var.adapter
  }
}

module "migrator" {
  source = "../.."

  zip                  = var.zip
  vpc_id               = var.vpc_id
  subnet_ids           = var.subnet_ids
  iam_auth_resource_id = data.aws_db_instance.this.resource_id
  https_egress         = false
  database             = merge(local.database, { username = "migrator" })
}

module "planner" {
  source = "../.."

  name                 = "planner"
  zip                  = var.zip
  vpc_id               = var.vpc_id
  subnet_ids           = var.subnet_ids
  iam_auth_resource_id = data.aws_db_instance.this.resource_id
  https_egress         = false
  create_alarm         = false
  database             = merge(local.database, { username = "planner" })
}

module "ci" {
  source = "../../modules/ci"
  name   = "shop"

  roles = {
    migrate = { subjects = ["repo:${var.repository}:ref:refs/heads/main"], policy = module.migrator.invoke_policy }
    plan    = { subjects = ["repo:${var.repository}:pull_request"], policy = module.planner.invoke_policy }
  }
}

output "ci_role_arns" {
  description = "What the jobs of GitHub Actions assume: `migrate` on the main branch, `plan` for pull requests."
  value       = module.ci.role_arns
}

output "function_name" {
  description = "What `maglev migrate --function` takes."
  value       = module.migrator.function_name
}

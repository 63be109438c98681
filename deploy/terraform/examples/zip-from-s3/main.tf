# For an account where others make roles, networks and keys: the zip comes from a bucket, and Lambda has to have taken the one whose
# sum the release's SHA256SUMS has; it is signed, its role and its security group are there already, the databases' rules are their
# owners', log and variables have keys of their own, and events that nobody waits for and that fail end in a queue.

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

variable "artifacts" {
  description = "The bucket with the zip, in the function's region."
  type        = string
}

variable "sha256" {
  description = "The sum of maglev-lambda-arm64.zip, hexadecimal, as SHA256SUMS has it. Of a zip that AWS Signer signed, the sum of that."
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

variable "database_host" {
  description = "The database's address."
  type        = string
}

variable "database_security_group_id" {
  description = "The security group of the database."
  type        = string
}

variable "password_secret_arn" {
  description = "The secret of Secrets Manager that has the database's password."
  type        = string
}

variable "role_arn" {
  description = "The function's role. It needs what the output `role_policy` says."
  type        = string
}

variable "security_group_id" {
  description = "The function's security group."
  type        = string
}

variable "kms_key_arn" {
  description = "The key of log, variables and queue. Its policy has to let logs.REGION.amazonaws.com use it."
  type        = string
}

variable "code_signing_config_arn" {
  description = "Lambda's code signing configuration, by the key of whoever signs releases."
  type        = string
}

module "migrator" {
  source = "../.."

  zip_in_s3 = {
    bucket = var.artifacts
    key    = "maglev-lambda-arm64.zip"
    sha256 = var.sha256
  }
  code_signing_config_arn = var.code_signing_config_arn

  role                    = { arn = var.role_arn }
  security_group          = { id = var.security_group_id }
  create_database_ingress = false

  vpc_id                  = var.vpc_id
  subnet_ids              = var.subnet_ids
  password_secret_arn     = var.password_secret_arn
  environment_kms_key_arn = var.kms_key_arn

  log_format          = "JSON"
  log_kms_key_arn     = var.kms_key_arn
  tracing_mode        = "Active"
  failure_destination = { arn = aws_sqs_queue.failed.arn, kms_key_arn = var.kms_key_arn }

  database = {
    host              = var.database_host
    name              = "shop"
    username          = "root"
    security_group_id = var.database_security_group_id
  }
}

resource "aws_sqs_queue" "failed" {
  name              = "migrator-failed"
  kms_master_key_id = var.kms_key_arn
}

output "role_policy" {
  description = "What the function's role has to be allowed."
  value       = module.migrator.role_policy
}

output "function_name" {
  description = "What `maglev migrate --function` takes."
  value       = module.migrator.function_name
}

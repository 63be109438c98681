# For a database that is there: the password is a SecureString of SSM, encrypted by a key of the account, both made here.

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

variable "database_host" {
  description = "The database's address."
  type        = string
}

variable "database_security_group_id" {
  description = "The security group of the database."
  type        = string
}

variable "password" {
  description = "The database's password. It stands in Terraform's state; where that must not be, make the parameter by hand and name it."
  type        = string
  sensitive   = true
}

resource "aws_kms_key" "this" {
  # checkov:skip=CKV2_AWS_64: AWS' own policy: the account's IAM says who may use it.
  description         = "The password of the database of shop"
  enable_key_rotation = true
}

resource "aws_ssm_parameter" "this" {
  name   = "/shop/database/password"
  type   = "SecureString"
  key_id = aws_kms_key.this.arn
  value  = var.password
}

module "migrator" {
  source = "../.."

  zip                = var.zip
  vpc_id             = var.vpc_id
  subnet_ids         = var.subnet_ids
  password_parameter = aws_ssm_parameter.this.name
  kms_key_arn        = aws_kms_key.this.arn
  create_endpoint    = true

  database = {
    host              = var.database_host
    name              = "shop"
    username          = "root"
    security_group_id = var.database_security_group_id
  }
}

output "function_name" {
  description = "What `maglev migrate --function` takes."
  value       = module.migrator.function_name
}

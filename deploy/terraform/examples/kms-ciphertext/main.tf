# For a database and a key that are there: the password is ciphertext among the function's variables, and the function may
# ask KMS to decrypt it. Made once by hand, so that no state and no file has the password:
# 
#     aws kms encrypt --key-id alias/shop --plaintext fileb://password --query CiphertextBlob --output text

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

variable "key_alias" {
  description = "The key's alias, as `alias/shop`."
  type        = string
}

variable "password_encrypted" {
  description = "What `aws kms encrypt` printed."
  type        = string
}

data "aws_kms_alias" "this" {
  name = var.key_alias
}

module "migrator" {
  source = "../.."

  zip                = var.zip
  vpc_id             = var.vpc_id
  subnet_ids         = var.subnet_ids
  password_encrypted = var.password_encrypted
  kms_key_arn        = data.aws_kms_alias.this.target_key_arn
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

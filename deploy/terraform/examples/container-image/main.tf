# The function as a container image, for accounts that deploy nothing else. The repository is made here; the image is pushed
# before the function is made of it:
# 
#     terraform apply -target aws_ecr_repository.this
#     docker build --platform linux/arm64 --provenance=false -f deploy/container/Dockerfile -t REPOSITORY:1 target/package/image
#     docker push REPOSITORY:1
#     terraform apply

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

variable "tag" {
  description = "The image's tag in the repository."
  type        = string
  default     = "1"
}

variable "password_secret_arn" {
  description = "The secret of Secrets Manager that has the database's password."
  type        = string
}

resource "aws_kms_key" "this" {
  # checkov:skip=CKV2_AWS_64: AWS' own policy: the account's IAM says who may use it.
  description         = "Maglev's image"
  enable_key_rotation = true
}

resource "aws_ecr_repository" "this" {
  name                 = "maglev"
  image_tag_mutability = "IMMUTABLE"

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.this.arn
  }
  image_scanning_configuration {
    scan_on_push = true
  }
}

module "migrator" {
  source = "../.."

  image_uri           = "${aws_ecr_repository.this.repository_url}:${var.tag}"
  architecture        = "arm64"
  vpc_id              = var.vpc_id
  subnet_ids          = var.subnet_ids
  password_secret_arn = var.password_secret_arn
  create_endpoint     = true

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

# An app whose secret, key, bucket and database are made in the same configuration: nothing of them is known when Terraform plans.

variable "password" {
  description = "Where the password is: secret, parameter, ciphertext or iam."
  type        = string
}

variable "runtime" {
  type = string
}

variable "zip" {
  type = string
}

resource "terraform_data" "made" {
  input = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"
}

module "migrator" {
  source = "../.."

  zip        = var.zip
  runtime    = var.runtime
  vpc_id     = terraform_data.made.output
  subnet_ids = [terraform_data.made.output]

  password_secret_arn  = var.password == "secret" ? terraform_data.made.output : null
  password_parameter   = var.password == "parameter" ? terraform_data.made.output : null
  password_encrypted   = var.password == "ciphertext" ? terraform_data.made.output : null
  iam_auth_resource_id = var.password == "iam" ? terraform_data.made.output : null
  kms_key_arn          = var.password == "iam" ? null : terraform_data.made.output
  create_endpoint      = var.password != "iam"
  https_egress         = var.password != "iam"
  bucket               = terraform_data.made.output
  create_bucket        = true

  databases = {
    cache = {
      username           = "cache"
      password_parameter = terraform_data.made.output
      server             = { host = terraform_data.made.output, security_group_id = terraform_data.made.output }
    }
    queue = { iam_auth_resource_id = terraform_data.made.output }
  }

  database = {
    host              = terraform_data.made.output
    name              = "shop"
    username          = "root"
    security_group_id = terraform_data.made.output
    port              = terraform_data.made.output == "" ? 1 : 3306
  }
}


# An app whose secret, key, bucket, image, role and database are made in the same configuration: nothing of them is known when Terraform plans.

variable "password" {
  description = "Where the password is: secret, parameter, ciphertext or iam."
  type        = string
}

variable "code" {
  description = "Where the function's code is: zip, made (a zip that is made), bucket or image."
  type        = string
  default     = "zip"
}

variable "given" {
  description = "Whether role, security group and the like are given."
  type        = bool
  default     = false
}

resource "terraform_data" "made" {
  input = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"
}

module "migrator" {
  source = "../.."

  zip        = var.code == "zip" ? "tests/empty.zip" : var.code == "made" ? terraform_data.made.output : null
  zip_in_s3  = var.code == "bucket" ? { bucket = terraform_data.made.output, key = terraform_data.made.output, sha256 = sha256(terraform_data.made.output) } : null
  image_uri  = var.code == "image" ? terraform_data.made.output : null
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
  create_s3_endpoint   = true
  route_table_ids      = [terraform_data.made.output]
  create_dashboard     = true
  alarm_actions        = [terraform_data.made.output]

  name                     = var.given ? terraform_data.made.output : "migrator"
  rails_env                = terraform_data.made.output
  environment              = { TZ = terraform_data.made.output }
  trusted_keys             = [terraform_data.made.output]
  tags                     = { made = terraform_data.made.output }
  role                     = var.given ? { arn = terraform_data.made.output } : null
  security_group           = var.given ? { id = terraform_data.made.output } : null
  failure_destination      = var.given ? { arn = terraform_data.made.output, kms_key_arn = terraform_data.made.output } : null
  code_signing_config_arn  = var.given ? terraform_data.made.output : null
  environment_kms_key_arn  = var.given ? terraform_data.made.output : null
  log_kms_key_arn          = var.given ? terraform_data.made.output : null
  permissions_boundary_arn = var.given ? terraform_data.made.output : null
  https_egress_cidr_blocks = [terraform_data.made.output]

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

module "ci" {
  source        = "../../modules/ci"
  name          = terraform_data.made.output
  issuer        = terraform_data.made.output
  audience      = terraform_data.made.output
  oidc_provider = var.given ? { arn = terraform_data.made.output } : null
  roles         = { migrate = { subjects = [terraform_data.made.output], policy = module.migrator.invoke_policy } }
}

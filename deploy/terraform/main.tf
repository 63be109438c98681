# A Lambda function that runs Rails migrations on a private database: one invocation at a time, and able to do nothing else.

locals {
  # The one way to the password: the variable's name in the function, its value, and whether AWS is asked for it.
  passwords = {
    DATABASE_PASSWORD_ENCRYPTED = var.password_encrypted
    DATABASE_PASSWORD_SECRET    = var.password_secret_arn
    DATABASE_PASSWORD_PARAMETER = var.password_parameter
    DATABASE_IAM_AUTH           = var.iam_auth_resource_id == null ? null : "1"
  }
  password = { for name, value in local.passwords : name => value if value != null }

  # Of the databases that are named, each way that is given.
  passwords_of = {
    for name, database in var.databases : name => [
      for value in [
        database.password_encrypted, database.password_secret_arn, database.password_parameter, database.iam_auth_resource_id,
      ] : value if value != null
    ]
  }

  # What is not given is read without the name.
  environment_of = merge([
    for name, database in var.databases : {
      for variable, value in {
        ADAPTER            = try(database.server.adapter, null)
        HOST               = try(database.server.host, null)
        PORT               = lookup(local.ports, name, null)
        NAME               = database.name
        USERNAME           = database.server == null ? database.username : try(coalesce(database.username, local.username), null)
        SSL_MODE           = database.ssl_mode
        PASSWORD_ENCRYPTED = database.password_encrypted
        PASSWORD_SECRET    = database.password_secret_arn
        PASSWORD_PARAMETER = database.password_parameter
        IAM_AUTH           = database.iam_auth_resource_id == null ? null : "1"
      } : "${replace(upper(name), "/[^A-Z0-9]/", "_")}_DATABASE_${variable}" => tostring(value) if value != null
    }
  ]...)

  # Told by what is not an image: an image's address may be made in the same configuration, and have no name yet.
  package_type = var.zip == null && var.zip_in_s3 == null ? "Image" : "Zip"

  # s/package names a zip after what it was built for.
  zip_is_for   = try(one(regex("(arm64|x86_64)\\.zip$", try(coalesce(var.zip, try(var.zip_in_s3.key, null)), ""))), null)
  architecture = coalesce(var.architecture, local.zip_is_for, "arm64")

  # A sum in hexadecimal as Lambda has it, in base64: two letters for three digits, which are twelve bits.
  letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  digits  = try("${var.zip_in_s3.sha256}00", null)
  twelves = local.digits == null ? [] : [for place in range(0, 66, 3) : parseint(substr(local.digits, place, 3), 16)]
  sum     = "${substr(join("", [for bits in local.twelves : "${substr(local.letters, floor(bits / 64), 1)}${substr(local.letters, bits % 64, 1)}"]), 0, 43)}="

  environment = merge(var.environment, local.password, local.environment_of, {
    for name, value in {
      DATABASE_ADAPTER    = try(var.database.adapter, null)
      DATABASE_HOST       = try(var.database.host, null)
      DATABASE_PORT       = local.port
      DATABASE_NAME       = try(var.database.name, null)
      DATABASE_USERNAME   = try(var.database.username, null)
      DATABASE_SSL_MODE   = var.ssl_mode
      RAILS_ENV           = var.rails_env
      MAGLEV_TRUSTED_KEYS = length(var.trusted_keys) == 0 ? null : join(",", var.trusted_keys)
    } : name => tostring(value) if value != null
  })
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_116: Whoever sends an event waits for its answer; the others are what failure_destination is for.
  function_name                  = var.name
  description                    = "Rails migrations, by Maglev"
  role                           = local.role_arn
  package_type                   = local.package_type
  filename                       = var.zip
  s3_bucket                      = try(var.zip_in_s3.bucket, null)
  s3_key                         = try(var.zip_in_s3.key, null)
  s3_object_version              = try(var.zip_in_s3.version, null)
  image_uri                      = var.image_uri
  source_code_hash               = var.zip != null ? filebase64sha256(var.zip) : var.zip_in_s3 != null ? local.sum : null
  code_signing_config_arn        = var.code_signing_config_arn
  handler                        = local.package_type == "Image" ? null : "bootstrap"
  runtime                        = local.package_type == "Image" ? null : var.runtime
  architectures                  = [local.architecture] # newer
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.environment_kms_key_arn
  tags                           = var.tags

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [local.security_group_id]
  }

  tracing_config {
    mode = var.tracing_mode
  }

  logging_config {                                  # newer
    log_format = var.log_format                     # newer
    log_group  = aws_cloudwatch_log_group.this.name # newer
  }                                                 # newer

  environment {
    variables = local.environment
  }

  # With the log group made first, Lambda does not make one that keeps everything for ever. Its role lets it be in the network.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]

  lifecycle {
    precondition {
      condition     = length([for code in [var.zip, try(var.zip_in_s3.key, null), var.image_uri] : code if code != null]) == 1
      error_message = "Give exactly one of zip, zip_in_s3, image_uri."
    }
    precondition {
      condition     = var.code_signing_config_arn == null || local.package_type == "Zip"
      error_message = "Lambda verifies signatures of zips, and has none of images: leave code_signing_config_arn out."
    }
    precondition {
      condition     = length(local.password) == 1 || var.database == null && length(local.password) == 0
      error_message = "Give exactly one of password_encrypted, password_secret_arn, password_parameter, iam_auth_resource_id."
    }
    precondition {
      condition     = var.database != null || length(var.databases) > 0
      error_message = "Give `database`, or `databases`."
    }
    precondition {
      condition     = alltrue([for values in values(local.passwords_of) : length(values) == 1 || length(values) == 0 && length(local.password) == 1])
      error_message = "Each of `databases` has one of password_encrypted, password_secret_arn, password_parameter, iam_auth_resource_id, or none where the module has one."
    }
    precondition {
      condition     = var.database != null || alltrue([for database in values(var.databases) : database.server != null])
      error_message = "Without `database` each of `databases` needs a `server`."
    }
    precondition {
      condition     = alltrue([for database in values(var.databases) : database.password_encrypted == null || database.kms_key_arn != null || var.kms_key_arn != null])
      error_message = "password_encrypted needs kms_key_arn, the key that decrypts it."
    }
    precondition {
      condition     = local.zip_is_for == null || local.zip_is_for == local.architecture
      error_message = "The zip's name says that it was built for another architecture."
    }
    precondition {
      condition     = var.password_encrypted == null || var.kms_key_arn != null
      error_message = "password_encrypted needs kms_key_arn, the key that decrypts it."
    }
  }
}

# What Lambda took from the bucket is what the sum says, or the run that deploys it fails. Read after the function was made.
data "aws_lambda_function" "in_s3" {
  count         = var.zip_in_s3 == null ? 0 : 1
  function_name = aws_lambda_function.this.function_name
  depends_on    = [aws_lambda_function.this]

  lifecycle {                                                                      # newer
    postcondition {                                                                # newer
      condition     = self.code_sha256 == local.sum                                # newer
      error_message = "The zip in the bucket has another sum than zip_in_s3 says." # newer
    }                                                                              # newer
  }                                                                                # newer
}

# A migration is run again by whoever asked for it, never by Lambda.
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name          = aws_lambda_function.this.function_name
  maximum_retry_attempts = 0

  dynamic "destination_config" {
    for_each = var.failure_destination == null ? [] : [var.failure_destination.arn]
    content {
      on_failure {
        destination = destination_config.value
      }
    }
  }
}

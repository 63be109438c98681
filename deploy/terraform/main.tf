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

  # s/package names a zip after what it was built for.
  zip_is_for   = try(one(regex("(arm64|x86_64)\\.zip$", var.zip)), null)
  architecture = coalesce(var.architecture, local.zip_is_for, "arm64")

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
  function_name    = var.name
  description      = "Rails migrations, by Maglev"
  role             = aws_iam_role.this.arn
  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  handler          = "bootstrap"
  runtime          = var.runtime
  architectures    = [local.architecture] # newer
  memory_size      = var.memory_size
  timeout          = var.timeout
  tags             = var.tags

  # Migrations run one after the other. The lock in the database holds even without this.
  reserved_concurrent_executions = var.reserved_concurrency

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.this.id]
  }

  environment {
    variables = local.environment
  }

  # With the log group made first, Lambda does not make one that keeps everything for ever.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]

  lifecycle {
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

# A migration is run again by whoever asked for it, never by Lambda.
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name          = aws_lambda_function.this.function_name
  maximum_retry_attempts = 0
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

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

  # s/package names a zip after what it was built for.
  zip_is_for   = try(one(regex("(arm64|x86_64)\\.zip$", var.zip)), null)
  architecture = coalesce(var.architecture, local.zip_is_for, "arm64")

  environment = merge(var.environment, local.password, {
    for name, value in {
      DATABASE_ADAPTER    = var.database.adapter
      DATABASE_HOST       = var.database.host
      DATABASE_PORT       = local.port
      DATABASE_NAME       = var.database.name
      DATABASE_USERNAME   = var.database.username
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
      condition     = length(local.password) == 1
      error_message = "Give exactly one of password_encrypted, password_secret_arn, password_parameter, iam_auth_resource_id."
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

# What the function may do: read its password, write its log, be in the VPC. And what CI may do: call it.

data "aws_region" "current" {}
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition
  here      = "${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  function  = "arn:${local.partition}:lambda:${local.here}:function:${var.name}"

  # The service that is asked for the password, if any.
  service = (
    var.password_encrypted != null ? "kms" :
    var.password_secret_arn != null ? "secretsmanager" :
    var.password_parameter != null ? "ssm" : null
  )

  role_arn = var.role == null ? aws_iam_role.this[0].arn : var.role.arn

  databases = values(var.databases)
  username  = try(var.database.username, null)

  # Who connects by a token, and where. Users of their own with the module's authentication connect where the module does.
  by_iam = concat(
    [for id in [var.iam_auth_resource_id] : { id = id, username = local.username } if id != null && var.database != null],
    [for database in local.databases : {
      id       = coalesce(database.iam_auth_resource_id, var.iam_auth_resource_id)
      username = coalesce(database.username, local.username, "root")
    } if try(coalesce(database.iam_auth_resource_id, database.username == null ? null : var.iam_auth_resource_id), null) != null],
  )

  reads = concat(
    [for key in concat([var.kms_key_arn], local.databases[*].kms_key_arn) : { actions = ["kms:Decrypt"], resource = key } if key != null],
    [for secret in concat([var.password_secret_arn], local.databases[*].password_secret_arn) : {
      actions  = ["secretsmanager:GetSecretValue"]
      resource = secret
    } if secret != null],
    [for parameter in concat([var.password_parameter], local.databases[*].password_parameter) : {
      actions  = ["ssm:GetParameter"]
      resource = "arn:${local.partition}:ssm:${local.here}:parameter/${trimprefix(parameter, "/")}"
    } if parameter != null],
    [for user in local.by_iam : {
      actions  = ["rds-db:connect"]
      resource = "arn:${local.partition}:rds-db:${local.here}:dbuser:${user.id}/${user.username}"
    }],
    # Lambda decrypts the variables, and sends to the destination, with the function's role.
    [for key in [var.environment_kms_key_arn] : { actions = ["kms:Decrypt"], resource = key } if key != null],
    [for destination in [var.failure_destination] : {
      actions  = [local.sending[split(":", destination.arn)[2]]]
      resource = destination.arn
    } if destination != null],
    [for key in [try(var.failure_destination.kms_key_arn, null)] : {
      actions  = ["kms:Decrypt", "kms:GenerateDataKey"]
      resource = key
    } if key != null],
    [for bucket in [var.bucket] : {
      actions  = ["s3:GetObject", "s3:GetObjectVersion"]
      resource = "arn:${local.partition}:s3:::${bucket}/*"
    } if bucket != null],
  )

  # By the service in a destination's ARN.
  sending = {
    events = "events:PutEvents"
    lambda = "lambda:InvokeFunction"
    sns    = "sns:Publish"
    sqs    = "sqs:SendMessage"
  }

  # Lambda makes the network interfaces with the function's role, so the role needs these; the function's code does not.
  network_actions = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ]
}

resource "aws_iam_role" "this" {
  count                = var.role == null ? 1 : 0
  name                 = var.name
  description          = "Maglev, the function that migrates"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "this" {
  count  = var.role == null ? 1 : 0
  name   = var.name
  role   = aws_iam_role.this[0].id
  policy = data.aws_iam_policy_document.this.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "this" {
  # checkov:skip=CKV_AWS_111: Lambda makes network interfaces where it likes, and X-Ray has no resources; the function's own code is denied the first.
  dynamic "statement" {
    for_each = distinct(local.reads)
    content {
      actions   = statement.value.actions
      resources = [statement.value.resource]
    }
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.tracing_mode == "Active" ? [1] : []
    content {
      actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      resources = ["*"]
    }
  }

  statement {
    actions   = local.network_actions
    resources = ["*"]
  }

  statement {
    effect    = "Deny"
    actions   = local.network_actions
    resources = ["*"]
    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = [local.function]
    }
  }
}

data "aws_iam_policy_document" "invoke" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [local.function, "${local.function}:*"]
  }

  dynamic "statement" {
    for_each = var.bucket == null ? [] : [var.bucket]
    content {
      # Maglev deletes what it put when the run is over.
      actions   = ["s3:DeleteObject", "s3:PutObject"]
      resources = ["arn:${local.partition}:s3:::${statement.value}/*"]
    }
  }
}

# What the module plans, with AWS left out: `terraform test` needs no account.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-central-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b"] }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  zip        = "tests/empty.zip"
  vpc_id     = "vpc-1"
  subnet_ids = ["subnet-1", "subnet-2"]
  database = {
    host              = "db.example"
    name              = "shop"
    username          = "root"
    security_group_id = "sg-1"
  }
}

run "password_by_kms" {
  command = plan

  variables {
    password_encrypted = "AQIC"
    kms_key_arn        = "arn:aws:kms:eu-central-1:123456789012:key/1"
  }

  assert {
    condition = aws_lambda_function.this.environment[0].variables == tomap({
      DATABASE_ADAPTER            = "mysql2"
      DATABASE_HOST               = "db.example"
      DATABASE_PORT               = "3306"
      DATABASE_NAME               = "shop"
      DATABASE_USERNAME           = "root"
      DATABASE_SSL_MODE           = "verify-full"
      DATABASE_PASSWORD_ENCRYPTED = "AQIC"
      RAILS_ENV                   = "production"
    })
    error_message = "The function's environment differs."
  }
  assert {
    condition     = local.reads == [{ actions = ["kms:Decrypt"], resource = "arn:aws:kms:eu-central-1:123456789012:key/1" }]
    error_message = "The role reads more, or less, than the key."
  }
  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "A new account has no concurrency to reserve."
  }
  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days > 0
    error_message = "The log is kept for ever."
  }
  assert {
    condition     = aws_lambda_function_event_invoke_config.this.maximum_retry_attempts == 0
    error_message = "Lambda would run a failed migration again."
  }
  assert {
    condition     = length(aws_vpc_endpoint.this) == 0 && length(aws_s3_bucket.this) == 0
    error_message = "Something was made that nobody asked for."
  }
}

run "password_in_secrets_manager" {
  command = plan

  variables {
    password_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"
    create_endpoint     = true
  }

  assert {
    condition     = local.reads == [{ actions = ["secretsmanager:GetSecretValue"], resource = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop" }]
    error_message = "The role reads more, or less, than the secret."
  }
  assert {
    condition     = aws_vpc_endpoint.this[0].service_name == "com.amazonaws.eu-central-1.secretsmanager"
    error_message = "The endpoint is another service's."
  }
}

run "password_in_a_parameter" {
  command = plan

  variables {
    password_parameter = "/shop/password"
  }

  assert {
    condition     = local.reads == [{ actions = ["ssm:GetParameter"], resource = "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/password" }]
    error_message = "The role reads more, or less, than the parameter."
  }
}

run "no_password" {
  command = plan

  variables {
    iam_auth_resource_id = "cluster-ABC"
    https_egress         = false
  }

  assert {
    condition     = local.reads == [{ actions = ["rds-db:connect"], resource = "arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-ABC/root" }]
    error_message = "The role does more, or less, than connect to the database."
  }
  assert {
    condition     = length(aws_vpc_endpoint.this) == 0 && length(aws_security_group_rule.to_aws) == 0
    error_message = "IAM authentication asks no AWS service."
  }
}

run "keys_and_a_bucket" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    bucket             = "shop-migrations"
    trusted_keys       = ["MCowBQYDK2VwAyEA1", "MCowBQYDK2VwAyEA2"]
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["MAGLEV_TRUSTED_KEYS"] == "MCowBQYDK2VwAyEA1,MCowBQYDK2VwAyEA2"
    error_message = "The function does not know the keys."
  }
  assert {
    condition     = contains(local.reads[*].resource, "arn:aws:s3:::shop-migrations/*")
    error_message = "The function cannot read the bucket."
  }
}

run "two_passwords" {
  command = plan

  variables {
    password_parameter  = "/shop/password"
    password_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"
  }

  expect_failures = [aws_lambda_function.this]
}

run "ciphertext_without_its_key" {
  command = plan

  variables {
    password_encrypted = "AQIC"
  }

  expect_failures = [aws_lambda_function.this]
}

run "an_endpoint_for_no_password" {
  command = plan

  variables {
    iam_auth_resource_id = "cluster-ABC"
    create_endpoint      = true
  }

  expect_failures = [aws_vpc_endpoint.this]
}

run "ports_follow_the_adapter" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    database = {
      host              = "db.example"
      name              = "shop"
      username          = "root"
      security_group_id = "sg-1"
      adapter           = "postgresql"
    }
  }

  assert {
    condition     = aws_security_group_rule.to_database[0].from_port == 5432 && aws_security_group_rule.from_function[0].to_port == 5432
    error_message = "PostgreSQL listens on 5432."
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["DATABASE_PORT"] == "5432"
    error_message = "The function connects to another port than the security groups allow."
  }
}

run "an_adapter_that_maglev_lacks" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    database = {
      host              = "db.example"
      name              = "shop"
      username          = "root"
      security_group_id = "sg-1"
      adapter           = "postgres"
    }
  }

  expect_failures = [var.database]
}

run "a_mode_that_tls_lacks" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    ssl_mode           = "on"
  }

  expect_failures = [var.ssl_mode]
}

# What is made in the same configuration is not known yet, whichever way the password comes.
run "an_unknown_secret" {
  command = plan
  module {
    source = "./tests/unknown"
  }
  variables {
    password = "secret"
  }
}

run "an_unknown_parameter" {
  command = plan
  module {
    source = "./tests/unknown"
  }
  variables {
    password = "parameter"
  }
}

run "an_unknown_ciphertext" {
  command = plan
  module {
    source = "./tests/unknown"
  }
  variables {
    password = "ciphertext"
  }
}

run "an_unknown_database_by_iam" {
  command = plan
  module {
    source = "./tests/unknown"
  }
  variables {
    password = "iam"
  }
}

run "unknown_code_in_a_bucket_and_all_that_may_be_given" {
  command = plan
  module {
    source = "./tests/unknown"
  }
  variables {
    password = "secret"
    code     = "bucket"
    given    = true
  }
}

run "an_unknown_image" {
  command = plan
  module {
    source = "./tests/unknown"
  }
  variables {
    password = "secret"
    code     = "image"
  }
}

run "an_unknown_zip" {
  command = plan
  module {
    source = "./tests/unknown"
  }
  variables {
    password = "secret"
    code     = "made"
  }
}

run "a_zip_for_another_architecture" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    zip                = "tests/empty-x86_64.zip"
    architecture       = "arm64"
  }

  expect_failures = [aws_lambda_function.this]
}

run "an_architecture_that_lambda_lacks" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    architecture       = "riscv64"
  }

  expect_failures = [var.architecture]
}

# Of a Rails 8 app: its cache on the same server under another user, its queue on a server of its own, its cable as the primary.
run "several_databases" {
  command = plan

  variables {
    password_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"
    databases = {
      cache = {
        username           = "cache"
        password_parameter = "/shop/cache"
      }
      my-queue = {
        name                 = "jobs"
        iam_auth_resource_id = "cluster-Q"
        server               = { host = "queue.example", security_group_id = "sg-2", adapter = "postgresql" }
      }
    }
  }

  assert {
    condition = aws_lambda_function.this.environment[0].variables == tomap({
      DATABASE_ADAPTER                  = "mysql2"
      DATABASE_HOST                     = "db.example"
      DATABASE_PORT                     = "3306"
      DATABASE_NAME                     = "shop"
      DATABASE_USERNAME                 = "root"
      DATABASE_SSL_MODE                 = "verify-full"
      DATABASE_PASSWORD_SECRET          = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"
      CACHE_DATABASE_USERNAME           = "cache"
      CACHE_DATABASE_PASSWORD_PARAMETER = "/shop/cache"
      MY_QUEUE_DATABASE_ADAPTER         = "postgresql"
      MY_QUEUE_DATABASE_HOST            = "queue.example"
      MY_QUEUE_DATABASE_PORT            = "5432"
      MY_QUEUE_DATABASE_NAME            = "jobs"
      MY_QUEUE_DATABASE_USERNAME        = "root"
      MY_QUEUE_DATABASE_IAM_AUTH        = "1"
      RAILS_ENV                         = "production"
    })
    error_message = "The function's environment differs."
  }
  assert {
    condition = toset(local.reads[*].resource) == toset([
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop",
      "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/cache",
      "arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-Q/root",
    ])
    error_message = "The role reads more, or less, than the passwords."
  }
  assert {
    condition     = keys(aws_security_group_rule.to_databases) == ["my-queue"] && aws_security_group_rule.from_function_to_databases["my-queue"].to_port == 5432
    error_message = "The queue's server is out of reach."
  }
}

run "databases_alone" {
  command = plan

  variables {
    database             = null
    iam_auth_resource_id = "cluster-A"
    databases = {
      primary = { name = "shop", username = "app", server = { host = "a.example", security_group_id = "sg-1" } }
      cache   = { username = "app", server = { host = "a.example", security_group_id = "sg-1", rules = false } }
    }
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["PRIMARY_DATABASE_HOST"] == "a.example" && !contains(keys(aws_lambda_function.this.environment[0].variables), "DATABASE_HOST")
    error_message = "The function's environment differs."
  }
  assert {
    condition     = toset(local.reads[*].resource) == toset(["arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-A/app"])
    error_message = "The role does more, or less, than connect as the app."
  }
  assert {
    condition     = keys(aws_security_group_rule.to_databases) == ["primary"] && length(aws_security_group_rule.to_database) == 0
    error_message = "One way is opened twice, or none."
  }
}

run "no_database" {
  command = plan

  variables {
    database           = null
    password_parameter = "/shop/password"
  }

  expect_failures = [aws_lambda_function.this]
}

run "two_passwords_of_one_of_several" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    databases          = { cache = { password_parameter = "/a", password_secret_arn = "b" } }
  }

  expect_failures = [aws_lambda_function.this]
}

run "a_password_that_none_of_several_has" {
  command = plan

  variables {
    database = null
    databases = {
      primary = { server = { host = "a.example", security_group_id = "sg-1" } }
    }
  }

  expect_failures = [aws_lambda_function.this]
}

run "code_in_a_bucket" {
  command = plan

  variables {
    zip                = null
    zip_in_s3          = { bucket = "releases", key = "maglev-lambda-x86_64.zip", version = "3", sha256 = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855" }
    password_parameter = "/shop/password"
  }

  assert {
    condition     = aws_lambda_function.this.source_code_hash == base64sha256("") && aws_lambda_function.this.s3_object_version == "3" && aws_lambda_function.this.package_type == "Zip"
    error_message = "Another zip is meant."
  }
  assert {
    condition     = local.architecture == "x86_64"
    error_message = "The key says what the zip was built for."
  }
}

run "a_sum_that_is_none" {
  command = plan

  variables {
    zip                = null
    zip_in_s3          = { bucket = "releases", key = "maglev.zip", sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
    password_parameter = "/shop/password"
  }

  expect_failures = [var.zip_in_s3]
}

run "an_image" {
  command = plan

  variables {
    zip                = null
    image_uri          = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/maglev:1"
    password_parameter = "/shop/password"
  }

  assert {
    condition     = aws_lambda_function.this.package_type == "Image" && aws_lambda_function.this.handler == null && local.architecture == "arm64"
    error_message = "An image has its own runtime."
  }
}

run "code_in_two_places" {
  command = plan

  variables {
    image_uri          = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/maglev:1"
    password_parameter = "/shop/password"
  }

  expect_failures = [aws_lambda_function.this]
}

run "no_code" {
  command = plan

  variables {
    zip                = null
    password_parameter = "/shop/password"
  }

  expect_failures = [aws_lambda_function.this]
}

run "a_signed_image" {
  command = plan

  variables {
    zip                     = null
    image_uri               = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/maglev:1"
    code_signing_config_arn = "arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-1"
    password_parameter      = "/shop/password"
  }

  expect_failures = [aws_lambda_function.this]
}

# Where others make roles, networks and keys.
run "all_that_may_be_given" {
  command = plan

  variables {
    password_parameter       = "/shop/password"
    role                     = { arn = "arn:aws:iam::123456789012:role/migrator" }
    security_group           = { id = "sg-9" }
    create_database_ingress  = false
    environment_kms_key_arn  = "arn:aws:kms:eu-central-1:123456789012:key/2"
    log_kms_key_arn          = "arn:aws:kms:eu-central-1:123456789012:key/3"
    code_signing_config_arn  = "arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-1"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    failure_destination      = { arn = "arn:aws:sqs:eu-central-1:123456789012:failed", kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/4" }
    tracing_mode             = "Active"
    databases                = { queue = { server = { host = "queue.example", security_group_id = "sg-2" } } }
  }

  assert {
    condition     = length(aws_iam_role.this) + length(aws_iam_role_policy.this) + length(aws_security_group.this) == 0 && output.role_arn == "arn:aws:iam::123456789012:role/migrator" && output.security_group_id == "sg-9"
    error_message = "What is given is made once more."
  }
  assert {
    condition     = length(aws_security_group_rule.to_database) + length(aws_security_group_rule.from_function) + length(aws_security_group_rule.to_databases) + length(aws_security_group_rule.from_function_to_databases) + length(aws_security_group_rule.to_aws) == 0
    error_message = "Others' security groups are changed."
  }
  assert {
    condition     = aws_lambda_function.this.kms_key_arn == "arn:aws:kms:eu-central-1:123456789012:key/2" && aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-central-1:123456789012:key/3" && aws_lambda_function.this.tracing_config[0].mode == "Active"
    error_message = "A key, or X-Ray, is left out."
  }
  assert {
    condition = toset([for read in local.reads : "${join(" ", read.actions)} ${read.resource}"]) == toset([
      "ssm:GetParameter arn:aws:ssm:eu-central-1:123456789012:parameter/shop/password",
      "kms:Decrypt arn:aws:kms:eu-central-1:123456789012:key/2",
      "sqs:SendMessage arn:aws:sqs:eu-central-1:123456789012:failed",
      "kms:Decrypt kms:GenerateDataKey arn:aws:kms:eu-central-1:123456789012:key/4",
    ])
    error_message = "The role may do more, or less, than it has to."
  }
}

run "a_database_outside_of_aws" {
  command = plan

  variables {
    password_parameter       = "/shop/password"
    create_database_ingress  = false
    create_s3_endpoint       = true
    route_table_ids          = ["rtb-1"]
    https_egress_cidr_blocks = ["10.0.0.0/16"]
    database                 = { host = "db.example", name = "shop", username = "root", cidr_blocks = ["192.0.2.0/24"], port = 3307 }
  }

  assert {
    condition     = aws_security_group_rule.to_database[0].cidr_blocks == tolist(["192.0.2.0/24"]) && aws_security_group_rule.to_database[0].to_port == 3307 && length(aws_security_group_rule.from_function) == 0
    error_message = "The way to the database is another."
  }
  assert {
    condition     = aws_security_group_rule.to_aws[0].cidr_blocks == tolist(["10.0.0.0/16"]) && aws_vpc_endpoint.s3[0].service_name == "com.amazonaws.eu-central-1.s3"
    error_message = "The way to AWS' services is another."
  }
}

run "a_rule_for_no_security_group" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    database           = { host = "db.example", name = "shop", username = "root", cidr_blocks = ["192.0.2.0/24"] }
  }

  expect_failures = [aws_security_group_rule.from_function]
}

run "no_way_to_the_database" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    database           = { host = "db.example", name = "shop", username = "root" }
  }

  expect_failures = [var.database]
}

run "a_port_that_is_none" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    database           = { host = "db.example", name = "shop", username = "root", security_group_id = "sg-1", port = 70000 }
  }

  expect_failures = [var.database]
}

run "seen_from_outside" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    alarm_actions      = ["arn:aws:sns:eu-central-1:123456789012:alarms"]
    create_dashboard   = true
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.errors[0].dimensions["FunctionName"] == "migrator" && aws_cloudwatch_metric_alarm.errors[0].alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:alarms"])
    error_message = "Nobody is told of a failure."
  }
  assert {
    condition = toset(flatten([for widget in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : [
      for metric in try(widget.properties.metrics, []) : "${metric[0]} ${metric[1]}" if metric[2] == "FunctionName" && metric[3] == "migrator"
      ]])) == toset([
      "AWS/Lambda Duration", "AWS/Lambda Errors", "AWS/Lambda Invocations", "AWS/Lambda Throttles",
      "Maglev Failures", "Maglev Invocations", "Maglev Migrations", "Maglev Milliseconds", "Maglev Statements",
    ])
    error_message = "The dashboard shows more, or less, than there is."
  }
  assert {
    condition     = output.log_group_name == "/aws/lambda/migrator" && output.dashboard_name == "migrator"
    error_message = "The outputs name something else."
  }
}

run "no_alarm" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    create_alarm       = false
  }

  assert {
    condition     = output.alarm_arn == null && output.dashboard_name == null
    error_message = "Something was made that nobody asked for."
  }
}

run "words_that_aws_lacks" {
  command = plan

  variables {
    password_parameter = "/shop/password"
    name               = "the migrator"
    log_format         = "json"
    tracing_mode       = "On"
    log_retention_days = 100
    memory_size        = 64
    timeout            = 1000
  }

  expect_failures = [var.name, var.log_format, var.tracing_mode, var.log_retention_days, var.memory_size, var.timeout]
}

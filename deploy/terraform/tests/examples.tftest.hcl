# Each example, with AWS left out: it is valid, and what it makes itself may be unknown when it plans.

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
  mock_data "aws_db_instance" {
    defaults = { port = 3306 }
  }
}

variables {
  zip                        = "tests/empty.zip"
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-1", "subnet-2"]
  database_host              = "db.example"
  database_security_group_id = "sg-1"
  repository                 = "shop/app"
  password                   = "secret"
  password_secret_arn        = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"
}

run "aurora_mysql" {
  command = plan
  module {
    source = "./examples/aurora-mysql"
  }
}

run "rds_postgresql" {
  command = plan
  module {
    source = "./examples/rds-postgresql"
  }
}

run "kms_ciphertext" {
  command = plan
  module {
    source = "./examples/kms-ciphertext"
  }
  variables {
    key_alias          = "alias/shop"
    password_encrypted = "AQIC"
  }
}

run "ssm_parameter" {
  command = plan
  module {
    source = "./examples/ssm-parameter"
  }
}

run "iam" {
  command = plan
  module {
    source = "./examples/iam"
  }
  variables {
    database = "shop"
  }
}

run "container_image" {
  command = plan
  module {
    source = "./examples/container-image"
  }
}

run "zip_from_s3" {
  command = plan
  module {
    source = "./examples/zip-from-s3"
  }
  variables {
    artifacts               = "releases"
    sha256                  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    role_arn                = "arn:aws:iam::123456789012:role/migrator"
    security_group_id       = "sg-9"
    kms_key_arn             = "arn:aws:kms:eu-central-1:123456789012:key/1"
    code_signing_config_arn = "arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-1"
  }
}

run "roles_of_an_issuer_that_exists" {
  command = plan
  module {
    source = "./modules/ci"
  }
  variables {
    name          = "shop"
    issuer        = "oidc.circleci.com/org/1"
    audience      = "1"
    oidc_provider = { arn = "arn:aws:iam::123456789012:oidc-provider/oidc.circleci.com/org/1" }
    roles = {
      migrate = { subjects = ["org/1/project/2/user/*"], policy = "{}", session_seconds = 7200 }
    }
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0 && aws_iam_role.this["migrate"].name == "shop-migrate" && aws_iam_role.this["migrate"].max_session_duration == 7200
    error_message = "The role is another, or the issuer's provider is made once more."
  }
}

run "a_role_for_everybody" {
  command = plan
  module {
    source = "./modules/ci"
  }
  variables {
    name  = "shop"
    roles = { plan = { subjects = ["repo:*"], policy = "{}" } }
  }

  expect_failures = [var.roles]
}

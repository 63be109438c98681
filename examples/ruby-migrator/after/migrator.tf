resource "aws_lambda_function" "migrator" {
  function_name    = "migrator"
  role             = aws_iam_role.migrator.arn
  filename         = "maglev-lambda-arm64.zip"
  source_code_hash = filebase64sha256("maglev-lambda-arm64.zip")
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = ["arm64"]
  memory_size      = 256
  timeout          = 900

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.migrator.id]
  }

  environment {
    variables = {
      DATABASE_HOST               = var.database_host
      DATABASE_NAME               = "shop"
      DATABASE_USERNAME           = "migrator"
      DATABASE_PASSWORD_ENCRYPTED = var.password_encrypted
      RAILS_ENV                   = "production"
      RAILS_LOG_TO_STDOUT         = "1"
    }
  }
}

resource "aws_lambda_function" "migrator" {
  function_name = "migrator"
  role          = aws_iam_role.migrator.arn
  package_type  = "Image"
  image_uri     = "${aws_ecr_repository.migrator.repository_url}:${var.image_tag}"
  memory_size   = 2048
  timeout       = 900

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

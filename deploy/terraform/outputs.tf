output "function_name" {
  value = aws_lambda_function.this.function_name
}

output "function_arn" {
  value = aws_lambda_function.this.arn
}

output "role_arn" {
  value = aws_iam_role.this.arn
}

output "security_group_id" {
  value = aws_security_group.this.id
}

output "bucket" {
  value = var.bucket
}

output "invoke_policy" {
  description = "For CI's role: may invoke this function (and put objects into its bucket and delete them, if there is one), and nothing else."
  value       = data.aws_iam_policy_document.invoke.json
}

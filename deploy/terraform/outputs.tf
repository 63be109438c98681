output "function_name" {
  description = "What `maglev migrate --function` takes."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "The same, for `--sign`, which wants the whole name."
  value       = aws_lambda_function.this.arn
}

output "role_arn" {
  description = "The function's role, made or given."
  value       = local.role_arn
}

output "role_policy" {
  description = "What the function's role may do: for a `role` that exists, which the module does not touch."
  value       = data.aws_iam_policy_document.this.json
}

output "security_group_id" {
  description = "The function's security group, made or given: for other databases' rules."
  value       = local.security_group_id
}

output "log_group_name" {
  description = "The function's log, with the audit trail of who migrated what."
  value       = aws_cloudwatch_log_group.this.name
}

output "log_group_arn" {
  description = "The same log, for subscriptions and policies."
  value       = aws_cloudwatch_log_group.this.arn
}

output "alarm_arn" {
  description = "The alarm on errors of the function, if there is one."
  value       = one(aws_cloudwatch_metric_alarm.errors[*].arn)
}

output "dashboard_name" {
  description = "The dashboard, if there is one."
  value       = one(aws_cloudwatch_dashboard.this[*].dashboard_name)
}

output "bucket" {
  description = "The bucket for what is larger than an invocation may be, if there is one: for `--bucket s3://NAME`."
  value       = var.bucket
}

output "invoke_policy" {
  description = "For CI's role: may invoke this function (and put objects into its bucket and delete them, if there is one), and nothing else."
  value       = data.aws_iam_policy_document.invoke.json
}

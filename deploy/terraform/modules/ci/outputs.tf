output "role_arns" {
  description = "The roles' ARNs by their keys in `roles`: what CI's jobs assume."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}

output "oidc_provider_arn" {
  description = "The OpenID Connect provider, made or given."
  value       = var.oidc_provider == null ? aws_iam_openid_connect_provider.this[0].arn : var.oidc_provider.arn
}

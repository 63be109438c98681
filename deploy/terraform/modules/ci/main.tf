# Roles for CI by OpenID Connect: no key to keep, none to leak. One for each kind of job, each with one policy.

resource "aws_iam_openid_connect_provider" "this" {
  count          = var.oidc_provider == null ? 1 : 0
  url            = "https://${var.issuer}"
  client_id_list = [var.audience]
  # AWS trusts the authorities of these issuers by itself; older providers of Terraform want a thumbprint all the same.
  thumbprint_list = ["6938fd4d98bab03faadb97b34396831e3780aea1"]
  tags            = var.tags
}

resource "aws_iam_role" "this" {
  for_each             = var.roles
  name                 = "${var.name}-${each.key}"
  description          = "CI: ${each.key}, by Maglev"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = each.value.session_seconds
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "this" {
  for_each = var.roles
  name     = "invoke"
  role     = aws_iam_role.this[each.key].id
  policy   = each.value.policy
}

data "aws_iam_policy_document" "trust" {
  for_each = var.roles

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider == null ? aws_iam_openid_connect_provider.this[0].arn : var.oidc_provider.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${var.issuer}:aud"
      values   = [var.audience]
    }
    condition {
      test     = "StringLike"
      variable = "${var.issuer}:sub"
      values   = each.value.subjects
    }
  }
}

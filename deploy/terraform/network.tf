# From the function to the database, and to the service that has the password. Nothing comes in.

# How many of each there are follows from what is known when Terraform plans: where the password is, its secret or its key may be
# made in the same configuration, and have no name yet.

locals {
  security_group_id = var.security_group == null ? aws_security_group.this[0].id : var.security_group.id

  port = var.database == null ? null : try(coalesce(var.database.port, startswith(var.database.adapter, "post") ? 5432 : 3306), null)
  # Of the other servers. Whether there is one is known, whatever is known of it.
  servers = { for name, database in var.databases : name => database.server if database.server != null }
  ports   = { for name, server in local.servers : name => coalesce(server.port, startswith(server.adapter, "post") ? 5432 : 3306) }
  ways    = { for name, server in local.servers : name => server if server.rules }
  # Of a security group that exists, what it lets out is its owner's.
  ways_out = var.security_group == null ? local.ways : {}
  ways_in  = var.create_database_ingress ? local.ways : {}
  # A name all the same where there is none, for the precondition below to speak.
  endpoint_service = coalesce(local.service, "none")
}

resource "aws_security_group" "this" {
  # checkov:skip=CKV2_AWS_5: The function's, by local.security_group_id.
  count       = var.security_group == null ? 1 : 0
  name        = var.name
  description = "Maglev, the function that migrates"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_security_group_rule" "to_database" {
  count                    = var.database == null || var.security_group != null ? 0 : 1
  description              = "To the database"
  type                     = "egress"
  security_group_id        = local.security_group_id
  source_security_group_id = var.database.security_group_id
  cidr_blocks              = var.database.cidr_blocks
  protocol                 = "tcp"
  from_port                = local.port
  to_port                  = local.port
}

resource "aws_security_group_rule" "from_function" {
  count                    = var.database == null || !var.create_database_ingress ? 0 : 1
  description              = "From Maglev"
  type                     = "ingress"
  security_group_id        = var.database.security_group_id
  source_security_group_id = local.security_group_id
  protocol                 = "tcp"
  from_port                = local.port
  to_port                  = local.port

  lifecycle {
    precondition {
      condition     = var.database.security_group_id != null
      error_message = "A database without a security group has no rule to get: create_database_ingress is to be false."
    }
  }
}

resource "aws_security_group_rule" "to_databases" {
  for_each                 = local.ways_out
  description              = "To the database ${each.key}"
  type                     = "egress"
  security_group_id        = local.security_group_id
  source_security_group_id = each.value.security_group_id
  cidr_blocks              = each.value.cidr_blocks
  protocol                 = "tcp"
  from_port                = local.ports[each.key]
  to_port                  = local.ports[each.key]
}

resource "aws_security_group_rule" "from_function_to_databases" {
  for_each                 = local.ways_in
  description              = "From Maglev"
  type                     = "ingress"
  security_group_id        = each.value.security_group_id
  source_security_group_id = local.security_group_id
  protocol                 = "tcp"
  from_port                = local.ports[each.key]
  to_port                  = local.ports[each.key]

  lifecycle {
    precondition {
      condition     = each.value.security_group_id != null
      error_message = "A database without a security group has no rule to get: create_database_ingress is to be false, or the server's `rules`."
    }
  }
}

resource "aws_security_group_rule" "to_aws" {
  count             = var.https_egress && var.security_group == null ? 1 : 0
  description       = "To the AWS service that has the password, and to S3"
  type              = "egress"
  security_group_id = local.security_group_id
  cidr_blocks       = var.https_egress_cidr_blocks
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "this" {
  count               = var.create_endpoint ? 1 : 0
  vpc_id              = var.vpc_id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${data.aws_region.current.id}.${local.endpoint_service}"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.endpoint[0].id]
  private_dns_enabled = true
  tags                = merge(var.tags, { Name = "${var.name}-password" })

  lifecycle {
    precondition {
      condition     = local.service != null
      error_message = "create_endpoint is for the service that has the password, and iam_auth_resource_id asks none: leave it out."
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  count             = var.create_s3_endpoint ? 1 : 0
  vpc_id            = var.vpc_id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${data.aws_region.current.id}.s3"
  route_table_ids   = var.route_table_ids
  tags              = merge(var.tags, { Name = "${var.name}-s3" })
}

resource "aws_security_group" "endpoint" {
  count       = var.create_endpoint ? 1 : 0
  name        = "${var.name}-endpoint"
  description = "The AWS service that has the password"
  vpc_id      = var.vpc_id
  tags        = var.tags

  ingress {
    description     = "From Maglev"
    security_groups = [local.security_group_id]
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
  }
}

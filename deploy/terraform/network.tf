# From the function to the database, and to the service that has the password. Nothing comes in.

locals {
  # Asked over HTTPS: the service that has the password, and S3.
  https    = local.service != null || var.bucket != null
  endpoint = var.create_endpoint && local.service != null
}

resource "aws_security_group" "this" {
  name        = var.name
  description = "Maglev, the function that migrates"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_security_group_rule" "to_database" {
  description              = "To the database"
  type                     = "egress"
  security_group_id        = aws_security_group.this.id
  source_security_group_id = var.database.security_group_id
  protocol                 = "tcp"
  from_port                = var.database.port
  to_port                  = var.database.port
}

resource "aws_security_group_rule" "from_function" {
  description              = "From Maglev"
  type                     = "ingress"
  security_group_id        = var.database.security_group_id
  source_security_group_id = aws_security_group.this.id
  protocol                 = "tcp"
  from_port                = var.database.port
  to_port                  = var.database.port
}

resource "aws_security_group_rule" "to_aws" {
  count             = local.https ? 1 : 0
  description       = "To the AWS service that has the password, and to S3"
  type              = "egress"
  security_group_id = aws_security_group.this.id
  cidr_blocks       = ["0.0.0.0/0"]
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "this" {
  count               = local.endpoint ? 1 : 0
  vpc_id              = var.vpc_id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${data.aws_region.current.name}.${local.service}"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.endpoint[0].id]
  private_dns_enabled = true
  tags                = merge(var.tags, { Name = "${var.name}-${local.service}" })
}

resource "aws_security_group" "endpoint" {
  count       = local.endpoint ? 1 : 0
  name        = "${var.name}-endpoint"
  description = "The AWS service that has the password"
  vpc_id      = var.vpc_id
  tags        = var.tags

  ingress {
    description     = "From Maglev"
    security_groups = [aws_security_group.this.id]
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
  }
}

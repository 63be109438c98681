# What is seen of the function from outside: its log, which is the audit trail too, an alarm, and a dashboard.

locals {
  # The function writes these metrics into its log, in CloudWatch's embedded format; CloudWatch makes them of it.
  own = { for metric in ["Failures", "Invocations", "Migrations", "Milliseconds", "Statements"] :
    metric => ["Maglev", metric, "FunctionName", var.name]
  }
  of_lambda = { for metric in ["Duration", "Errors", "Invocations", "Throttles"] :
    metric => ["AWS/Lambda", metric, "FunctionName", var.name]
  }

  widgets = [
    { title = "Invocations", stat = "Sum", metrics = [local.own.Invocations, local.own.Failures] },
    { title = "Migrations and statements", stat = "Sum", metrics = [local.own.Migrations, local.own.Statements] },
    { title = "Milliseconds of an invocation", stat = "Maximum", metrics = [local.own.Milliseconds, local.of_lambda.Duration] },
    { title = "As Lambda counts", stat = "Sum", metrics = [local.of_lambda.Invocations, local.of_lambda.Errors, local.of_lambda.Throttles] },
  ]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
  tags              = var.tags
}

# Every failure of a run is an error of the function, and so are a time-out and a process that ended.
resource "aws_cloudwatch_metric_alarm" "errors" {
  count               = var.create_alarm ? 1 : 0
  alarm_name          = "${var.name}-errors"
  alarm_description   = "A migration failed, was refused, or could not be run: see the log ${aws_cloudwatch_log_group.this.name}"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_dashboard" "this" {
  count          = var.create_dashboard ? 1 : 0
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [for place, widget in local.widgets : {
        type   = "metric"
        x      = 12 * (place % 2)
        y      = 6 * floor(place / 2)
        width  = 12
        height = 6
        properties = {
          title   = widget.title
          region  = data.aws_region.current.id
          stat    = widget.stat
          period  = 60
          view    = "timeSeries"
          metrics = widget.metrics
        }
      }],
      [{
        type   = "log"
        x      = 0
        y      = 12
        width  = 24
        height = 6
        properties = {
          title  = "Who migrated what"
          region = data.aws_region.current.id
          view   = "table"
          query  = "SOURCE '${aws_cloudwatch_log_group.this.name}' | filter maglev = 'audit' | fields @timestamp, command, revision, outcome, error, milliseconds | sort @timestamp desc | limit 50"
        }
      }],
    )
  })
}

variable "name" {
  description = "The function's name: what `maglev migrate --function NAME` calls. The role, the security group, the alarm and the dashboard have it too."
  type        = string
  default     = "migrator"

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The name has 1 to 64 letters, digits, hyphens and underscores, as Lambda's and IAM's have."
  }
}

variable "zip" {
  description = "Path of maglev-lambda-arm64.zip or maglev-lambda-x86_64.zip. One of this, `zip_in_s3` and `image_uri` is to be given."
  type        = string
  default     = null
}

variable "zip_in_s3" {
  description = "The zip where a bucket of the function's region has it; `sha256` is its sum, hexadecimal, as the release's SHA256SUMS has it. Code of another sum is an error of the run that deploys it."
  type = object({
    bucket  = string
    key     = string
    version = optional(string)
    sha256  = string
  })
  default = null

  validation {
    condition     = var.zip_in_s3 == null ? true : can(regex("^[0-9A-Fa-f]{64}$", var.zip_in_s3.sha256))
    error_message = "The sha256 has 64 hexadecimal digits."
  }
}

variable "image_uri" {
  description = "A container image in ECR, as deploy/container/Dockerfile makes it. The zip starts twice as fast."
  type        = string
  default     = null
}

variable "architecture" {
  description = "What the zip or the image was built for: arm64 or x86_64. Without it the zip's name says so, and arm64 where it does not."
  type        = string
  default     = null

  validation {
    condition     = var.architecture == null ? true : contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64."
  }
}

variable "runtime" {
  description = "An operating system runtime of Lambda with glibc 2.34 or newer. An image has its own."
  type        = string
  default     = "provided.al2023"
}

variable "code_signing_config_arn" {
  description = "A code signing configuration of Lambda that the zip has to satisfy."
  type        = string
  default     = null
}

variable "memory_size" {
  description = "Megabytes. A run needs less than 64; processor time comes in proportion to this."
  type        = number
  default     = 256

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240
    error_message = "Lambda has 128 to 10240 megabytes."
  }
}

variable "timeout" {
  description = "Seconds. Maglev stops in time to roll back and say where it is, and its caller goes on from there."
  type        = number
  default     = 900

  validation {
    condition     = var.timeout >= 30 && var.timeout <= 900
    error_message = "Give 30 to 900 seconds: Lambda has no more, and less leaves no time to roll back."
  }
}

variable "reserved_concurrency" {
  description = "How many invocations may run at once; -1 leaves it open. An account with 10 concurrent executions, as new ones have, can reserve none. The lock in the database lets one run at a time all the same."
  type        = number
  default     = -1
}

variable "log_retention_days" {
  description = "How long the log, which is the audit trail of who migrated what, is kept; 0 keeps it for ever."
  type        = number
  default     = 365

  validation {
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days, or for ever, which is 0."
  }
}

variable "log_format" {
  description = "Text, or JSON: what Lambda says in the log, and what the function says, is one JSON object a line."
  type        = string
  default     = "Text"

  validation {
    condition     = contains(["JSON", "Text"], var.log_format)
    error_message = "The log_format is JSON or Text."
  }
}

variable "log_kms_key_arn" {
  description = "A key of KMS for the log. Its policy has to let logs.REGION.amazonaws.com use it."
  type        = string
  default     = null
}

variable "tracing_mode" {
  description = "Of X-Ray: Active traces a share of the invocations, PassThrough those that the caller traces."
  type        = string
  default     = "PassThrough"

  validation {
    condition     = contains(["Active", "PassThrough"], var.tracing_mode)
    error_message = "The tracing_mode is Active or PassThrough."
  }
}

variable "failure_destination" {
  description = "Where Lambda reports an event that nobody waits for (`aws lambda invoke --invocation-type Event`) and that failed: a queue, topic, function or event bus, and the key of KMS that encrypts the queue or the topic, if it is a customer's."
  type = object({
    arn         = string
    kms_key_arn = optional(string)
  })
  default = null
}

variable "create_alarm" {
  description = "Make an alarm on errors of the function: a migration that failed, was refused, or could not be run."
  type        = bool
  default     = true
}

variable "alarm_actions" {
  description = "Topics and the like to which the alarm is told."
  type        = list(string)
  default     = []
}

variable "create_dashboard" {
  description = "Make a dashboard of the function's invocations, failures, migrations, statements and time. CloudWatch asks money for the fourth of an account and more."
  type        = bool
  default     = false
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of the function's role."
  type        = string
  default     = null
}

variable "role" {
  description = "A role for the function that exists. It needs what the output `role_policy` says, and has to trust lambda.amazonaws.com."
  type = object({
    arn = string
  })
  default = null
}

variable "security_group" {
  description = "A security group for the function that exists. What it lets out (to the databases, and to AWS on port 443) is its owner's to say."
  type = object({
    id = string
  })
  default = null
}

variable "vpc_id" {
  description = "The network of the databases."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets from which the database can be reached."
  type        = list(string)
}

variable "database" {
  description = "The database; of several, the primary one, and the server of those that have none of their own. `adapter` is mysql2, trilogy, postgresql or postgis; `port` is 3306 or 5432 by adapter where it is not given. A database without a security group of its own, such as one outside of AWS, has `cidr_blocks` instead."
  type = object({
    host              = string
    name              = string
    username          = string
    security_group_id = optional(string)
    cidr_blocks       = optional(list(string))
    adapter           = optional(string, "mysql2")
    port              = optional(number)
  })
  default = null

  validation {
    condition     = contains(["mysql2", "trilogy", "postgresql", "postgis"], try(var.database.adapter, "mysql2"))
    error_message = "The adapter is mysql2, trilogy, postgresql or postgis, as config/database.yml has it."
  }
  validation {
    condition     = try(var.database.port, null) == null ? true : var.database.port > 0 && var.database.port < 65536 && floor(var.database.port) == var.database.port
    error_message = "The port is a whole number from 1 to 65535."
  }
  validation {
    condition     = var.database == null ? true : (try(var.database.security_group_id, null) == null) != (try(var.database.cidr_blocks, null) == null)
    error_message = "Give the database's security_group_id, or cidr_blocks: the one is the way to it, or the other."
  }
}

variable "databases" {
  description = "Of several databases, by their names in config/database.yml, what is not as `database` and the variables below have it: another `server`, user or password. The names on the servers are database.yml's unless `name` says another. One on the server of `database`, with its user, need not be here. `rules` is false where another's security group lets the function in on that port already."
  type = map(object({
    name     = optional(string)
    username = optional(string)
    server = optional(object({
      host              = string
      security_group_id = optional(string)
      cidr_blocks       = optional(list(string))
      adapter           = optional(string, "mysql2")
      port              = optional(number)
      rules             = optional(bool, true)
    }))
    ssl_mode             = optional(string)
    password_encrypted   = optional(string)
    password_secret_arn  = optional(string)
    password_parameter   = optional(string)
    iam_auth_resource_id = optional(string)
    kms_key_arn          = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for database in values(var.databases) : contains(["mysql2", "trilogy", "postgresql", "postgis"], try(database.server.adapter, "mysql2"))])
    error_message = "The adapter is mysql2, trilogy, postgresql or postgis, as config/database.yml has it."
  }
  validation {
    condition     = alltrue([for database in values(var.databases) : try(database.server.port, null) == null ? true : database.server.port > 0 && database.server.port < 65536 && floor(database.server.port) == database.server.port])
    error_message = "The port is a whole number from 1 to 65535."
  }
  validation {
    condition     = alltrue([for database in values(var.databases) : database.server == null ? true : (try(database.server.security_group_id, null) == null) != (try(database.server.cidr_blocks, null) == null)])
    error_message = "Give each server's security_group_id, or cidr_blocks: the one is the way to it, or the other."
  }
  validation {
    condition     = alltrue([for database in values(var.databases) : database.ssl_mode == null ? true : contains(["disable", "prefer", "require", "verify-ca", "verify-full"], database.ssl_mode)])
    error_message = "The ssl_mode is disable, prefer, require, verify-ca or verify-full."
  }
}

variable "password_encrypted" {
  description = "The password as KMS ciphertext, base64: aws kms encrypt --key-id KEY --plaintext fileb://FILE --query CiphertextBlob --output text."
  type        = string
  default     = null
}

variable "password_secret_arn" {
  description = "A secret of Secrets Manager: the password, or the JSON that RDS keeps there."
  type        = string
  default     = null
}

variable "password_parameter" {
  description = "The name of an SSM parameter, a SecureString."
  type        = string
  default     = null
}

variable "iam_auth_resource_id" {
  description = "Authenticate by IAM: the database's resource id (db-..., cluster-...). Needs no secret at all, and TLS."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "The customer's key of password_encrypted, or of the secret or the parameter if it is not AWS' own."
  type        = string
  default     = null
}

variable "ssl_mode" {
  description = "DATABASE_SSL_MODE: disable, prefer, require, verify-ca or verify-full."
  type        = string
  default     = "verify-full"

  validation {
    condition     = contains(["disable", "prefer", "require", "verify-ca", "verify-full"], var.ssl_mode)
    error_message = "The ssl_mode is disable, prefer, require, verify-ca or verify-full."
  }
}

variable "rails_env" {
  description = "RAILS_ENV: whose databases of config/database.yml these are."
  type        = string
  default     = "production"
}

variable "trusted_keys" {
  description = "ed25519 public keys, base64: with any, only what `maglev migrate --sign` signed with one of them runs."
  type        = list(string)
  default     = []
}

variable "environment" {
  description = "More variables for the function. Migrations see RAILS_*, RACK_ENV, TZ, LANG and what MAGLEV_RUBY_ENV names in ENV."
  type        = map(string)
  default     = {}
}

variable "environment_kms_key_arn" {
  description = "A key of KMS for the function's variables, in place of AWS' own."
  type        = string
  default     = null
}

variable "create_database_ingress" {
  description = "Let the function in at the databases' security groups. false where these are another configuration's to change, or let it in already."
  type        = bool
  default     = true
}

variable "create_endpoint" {
  description = "Make the VPC endpoint of the service that has the password. For subnets with no NAT and no such endpoint yet."
  type        = bool
  default     = false
}

variable "https_egress" {
  description = "Let the function's security group reach AWS' services on port 443. With iam_auth_resource_id and without a bucket it asks none, and this may be false."
  type        = bool
  default     = true
}

variable "https_egress_cidr_blocks" {
  description = "Where those services are: of subnets that reach them by endpoints, the network's own block."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "create_s3_endpoint" {
  description = "Make S3's gateway endpoint, which costs nothing, for `bucket` in subnets with no NAT."
  type        = bool
  default     = false
}

variable "route_table_ids" {
  description = "The route tables of `subnet_ids`, for S3's gateway endpoint."
  type        = list(string)
  default     = []
}

variable "bucket" {
  description = "Make a bucket of this name, for what is larger than the 6 MB of an invocation. Subnets with no NAT need S3's gateway endpoint: `create_s3_endpoint`."
  type        = string
  default     = null
}

variable "create_bucket" {
  description = "Whether `bucket` names a bucket to make. To be given where its name is made in the same configuration, and so is not known when Terraform plans."
  type        = bool
  default     = null
}

variable "tags" {
  description = "Of all that is made."
  type        = map(string)
  default     = {}
}

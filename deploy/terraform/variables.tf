variable "name" {
  description = "The function's name: what `maglev migrate --function NAME` calls."
  type        = string
  default     = "migrator"
}

variable "zip" {
  description = "Path of maglev-lambda-arm64.zip or maglev-lambda-x86_64.zip."
  type        = string
}

variable "architecture" {
  description = "What the zip was built for: arm64 or x86_64. Without it the zip's name says so, and arm64 where it does not."
  type        = string
  default     = null

  validation {
    condition     = var.architecture == null ? true : contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64."
  }
}

variable "runtime" {
  description = "An operating system runtime of Lambda with glibc 2.34 or newer."
  type        = string
  default     = "provided.al2023"
}

variable "memory_size" {
  description = "Megabytes. A run needs less than 64; processor time comes in proportion to this."
  type        = number
  default     = 256
}

variable "timeout" {
  description = "Seconds. Maglev stops in time to roll back and say where it is, and its caller goes on from there."
  type        = number
  default     = 900
}

variable "reserved_concurrency" {
  description = "How many invocations may run at once; -1 leaves it open. An account with 10 concurrent executions, as new ones have, can reserve none. The lock in the database lets one run at a time all the same."
  type        = number
  default     = -1
}

variable "log_retention_days" {
  description = "How long the log, which is the audit trail of who migrated what, is kept."
  type        = number
  default     = 365
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  description = "Private subnets from which the database can be reached."
  type        = list(string)
}

variable "database" {
  description = "The database; of several, the primary one, and the server of those that have none of their own. `adapter` is mysql2, trilogy, postgresql or postgis; `port` is 3306 or 5432 by adapter where it is not given."
  type = object({
    host              = string
    name              = string
    username          = string
    security_group_id = string
    adapter           = optional(string, "mysql2")
    port              = optional(number)
  })
  default = null

  validation {
    condition     = contains(["mysql2", "trilogy", "postgresql", "postgis"], try(var.database.adapter, "mysql2"))
    error_message = "The adapter is mysql2, trilogy, postgresql or postgis, as config/database.yml has it."
  }
}

variable "databases" {
  description = "Of several databases, by their names in config/database.yml, what is not as `database` and the variables below have it: another `server`, user or password. The names on the servers are database.yml's unless `name` says another. One on the server of `database`, with its user, need not be here. `rules` is false where another's security group lets the function in on that port already."
  type = map(object({
    name     = optional(string)
    username = optional(string)
    server = optional(object({
      host              = string
      security_group_id = string
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
  type    = string
  default = "production"
}

variable "trusted_keys" {
  description = "ed25519 public keys, base64: with any, only what `maglev migrate --sign` signed with one of them runs."
  type        = list(string)
  default     = []
}

variable "environment" {
  description = "More variables for the function, which migrations see in ENV."
  type        = map(string)
  default     = {}
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

variable "bucket" {
  description = "Make a bucket of this name, for what is larger than the 6 MB of an invocation. Subnets with no NAT need S3's gateway endpoint."
  type        = string
  default     = null
}

variable "create_bucket" {
  description = "Whether `bucket` names a bucket to make. To be given where its name is made in the same configuration, and so is not known when Terraform plans."
  type        = bool
  default     = null
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "name" {
  description = "What the roles' names begin with; a hyphen and their keys in `roles` follow."
  type        = string
}

variable "roles" {
  description = "The roles. `subjects` are the jobs that may have one, as the issuer names them, `*` being anything: `repo:OWNER/APP:ref:refs/heads/main` and `repo:OWNER/APP:pull_request` of GitHub, `org/ORG/project/PROJECT/user/*` of CircleCI, `project_path:GROUP/APP:ref_type:branch:ref:main` of GitLab. `policy` is a module's `invoke_policy`. `session_seconds` is as long as a job may run."
  type = map(object({
    subjects        = list(string)
    policy          = string
    session_seconds = optional(number, 3600)
  }))
  nullable = false

  validation {
    condition     = alltrue(flatten([for role in values(var.roles) : [for subject in role.subjects : can(regex("^[^*?]+[:/][^*?]+", subject))]]))
    error_message = "A subject names the repository or the project: `*` alone, and `repo:*`, let everybody in."
  }
  validation {
    condition     = alltrue([for role in values(var.roles) : length(role.subjects) > 0])
    error_message = "Each role needs a subject."
  }
  validation {
    condition     = alltrue([for role in values(var.roles) : role.session_seconds >= 3600 && role.session_seconds <= 43200])
    error_message = "A role's session has 3600 to 43200 seconds."
  }
}

variable "issuer" {
  description = "Who vouches for the jobs: `token.actions.githubusercontent.com`, `oidc.circleci.com/org/ORG`, `gitlab.com`, `agent.buildkite.com`."
  type        = string
  default     = "token.actions.githubusercontent.com"

  validation {
    condition     = !startswith(var.issuer, "https:") && !endswith(var.issuer, "/")
    error_message = "The issuer is given without https:// and without a slash behind it."
  }
}

variable "audience" {
  description = "For whom the tokens are: `sts.amazonaws.com`, or of CircleCI the organization's id."
  type        = string
  default     = "sts.amazonaws.com"
}

variable "oidc_provider" {
  description = "The issuer's OpenID Connect provider, where the account has it already: it can have one of each."
  type = object({
    arn = string
  })
  default = null
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of the roles."
  type        = string
  default     = null
}

variable "tags" {
  description = "Of all that is made."
  type        = map(string)
  default     = {}
}

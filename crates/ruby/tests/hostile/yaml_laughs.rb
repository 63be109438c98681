require "yaml"
text = "a: &a [l,l,l,l,l,l,l,l,l]\n"
("b".."j").each { |n| text << "#{n}: &#{n} [#{(["*" + (n.ord - 1).chr] * 9).join(",")}]\n" }
p YAML.load(text, aliases: true).to_s.size

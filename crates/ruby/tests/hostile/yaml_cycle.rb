require "yaml"
a = YAML.load("--- &a [*a]", aliases: true)
p a
p YAML.load("&a\n<<: *a\nb: 1", aliases: true).keys
p YAML.load("<<: &a [*a]", aliases: true).keys
p a.flatten rescue p $!.class
p YAML.dump(a)

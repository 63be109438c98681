a = [1]
a << a
h = { a: a }
h[:h] = h
p a, h
p a.to_s, h.to_s
a.flatten rescue p $!.class
a.join rescue p $!.class
[a, h].each { |x| x.hash; x == x.dup; x.to_a }

s = "a-b" * 100_000
s.tr(s, s) rescue p $!.class
s = ("a".."z").to_a.join * 20_000
s.count(s)

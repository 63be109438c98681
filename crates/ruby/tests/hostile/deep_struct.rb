S = Struct.new(:a)
s = S.new(1)
100_000.times { s = S.new(s) }
s == s.dup
s.inspect

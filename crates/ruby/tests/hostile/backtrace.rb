def f(n) = n.zero? ? raise("x") : f(n - 1)
loop { f(2_000) rescue nil }

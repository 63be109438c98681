a = [1]
100.times { a = [a, a] }
a.deep_dup

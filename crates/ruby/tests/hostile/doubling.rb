a = [1]
100.times { a = [a, a] }
p a.hash == a.dup.hash
p a == a.dup
a.flatten

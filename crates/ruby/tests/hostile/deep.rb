a = []
1_000_000.times { a = [a] }
a.hash
p a == [a]

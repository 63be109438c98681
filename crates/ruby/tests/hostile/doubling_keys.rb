a = [1]
b = [1]
100.times { a = [a, a]; b = [b, b] }
p({ a => 1 }[b])

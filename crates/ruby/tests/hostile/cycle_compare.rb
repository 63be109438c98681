a = [1]
b = [1]
a << a
b << b
p a == b
p a <=> b

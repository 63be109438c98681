a = [1]
loop { a.push(*a) }

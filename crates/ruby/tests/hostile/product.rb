a = (0..999).to_a
a.product(a, a, a)

p (1..10**15).to_a.size

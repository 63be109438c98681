[1].cycle.to_a

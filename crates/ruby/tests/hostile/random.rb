loop { Random.new(3**100_000).rand(2**100_000) }

loop { ("a" * 1_000_000).unpack("C*").size }

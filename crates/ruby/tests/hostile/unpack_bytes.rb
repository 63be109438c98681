("a" * 50_000_000).unpack("C*").size

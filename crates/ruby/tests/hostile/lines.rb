s = "a\n" * 1_000_000
loop { s.lines.size }

s = "a" * 1_000_000
loop { s.gsub(/(?=a)/, "b") }

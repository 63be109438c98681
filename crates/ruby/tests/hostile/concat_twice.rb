s = "a"
loop { s.concat(s, s) }

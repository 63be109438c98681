f = -> { 1 }
100_000.times { g = f; f = -> { g.call } }
f.call

Integer("9" * 10_000_000) rescue p $!.class
r = Rational(3, 2)
40.times { r *= r }

require "bigdecimal"
d = BigDecimal("1e10000")
60.times { d *= d }
p d + 1

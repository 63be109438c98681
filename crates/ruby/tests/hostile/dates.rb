require "date"
Date.new(2020, 1, 1).step(Date.new(9_999_999, 1, 1)).to_a.size

require "json"
a = [1]
100.times { a = [a, a] }
a.to_json

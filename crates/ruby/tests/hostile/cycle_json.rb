require "json"
a = []
a << a
a.to_json

h = {}
h[:h] = h
h.to_query

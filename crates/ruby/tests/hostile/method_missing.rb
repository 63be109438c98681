def method_missing(name, *args) = send(name, *args, 1)
nothing

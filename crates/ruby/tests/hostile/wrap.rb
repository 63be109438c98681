p (1..).lazy.map { |x| x }.reject { |x| true }.first(1)

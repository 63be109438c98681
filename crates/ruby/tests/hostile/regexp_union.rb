r = Regexp.union((0..5_000).map { |n| "word#{n}" })
loop { r.match("word" * 100_000) }

a = (0..200_000).to_a.reverse
loop { a.sort_by { |n| -n }.max }

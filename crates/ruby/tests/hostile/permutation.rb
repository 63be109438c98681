(0..30).to_a.permutation.size.then { (0..30).to_a.permutation { |x| x } }

p ("a".."z" * 40).to_a.size

require "digest"
s = "a" * 5_000_000
loop { Digest::SHA256.hexdigest(s) }

Integer.sqrt(10**500_000).to_s.gcd(3)

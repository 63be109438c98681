([1] * 100_000).pack("C99999999") rescue p $!.class
loop { ([1] * 100_000).pack("w*") }

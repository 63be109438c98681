require "csv"
CSV.parse("a," * 1_000_000 + "\n" + "\"" * 1_000_001) rescue p $!.class

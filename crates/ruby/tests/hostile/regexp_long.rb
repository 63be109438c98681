Regexp.new("(a?){900}" * 50) rescue p $!.class
Regexp.new("(" * 50_000) rescue p $!.class

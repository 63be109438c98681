/(a|a)*(?=c)\1?b/.match("a" * 200_000) rescue p $!.class

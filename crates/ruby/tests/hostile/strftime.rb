p Time.at(0).strftime("%N" * 10_000_000).size

require "erb"
ERB.new("<%= 1 %>" * 20_000)
ERB.new("<%" * 100_000)

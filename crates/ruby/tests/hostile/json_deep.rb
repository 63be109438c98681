require "json"
JSON.parse("[" * 1_000_000) rescue p $!.class

# A keyword that means nothing.
require "yaml"
require "base64"
require "bigdecimal"
require "securerandom"
require "logger"
require "erb"
require "stringio"

def t
  p(yield)
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end

t { YAML.dump({ a: 1 }, bogus: true) }
t { YAML.dump({ a: 1 }, indentation: 2) }
t { io = StringIO.new; [YAML.dump({ a: 1 }, io).equal?(io), io.string] }
t { YAML.load("a: 1", bogus: 1) }
t { YAML.safe_load("a: 1", bogus: 1) }
t { YAML.unsafe_load("a: 1", bogus: 1) }
t { YAML.load_stream("a: 1", bogus: 1) }
t { YAML.load("a: x", freeze: true).frozen? }
t { YAML.load("a: 1", symbolize_names: true, filename: "x", fallback: 1) }
t { begin; YAML.load("a: [", filename: "here.yml"); rescue Psych::SyntaxError => error; error.message[0, 10]; end }
t { 1.5.round(bogus: 1) }
t { 1.5.round(half: :even) }
t { 15.round(bogus: 1) }
t { 1.5r.round(bogus: 1) }
t { BigDecimal("1.5", bogus: 1) }
t { Integer("1", bogus: 1) }
t { Float("1", bogus: 1) }
t { Rational("1", bogus: 1) }
t { Base64.urlsafe_encode64("a", bogus: 1) }
t { SecureRandom.alphanumeric(2, bogus: 1) }
t { Logger.new(nil, bogus: 1) }
t { ERB.new("a", bogus: 1) }
t { Time.now(bogus: 1) }
t { Time.at(1, bogus: 1) }
t { Time.new(2024, bogus: 1) }
t { Time.new(2024).clone(bogus: 1) }
t { 5.clone(bogus: 1) }
t { "a".clone(bogus: 1) }
t { 1.step(3, bogus: 1) {} }
t { warn("x", bogus: 1) }
t { warn("x", category: :bogus) }
t { warn("x", category: :deprecated) }

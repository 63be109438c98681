# The options of JSON.generate and JSON.parse, and texts whose bytes are no characters.
require "json"
require "bigdecimal"
require "stringio"
require "set"

def t
  p(yield)
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end

b="a\xFFb"
t { b.to_json }
t { JSON.generate(b) }
t { JSON.generate([b]) }
t { JSON.generate({b=>1}) }
t { {b=>1}.to_json }
t { [b].to_json }
t { "\xFF".b.to_json }
t { JSON.generate("\xE9".b) }
t { JSON.generate("é".b) }
t { JSON.generate("é".encode("ISO-8859-1")) }
t { "é".encode("ISO-8859-1").to_json }
t { "é".b.to_json }
t { ActiveSupport::JSON.encode(b) }
t { JSON.parse("[\"a\xFF\"]") }
t { JSON.generate({a: "é\u{1F600}</script>\u2028", b: [1,{}], c:{}, d:[]}, ascii_only: true) }
t { JSON.generate({a: "é</script>\u2028/"}, script_safe: true) }
t { JSON.generate({a: "é</script>\u2028/"}, escape_slash: true) }
t { JSON.generate({a: "é</script>\u2028/"}, script_safe: true, ascii_only: true) }
o={a: [1,{b: 2},[],{}], c: {}, d: nil}
t { JSON.generate(o, indent: "\t", space: " ", space_before: "~", object_nl: "\n", array_nl: "\n") }
t { JSON.generate(o, indent: "--") }
t { JSON.generate(o, indent: "--", object_nl: "O") }
t { JSON.generate(o, indent: "--", array_nl: "A") }
t { JSON.generate(o, array_nl: "A") }
t { JSON.pretty_generate(o) }
t { JSON.pretty_generate(o, indent: "    ") }
t { JSON.pretty_generate(o, space_before: " ", array_nl: "") }
t { JSON.pretty_generate([]) }
t { JSON.pretty_generate({}) }
t { JSON.pretty_generate({a: []}, object_nl: "") }
t { JSON.generate([Float::NAN, Float::INFINITY,-Float::INFINITY], allow_nan: true) }
t { JSON.generate([Float::NAN]) }
t { JSON.generate(-Float::INFINITY) }
t { JSON.dump([Float::NAN, Float::INFINITY]) }
t { JSON.generate([[[1]]], max_nesting: 2) }
t { JSON.generate([[[1]]], max_nesting: 3) }
t { x=[]; 150.times{x=[x]}; JSON.generate(x, max_nesting: 0).size }
t { x=[]; 150.times{x=[x]}; JSON.dump(x).size }
t { x=[]; 150.times{x=[x]}; JSON.generate(x).size }
t { x=[]; 100.times{x=[x]}; JSON.generate(x).size }
t { x=[]; 99.times{x=[x]}; JSON.generate(x).size }
t { JSON.dump([[1]], 1) }
t { JSON.dump([[1]], 2) }
t { s=StringIO.new; r=JSON.dump([[1]], s); [r.equal?(s), s.string] }
t { s=StringIO.new; r=JSON.dump([[1]], s, 1); [r.equal?(s), s.string] }
t { JSON.dump({a: 1}, space: " ") }
t { JSON.dump("é/", script_safe: true) }
t { JSON.generate({a: 1}, nil) }
t { JSON.generate({a: 1}, 5) }
t { JSON.generate({a: 1}, bogus: 1) }
t { JSON.generate({a: 1}, {space: " "}) }
t { JSON.generate({a: 1}, {"space"=> " "}) }
t { JSON.generate({a: 1}, space: nil) }
t { JSON.generate({a: 1}, space: 5) }
t { JSON.generate({a: 1}, indent: 2) }
t { JSON.fast_generate([Float::NAN]) }
t { JSON.fast_generate([1,{a: 1}], space: " ") }
t { JSON.generate("\u007f\u0001") }
t { JSON.generate("\u007f\u0001", ascii_only: true) }
t { {a: 1, b: [1,2]}.to_json(space: " ") }
t { [1,"é"].to_json(ascii_only: true) }
t { JSON.parse('{"a":[1.5,2]}', object_class: Hash, array_class: Array) }
t { JSON.parse('{"a":1.5}', decimal_class: BigDecimal) }
t { JSON.parse('{"a":1.5}', decimal_class: Float) }
t { JSON.parse('{"a":1.5}', decimal_class: nil) }
t { JSON.parse('{"a":1.5}', object_class: nil, array_class: nil) }
t { JSON.parse('{"json_class":"String"}', create_additions: false) }
t { JSON.parse('{"a":1.5}', bogus: 1) }
t { JSON.parse('{"a":"x"}', freeze: true)["a"].frozen? }
t { JSON.parse('{"a":"x"}', freeze: true).frozen? }
t { JSON.parse('{"a":1.5}', nil) }
t { JSON.parse('{"a":1.5}', 5) }
t { JSON.parse('{"a":1.5}', {symbolize_names: true}) }
t { JSON.parse('{"a":1.5}', symbolize_names: true, create_additions: true) }
t { JSON.parse!('[NaN]') }
t { JSON.parse('[1,]', allow_trailing_comma: true) }
t { JSON.load('[NaN]') }
t { JSON.load('[1,{"a":2}]', proc{|x| p x; x}) }
t { JSON.load('[1,{"a":2}]', nil, symbolize_names: true) }
t { JSON.load('', nil, allow_blank: false) }
t { JSON.parse('[[1]]', max_nesting: 1) }
t { JSON.parse('[[1]]', max_nesting: false) }
t { JSON.generate({nil=>1, 2=>3, :a=>4, 1.5=>2}) }
t { JSON.generate("a"=>1, space: " ") }
t { JSON.pretty_generate("a"=>[1]) }
t { JSON.pretty_generate([1], nil) }
t { JSON.pretty_generate([1], 5) }
t { x = []; 150.times { x = [x] }; x.to_json.size }
t { JSON.generate(["a\xC3(", 1]) }
t { JSON.generate("a\xC3") }
t { JSON.generate("\x80abc") }
t { JSON.generate("\xED\xA0\x80") }
t { JSON.generate("\xF5abcd") }
t { JSON.generate("a" => 1, nil => 2) }
t { JSON.parse("[\"\xC3\xA9\"]".b) }
t { JSON.pretty_generate({ a: { b: 1 } }, object_nl: "") }
t { JSON.generate([1, [2]], array_nl: "", indent: " ") }
t { "a\xFF#{1}b\u00e9" }
t { "a  \xFF  b".b.squeeze(" ") }
t { "a\xFFb".sub("b", "c") }
t { "a\xFFb".scrub("?").to_json }
t { { "a\xFF" => 1 }.inspect }
t { { b: "a\xFF" }.to_json }
t { ["\xFF"].join(",").bytes }
t { "x\xFF".to_sym.inspect }
t { "x\xFF".inspect }
t { "a\xFF".squish }
t { "é\xFF".truncate(1) }

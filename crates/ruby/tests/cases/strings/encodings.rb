# Encodings, and bytes that are no characters.
def t(label = nil)
  r = yield
  # What is ASCII anyway says nothing by its label.
  encoding = r.encoding if r.is_a?(String) && !r.ascii_only?
  puts "#{label} #{r.inspect} #{encoding}"
rescue Exception => e
  puts "#{label} #{e.class}: #{e.message}"
end
s = "a\xFFb"
t(1) { s =~ /b/ }
t(2) { s.match?(/b/) }
t(3) { s.gsub("b", "c") }
t(4) { s.gsub(/b/, "c") }
t(5) { s.split("b") }
t(6) { s.split(/b/) }
t(7) { s.sub("b","c") }
t(8) { s.scan("b") }
t(9) { s.split }
t(10) { s.strip }
t(11) { s.upcase }
t(12) { s.index("b") }
t(13) { s.index(/b/) }
t(14) { s.tr("b","c") }
t(15) { s.squeeze }
t(16) { s.length }
t(17) { s.chars }
t(18) { s.scrub }
t(19) { s.scrub("?") }
t(20) { s.scrub { |b| "<#{b.unpack1('H*')}>" } }
t(21) { s.encode("UTF-16LE") }
t(22) { s.encode("UTF-8", invalid: :replace) }
t(23) { s.encode("UTF-8", "UTF-8", invalid: :replace) }
t(24) { s.encode("ISO-8859-1") }
t(25) { s.encode("UTF-16", invalid: :replace, replace: "?").encode("UTF-8") }
t(26) { s.inspect }
t(27) { s.to_sym }
t(28) { s.unicode_normalize }
t(29) { s.start_with?("a") }
t(30) { s.start_with?(/a/) }
t(31) { s.include?("b") }
t(32) { s.reverse }
t(33) { s.codepoints }
t(34) { s.each_char.to_a }
t(35) { s.lines }
t(36) { s.center(9) }
t(37) { s.to_i }
t(38) { s.delete("b") }
t(39) { s.count("b") }
t(40) { s.casecmp?("A") }
t(41) { s.casecmp("A") }
t(42) { s == "a\xFFb" }
t(43) { s.hash == "a\xFFb".hash }
t(44) { s.partition("b") }
t(45) { s.partition(/b/) }
t(46) { s.slice(1) }
t(47) { s[/b/] }
t(48) { s.succ }
t(49) { s.swapcase }
t(50) { s.capitalize }
t(52) { s.each_grapheme_cluster.to_a }
t(53) { s % [] }
t(54) { s.chomp }
t(55) { s.rstrip }
t(56) { s.lstrip }
t(57) { s.ljust(5, "x") }
t(58) { s.insert(1, "z") }
t(59) { "x".gsub("x", "\xFF") }
t(60) { "\xE3\x81" + "\x82" }
t(61) { ("\xE3\x81" + "\x82").valid_encoding? }
t(62) { "\xFF".force_encoding("ISO-8859-1").encode("UTF-8") }
t(63) { "é".force_encoding("BINARY") }
t(64) { "é".encode("Shift_JIS") }
t(65) { "あ".encode("Shift_JIS") }
t(66) { "あ".encode("Shift_JIS").bytes }
t(67) { "あ".encode("Shift_JIS") + "い" }
t(68) { "あ".encode("Shift_JIS") == "あ" }
t(69) { "a".encode("Shift_JIS") == "a" }
t(70) { "\x82\xA0".force_encoding("Shift_JIS").length }
t(71) { "\x82\xA0".force_encoding("Shift_JIS").inspect }
t(72) { "\x82".force_encoding("Shift_JIS").encode("UTF-8") }
t(73) { "\x82 x".force_encoding("Shift_JIS").encode("UTF-8") }
t(74) { "\x81".force_encoding("Windows-1252").encode("UTF-8") }
t(75) { "\xFFx".encode("UTF-8", "Shift_JIS") }
t(76) { "\xFF".b.encode("UTF-8") }
t(77) { "あ".encode("EUC-JP").encode("Shift_JIS") }
t(78) { "é".encode("EUC-JP").encode("Shift_JIS") }
t(79) { "é".encode("US-ASCII", undef: :replace) }
t(80) { "é".encode("US-ASCII", fallback: { "é" => "e" }) }
t(81) { "é".encode("US-ASCII", fallback: ->(c) { "E" }) }
t(82) { "é".encode("US-ASCII", xml: :text) }
t(83) { "a\nb".encode(crlf_newline: true) }
t(84) { "a\nb".encode("UTF-8", crlf_newline: true) }
t(85) { "a\r\nb\r".encode(universal_newline: true) }
t(86) { "a".encode("nope") }
t(87) { "é".encode("UTF-16") }
t(88) { "é".encode("UTF-16").bytes }
t(90) { "x".encode("UTF-8", foo: 1) }
t(91) { "x".encode("UTF-8", invalid: :foo) }
t(92) { "x".encode("UTF-8", undef: true) }
t(93) { "\xEF\xBB\xBFa".length }
t(94) { "é".encode("UTF-16LE").inspect }
t(95) { "é".force_encoding("US-ASCII").valid_encoding? }
t(96) { "é".force_encoding("US-ASCII").inspect }
t(97) { "é".force_encoding("US-ASCII").length }
t(98) { "é".force_encoding("US-ASCII") + "é" }
t(99) { "a\xFF".encode("UTF-8", "ASCII-8BIT", invalid: :replace, undef: :replace, replace: "") }
t(100) { "a\xFF".encode("ISO-8859-1", invalid: :replace) }
t(101) { "a\xE3\x81".encode("UTF-16LE") }
t(102) { "a\xE3\x81b".encode("UTF-16LE") }
t(103) { "a\xE3\x81b".scrub }
t(104) { "\xF0\x80\x80\x80x".scrub }
t(105) { "\xF0\x80\x80\x80x".encode("UTF-16LE", invalid: :replace).encode("UTF-8") }
t(106) { "あ".encode("Shift_JIS").encode("UTF-8").encoding }
t(107) { "a\xFFb".b =~ /b/ }
t(108) { "あい".encode("Shift_JIS").split("い".encode("Shift_JIS")) }
t(109) { "あ,い".encode("Shift_JIS").split(",").map(&:encoding) }
t(113) { "x#{"あ".encode("Shift_JIS")}" }
t(114) { "い#{"あ".encode("Shift_JIS")}" }
t(115) { Encoding.find("cp932") }
t(116) { Encoding.find("sjis") }
t(117) { Encoding.find("nope") }
t(118) { Encoding::Shift_JIS.inspect + Encoding::BINARY.inspect + Encoding::UTF_16.inspect }
t(120) { "\u3042".encode("Windows-31J").unpack1("H*") }
t(121) { "a\xFFb".unicode_normalize(:nfc) }
t(122) { "〜−".encode("Windows-31J") }
t(123) { "〜".encode("Shift_JIS").unpack1("H*") }
t(124) { "～".encode("Windows-31J").unpack1("H*") }
t(125) { "é".b.encode("UTF-8", "UTF-8") }
t(126) { "\xFF".encode("UTF-8", "Windows-1252") }
t(127) { "\xC3\xA9".dup.force_encoding("ISO-8859-1").encode("UTF-8") }
t(128) { "a\xFFb".to_s.encode("UTF-8", "binary", undef: :replace, replace: "?") }
t(129) { "a\xFFb".unpack("C*") }
t(130) { "a\xFFb".delete("^a-z") }

t(131) { "\xFF".b.encode("UTF-8", invalid: :replace) }
t(132) { "é".encode("ISO-8859-1").encode("Shift_JIS") }
t(133) { "あ".encode("UTF-16LE").encode("ISO-8859-1") }
t(134) { "é".encode("BINARY") }
t(135) { "é".encode("ISO-8859-1").encode("BINARY") }
t(137) { ["aé".encode("Windows-1252").bytes, "€".encode("Windows-1252").bytes, "€".encode("ISO-8859-15").bytes] }
t(138) { "①髙㈱".encode("CP932").unpack1("H*") }
t(139) { "①".encode("Shift_JIS") }
t(140) { "\x87\x40".dup.force_encoding("Shift_JIS").encode("UTF-8") }
t(141) { "\x87\x40".dup.force_encoding("CP932").encode("UTF-8") }
t(142) { "a\u0301".encode("ISO-8859-1", undef: :replace) }
t(143) { "é".encode("ASCII", "UTF-8", invalid: :replace, undef: :replace, replace: "") }
t(144) { "“é”".encode("US-ASCII", fallback: { "“" => '"', "”" => '"', "é" => "e" }) }
t(145) { "a<é>".encode("ISO-8859-1", xml: :attr) }
t(146) { "a\nb".encode("UTF-16LE", crlf_newline: true).encode("UTF-8") }
t(147) { "x".encode(xml: :foo) }
t(148) { Encoding.compatible?("é", "a".encode("Shift_JIS")) }
t(149) { Encoding.list.size > 90 }
t(150) { Encoding::UTF_8.names.first(2) + Encoding::Windows_31J.names }
t(151) { "é".force_encoding("Windows-1252").length }
t(152) { "\xE9".dup.force_encoding("Windows-1252").upcase.encode("UTF-8") } if false
t(153) { "é,ü".encode("ISO-8859-1").split(",").map { |s| s.encode("UTF-8") } }
t(154) { "é ".encode("ISO-8859-1").strip.encode("UTF-8") }
t(155) { "aéb".encode("ISO-8859-1").index("b") }
t(156) { ["é".encode("ISO-8859-1"), "ü"].join }
t(157) { ["é".encode("ISO-8859-1"), "u"].join.encoding }
t(158) { h = { "é" => 1 }; h["é".encode("ISO-8859-1")] }
t(159) { "é".encode("ISO-8859-1").eql?("é") }
t(160) { "é".encode("ISO-8859-1").dup.encoding }
t(161) { "é".encode("ISO-8859-1").freeze.encode("UTF-8").frozen? }

t(162) { ["ß".casecmp?("SS"), "ß".casecmp?("ẞ"), "ﬁ".casecmp?("FI"), "Σ".casecmp?("ς"), "ı".casecmp?("I"), "é".casecmp?("É"), "ß".casecmp("SS"), "a".casecmp?(nil.to_s)] }
t(163) { "あ".encode("Windows-1252") }
t(164) { "あ".encode("macRoman") }
t(165) { "\xA5".dup.force_encoding("ISO-8859-3").encode("UTF-8") }
t(166) { "\x81".dup.force_encoding("Windows-1252").encode("ISO-8859-1") }
t(167) { "あ".encode("Shift_JIS").encode("Windows-1252") }

# Every sequence of each encoding, and every character of the first two planes: their sums.
require "zlib"

ENCODINGS = %w[
  ISO-8859-1 ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6 ISO-8859-7 ISO-8859-8 ISO-8859-9 ISO-8859-10 ISO-8859-11
  ISO-8859-13 ISO-8859-14 ISO-8859-15 ISO-8859-16 Windows-1250 Windows-1251 Windows-1252 Windows-1253 Windows-1254
  Windows-1256 Windows-1257 Windows-874 TIS-620 KOI8-R KOI8-U IBM866 macRoman macCyrillic Shift_JIS Windows-31J EUC-JP CP51932
  EUC-KR CP949 GBK GB2312 GB18030 UTF-16LE UTF-16BE UTF-32LE UTF-32BE US-ASCII
]
WIDE = %w[Shift_JIS Windows-31J EUC-JP CP51932 EUC-KR CP949 GBK GB2312 GB18030]
singles = (0..255).map { |a| [a].pack("C") + "\n".b }.join
pairs = (0x81..0xfe).map { |a| (0x40..0xfe).map { |b| [a, b].pack("CC") + "\n".b }.join }.join
triples = (0xa1..0xfe).map { |a| (0xa1..0xfe).map { |b| [0x8f, a, b].pack("CCC") + "\n".b }.join }.join
chars = ((0..0xd7ff).to_a + (0xe000..0xffff).to_a + (0x20000..0x203ff).to_a).pack("U*")
ENCODINGS.each do |name|
  unless name.start_with?("UTF")
    bytes = singles
    bytes += pairs if WIDE.include?(name)
    bytes += triples if name == "EUC-JP"
    text = bytes.encode("UTF-8", name, invalid: :replace, undef: :replace, replace: "?")
    puts "#{name} read #{Zlib.crc32(text)}"
  end
  wanted = name == "GB18030" ? chars.delete("\ue000-\uf8ff") : chars
  puts "#{name} written #{Zlib.crc32(wanted.encode(name, undef: :replace, replace: "?"))}"
end

# Every way to name a file.
def t(label = nil)
  r = yield
  # What is ASCII anyway says nothing by its label.
  encoding = r.encoding if r.is_a?(String) && !r.ascii_only?
  puts "#{label} #{r.inspect} #{encoding}"
rescue Exception => e
  puts "#{label} #{e.class}: #{e.message}"
end
t(1) { File.read("files/t.txt", foo: 1) }
t(2) { File.read("files/t.txt", 3) }
t(3) { File.read("files/t.txt", 3, 4) }
t(4) { File.read("files/t.txt", 100, 100) }
t(5) { File.read("files/t.txt", -1) }
t(6) { File.read("files/t.txt", 3, -1) }
t(7) { File.readlines("files/t.txt", chomp: true) }
t(8) { File.readlines("files/t.txt", "", chomp: true) }
t(9) { File.readlines("files/t.txt", nil) }
t(10) { File.readlines("files/t.txt", "o") }
t(11) { File.readlines("files/t.txt", 2) }
t(12) { File.readlines("files/t.txt", foo: true) }
t(13) { File.foreach("files/t.txt").to_a }
t(14) { File.foreach("files/t.txt", chomp: true) { |l| print l }; }
t(15) { File.open("files/t.txt") { |f| [f.gets, f.lineno, f.pos, f.eof?, f.read(2), f.readline(chomp: true), f.getc, f.path, f.size, f.readlines, f.gets, f.eof?] } }
t(16) { f = File.open("files/t.txt"); f.close; f.read }
t(17) { File.open("files/t.txt") { |f| f.write("x") } }
t(18) { File.open("files/none.txt") }
t(19) { File.read("files") }
t(20) { File.open("files/t.txt", "zz") }
t(21) { File.read("files/l1.csv").valid_encoding? }
t(22) { File.read("files/l1.csv", encoding: "ISO-8859-1:UTF-8") }
t(23) { File.read("files/l1.csv", encoding: "ISO-8859-1") }
t(24) { File.read("files/bom.csv") }
t(25) { File.read("files/bom.csv", encoding: "bom|utf-8") }
t(26) { File.read("files/bom.csv", mode: "r:BOM|UTF-8") }
t(27) { File.open("files/bom.csv", "r:bom|utf-8", &:read) }
t(28) { File.open("files/sj.csv", "r:CP932:UTF-8", &:readlines) }
t(29) { File.read("files/sj.csv", external_encoding: "Shift_JIS", internal_encoding: "UTF-8") }
t(30) { File.read("files/sj.csv", encoding: "Shift_JIS", mode: "rb") }
t(31) { File.read("files/sj.csv", mode: "rb") }
t(32) { File.binread("files/sj.csv") }
t(33) { File.binread("files/sj.csv", 2, 1) }
t(34) { File.read("files/l1.csv", mode: "rt") }
t(35) { File.read("files/l1.csv", universal_newline: true) }
t(36) { File.read("files/l1.csv", encoding: "UTF-16:UTF-8") }
t(38) { File.read("files/l1.csv", encoding: "UTF-16LE") }
t(39) { File.open("files/l1.csv", "r", encoding: "Windows-1252:UTF-8", invalid: :replace, &:read) }
t(40) { Dir.glob("files/*") }
t(41) { Dir.glob("files/*", File::FNM_DOTMATCH) }
t(42) { Dir.glob("files/**/*") }
t(43) { Dir.glob("files/**/*", File::FNM_DOTMATCH) }
t(44) { Dir.glob("*", base: "files") }
t(45) { Dir.glob(["files/*.csv", "files/*.txt"]) }
t(46) { Dir["files/*.csv", "files/{t,u}.txt"] }
t(47) { Dir.glob("files/*/") }
t(48) { Dir.glob("files/**/") }
t(49) { Dir.glob("files/**/*.rb", base: ".") }
t(50) { Dir.glob("./files/../files/*.txt") }
t(51) { Dir.glob("files/.*") }
t(53) { Dir.glob("files/[lt]*") }
t(54) { Dir.glob("FILES/T*", File::FNM_CASEFOLD) }
t(55) { Dir.glob("**/x.rb") }
t(56) { Dir.glob("files/**") }
t(57) { Dir.glob("files/nothing/*") }
t(58) { Dir.children("files").sort }
t(59) { Dir.entries("files").sort }
t(60) { Dir.children("none") }
t(61) { Dir.children("files/t.txt") }
t(62) { Dir.exist?("files") }
t(63) { Dir.empty?("files") }
t(64) { Dir.each_child("files").to_a.sort }
t(65) { File.size("none") }
t(66) { File.size("files/t.txt") }
t(67) { [File.zero?("files/.dot"), File.size?("files/.dot"), File.empty?("files"), File.directory?("files"), File.file?("files"), File.exist?("files")] }
t(68) { IO.read("files/t.txt", 3) }
t(69) { IO.readlines("files/t.txt", chomp: true) }
t(70) { IO.foreach("files/t.txt").map(&:size) }
t(71) { File.new("files/t.txt").read(0) }
t(73) { File.open("files/t.txt").each_line.with_index.map { |l, i| [i, l] } }
t(74) { File.open("files/t.txt").each_char.first(3) }
t(75) { File.open("files/t.txt") { |f| [f.external_encoding, f.internal_encoding] } }
t(76) { [File.open("files/t.txt")].inspect.size }
t(77) { File.fnmatch("*.rb", "a.rb") }
t(78) { [File.fnmatch("*", ".a"), File.fnmatch("**/*.rb", "a/b/c.rb"), File.fnmatch("**/*.rb", "a/b/c.rb", File::FNM_PATHNAME), File.fnmatch("**.rb", "./a.rb"), File.fnmatch("{a,b}", "a", File::FNM_EXTGLOB), File.fnmatch("a?", "a/"), File.fnmatch("a?", "a/", File::FNM_PATHNAME), File.fnmatch('\*', "*"), File.fnmatch("[!a]", "b")] }
t(79) { open("files/t.txt") { |f| f.read(3) } }
t(80) { open("files/t.txt", "r:iso-8859-1") { |f| f.read.encoding } }
t(81) { File.read("files/t.txt", encoding: Encoding::ISO_8859_1).encoding }
t(82) { File.read(nil) }
t(83) { File.read("files/t\0.txt") }
t(84) { Dir.glob("files/t\0x") }
t(85) { File.realpath("files/../files/t.txt").end_with?("files/t.txt") }
t(86) { File.readlines("files/l1.csv", encoding: "Windows-1252:UTF-8", chomp: true) }
t(87) { Dir.glob("files/*.{csv,txt}", File::FNM_EXTGLOB) { |f| print f, " " } }
t(88) { Dir.glob("files/*", sort: false).size }
t(89) { Dir.glob("files/*", foo: 1) }
t(90) { File.open("files/t.txt", &:readline) }
t(91) { File.open("files/t.txt") { |f| f.each_line("", chomp: true).to_a } }
t(92) { File.open("files/t.txt") { |f| f.gets(nil) } }
t(93) { File.open("files/t.txt") { |f| f.gets("w") } }
t(94) { File.open("files/t.txt") { |f| f.gets(2) } }
t(95) { File.open("files/t.txt") { |f| f.read; f.readline } }
t(96) { File.open("files/t.txt") { |f| f.rewind; f.each_byte.first(2) } }
t(97) { File.open("files/sj.csv", "rb") { |f| f.gets } }
t(98) { File.open("files/sj.csv", "rb:Shift_JIS") { |f| f.gets } }
t(99) { File.open("files/sj.csv", "r:Shift_JIS") { |f| f.getc } }
t(100) { File.extname("a.") + File.basename("a/b.rb", ".rb") }

t(101) { Dir.glob("files/T*", File::FNM_CASEFOLD) }
t(102) { Dir.glob("**/*", File::FNM_DOTMATCH, base: "files") }
t(103) { [Dir.glob("files/**/.*"), Dir.glob("files/**/x.rb/"), Dir.glob("files/sub/../*.txt"), Dir.glob("files/**/sub/**/*")] }
t(104) { Dir.foreach("files").to_a.sort.first(3) }
t(105) { Dir.open("files") { |d| [d.path, d.children.size, d.each_child.to_a.size, d.read.class] } }
require "pathname"; require "yaml"; require "json"; require "erb"; require "date"
t(106) { Pathname.new("files").children.map(&:to_s).sort }
t(107) { Pathname("files/t.txt").read }
t(108) { Pathname("files/t.txt").readlines(chomp: true) }
t(109) { Pathname("files").glob("*.txt").map(&:to_s) }
t(110) { Pathname.glob("files/*.csv").map(&:to_s) }
t(111) { [Pathname("files").directory?, Pathname("files/t.txt").file?, Pathname("files/none").exist?, Pathname("files/t.txt").size, Pathname("files/.dot").zero?, Pathname("files").empty?] }
t(112) { Pathname("files").entries.map(&:to_s).sort.first(3) }
t(113) { Pathname("files").each_child.map(&:to_s).sort }
t(114) { Pathname("files/t.txt").each_line.map(&:chomp) }
t(115) { Pathname("files/t.txt").open { |f| f.gets } }
t(116) { Pathname("files/a/../b.txt").cleanpath.to_s + Pathname("a/b.txt").sub_ext(".rb").to_s + Pathname("a/b").relative_path_from(Pathname("a/c/d")).to_s + Pathname("a/b").sub("a", "z").map { |h| h["at"].to_s } }
t(117) { Pathname("/a/b/c").each_filename.to_a + Pathname("/a/b").ascend.map(&:to_s) + Pathname("/a/b").descend.map(&:to_s) + Pathname("a/b").split.map(&:to_s) }
t(118) { Pathname("files").children(false).map(&:to_s).sort.first(2) }
t(119) { YAML.load_file("files/data.yml", permitted_classes: [Date]).map { |h| h["at"].to_s } }
t(120) { YAML.load_file("files/data.yml") }
t(121) { YAML.safe_load_file("files/data.yml", permitted_classes: [Date], symbolize_names: true).map { |h| h.transform_values(&:to_s) } }
t(122) { YAML.load_file("files/none.yml") }
t(123) { YAML.unsafe_load_file("files/data.yml")[1]["at"].year }
t(124) { JSON.load_file("files/data.json") }
t(125) { JSON.load_file("files/data.json", symbolize_names: true).map { |h| h.transform_values(&:to_s) } }
t(126) { JSON.load_file!("files/none.json") }
t(127) { JSON.load(File.open("files/data.json")) }
t(128) { YAML.load(File.open("files/data.yml"), permitted_classes: [Date]).map { |h| h["at"].to_s } }
t(130) { name = "n"; ERB.new(File.read("files/page.erb"), trim_mode: "-").result_with_hash(name: 3) }
t(131) { Pathname.pwd.class }
t(132) { File.open("files/t.txt", File::RDONLY) { |f| f.gets } }
t(133) { File.open("files/t.txt", mode: "r", encoding: "UTF-8").gets }
t(134) { File.foreach("files/t.txt").with_index(1).map { |l, i| [i, l.chomp] } }
t(135) { File.read(Pathname("files/t.txt"), 2) }
t(136) { File.new("files/t.txt").each_line(chomp: true).with_index.to_h { |l, i| [l, i] } }
t(137) { File.open("files/t.txt").map(&:upcase) }

# Parameters of every kind, and how arguments reach them.
def t(label)
  puts "#{label}: #{yield.inspect}"
rescue Exception => e
  puts "#{label}: #{e.class}: #{e.message}"
end
def a0 = :none
def a1(a) = [a]
def opt(a, b = a + 1, c = b * 2) = [a, b, c]
def rest(a, *r, z) = [a, r, z]
def mixed(a, b = 2, *c, d, e:, f: 6, **g, &h) = [a, b, c, d, e, f, g, h&.call]
def kw(a:, b: a) = [a, b]
def kwrest(**o) = o
def post(a, b = 5, c) = [a, b, c]
def destructured((a, (b, *c)), d) = [a, b, c, d]
def hash_last(a, h = {}) = [a, h]
def nokw(a, **nil) = a
t("none") { a0 }
t("none(1)") { a0(1) }
t("a1") { a1 }
t("a1(1,2)") { a1(1, 2) }
t("a1(k: 1)") { a1(k: 1) }
t("a1 hash") { a1({ k: 1 }) }
t("opt") { [opt(1), opt(1, 5), opt(1, 5, 6)] }
t("opt()") { opt }
t("rest") { [rest(1, 2), rest(1, 2, 3, 4)] }
t("rest(1)") { rest(1) }
t("mixed") { mixed(1, 9, e: 5) }
t("mixed all") { mixed(1, 2, 3, 4, 5, e: 1, f: 2, x: 3) { :blk } }
t("mixed missing") { mixed(1, 2) }
t("kw") { [kw(a: 1), kw(b: 2, a: 1)] }
t("kw missing") { kw }
t("kw(1)") { kw(1) }
t("kw unknown") { kw(a: 1, z: 2) }
t("kw unknown two") { kw(a: 1, z: 2, y: 3) }
t("kw string key") { kw("a" => 1) }
t("kwrest") { [kwrest, kwrest(a: 1, "b" => 2)] }
t("kwrest hash") { kwrest({ a: 1 }) }
t("post") { [post(1, 2), post(1, 2, 3)] }
t("destructured") { destructured([1, [2, 3, 4]], 5) }
t("hash_last") { [hash_last(1, x: 2), hash_last(1, { x: 2 }), hash_last(1)] }
t("nokw") { nokw(1, a: 2) }
t("splat") { args = [1, 2]; opt(*args, 3) }
t("splats") { rest(*[1, 2], *[3], *nil) }
t("double splat") { o = { b: 2 }; kw(a: 1, **o) }
t("empty double splat") { o = {}; a0(**o) }
t("shorthand") { a = 1; b = 2; kw(a:, b:) }
def forward(...) = mixed(...)
t("forward") { forward(1, 2, e: 3) { 4 } }
def anonymous(*, **, &) = mixed(*, **, &)
t("anonymous") { anonymous(1, 2, e: 3) { 4 } }
def leading(x, ...) = opt(...)
t("leading") { leading(0, 1) }
def blk(&b) = b
t("block nil") { blk }
t("block class") { blk {}.class }
def yielder = yield(1, 2, 3)
t("yield") { yielder { |a, *b| [a, b] } }
t("yield few") { yielder { |a| a } }
t("yield many") { yielder { |a, b, c, d| [a, b, c, d] } }
t("no block") { yielder }
def given = block_given?
t("given") { [given, given {}, given(&nil), given(&:x)] }
t("blocks spread") do
  [[[1, 2]].each { |a, b| break [a, b] }, [[1, 2]].map { |a| a }, [[1, [2, 3]]].map { |a, (b, c)| [a, b, c] }, [[1, 2, 3]].map { |a, *b| [a, b] }, [[1, 2]].map { |a, | a }]
end
t("block optional") { [proc { |a, b = 5| [a, b] }.call(1), proc { |a, b = 5| [a, b] }.call([1, 2]), proc { |a = 1, *b| [a, b] }.call([7, 8])] }
t("block keywords") { [proc { |a, k: 1| [a, k] }.call([1, 2]), proc { |a, b, k: 1| [a, b, k] }.call([1, 2]), proc { |a, **k| [a, k] }.call(1, x: 2)] }
t("block locals") { x = 1; [2].each { |y; x| x = y }; x }
t("numbered") { [[1, 2], [3, 4]].map { _1 + _2 } }
t("numbered one") { [[1, 2]].map { _1 } }
t("lambda arity") { ->(a) { a }.call(1, 2) }
t("lambda call") { l = ->(a, b = 2) { [a, b] }; [l.(1), l[1, 3], l.call(1), l.curry[4]] }
t("arities") { [proc { |a| }.arity, proc { |a, b| }.arity, proc { |*a| }.arity, proc { |a, b = 1| }.arity, lambda { |a, b = 1| }.arity, lambda { |a:| }.arity, lambda { |a: 1| }.arity, proc { || }.arity, proc {}.arity, method(:mixed).arity, method(:kw).arity, method(:rest).arity] }
t("parameters") { method(:mixed).parameters }
t("proc parameters") { [proc { |a, b = 1| }.parameters, lambda { |a, (b, c), *d, &e| }.parameters] }
t("forward parameters") { method(:forward).parameters }
t("return many") { def many = (return 1, 2); many }
t("setter") { o = Object.new; def o.x=(v); @x = v; :ignored; end; o.x = 5 }
t("index setter") { o = Object.new; def o.[]=(a, b); @h = [a, b]; :ignored; end; (o[1] = 2) }
t("operators") { o = Object.new; def o.+(x) = "plus#{x}"; def o.-@ = "neg"; def o.!() = "bang"; def o.[](*x) = x; def o.call(x) = x; def o.=~(x) = "match"; [o + 1, -o, !o, o[1, 2], o.(3), o =~ 1] }
t("send") { [1.send(:+, 2), "a".public_send(:upcase), 5.__send__(:to_s, 2)] }
t("method object") { m = 5.method(:+); [m.call(3), [1, 2].map(&m), m.owner, m.name, m.receiver, m.unbind.class] }
t("compose") { f = ->(x) { x + 1 }; g = ->(x) { x * 2 }; [(f >> g).call(3), (f << g).call(3), (method(:a1) >> f.method(:call).unbind.bind(->(x) { x.first })).call(4)] }
t("symbol proc") { [%w[a b].map(&:upcase), [[1, 2]].map(&:first), :upcase.to_proc.call("x")] }
t("method reference") { %w[1 2].map(&method(:Integer)) }
t("default sees earlier") { def chain(a, b = a, c: b) = [a, b, c]; chain(1) }
t("block to lambda") { def lam(&b) = b.lambda?; [lam {}, lam(&-> {})] }
t("proc from proc") { pr = proc { |x| x }; proc(&pr).equal?(pr) }
t("closure") { counter = 0; inc = -> { counter += 1 }; 3.times { inc.call }; counter }
t("recursion") { fact = ->(n) { n < 2 ? 1 : n * fact.(n - 1) }; fact.(20) }
t("local jump") { def make = proc { return 1 }; make.call }
t("break orphan") { def keep(&b) = b; keep { break 1 }.call }
t("to_proc") { o = Object.new; def o.to_proc = ->(x) { x * 3 }; [1, 2].map(&o) }
t("bad block") { [1].map(&5) }
t("instance_exec") { 5.instance_exec(2) { |x| self + x } }
t("tap then") { [5.tap { |x| x + 1 }, 5.then { |x| x + 1 }] }
t("endless with args") { def sq(x) = x * x; sq 4 }
t("rescue in def") { def risky = raise("r"); begin; risky; rescue => e; e.message; end }
t("nested def") { def outer1; def inner1 = :inner; :outer; end; [outer1, inner1] }
t("undef") { def gone = 1; undef gone; gone }
t("alias") { def orig = __method__; alias copy orig; copy }
t("multiple returns") { a, (b, *c), d = 1, [2, 3, 4], 5; [a, b, c, d] }

i = 0
loop { Object.define_method("m#{i += 1}") { 1 } }

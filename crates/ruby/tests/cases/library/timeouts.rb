# Timeout ends what runs, in loops and in natives, with an exception that plain `rescue` does not take.
require "timeout"

def show
  p yield
rescue Exception => e
  p e.class, e.message
end

show { Timeout.timeout("a") { 1 } }
show { Timeout.timeout(nil) { |seconds| seconds } }
show { Timeout.timeout(0) { |seconds| seconds } }
show { Timeout.timeout(5) { |seconds| seconds } }
show { Timeout.timeout(0.1) { sleep 30 } }
show { Timeout.timeout(0.1) { loop {} } }
show { Timeout.timeout(0.1) { while true; end } }
show { Timeout.timeout(0.1) { sleep 30 while true } }
show { Timeout.timeout(0.1, ArgumentError) { sleep 30 } }
show { Timeout.timeout(0.1, ArgumentError, "late") { sleep 30 } }
show { Timeout.timeout(0.1, nil, "late") { sleep 30 } }
show { Timeout.timeout(0.1) { begin; sleep 30; rescue => e; p [:in, e.class]; end } }
show { Timeout.timeout(0.1) { begin; sleep 30; rescue Exception => e; p [:in, e.class]; :taken end } }
show { Timeout.timeout(0.1, ArgumentError) { begin; sleep 30; rescue => e; p [:in, e.class]; :taken end } }
show { Timeout.timeout(0.1) { begin; sleep 30; ensure p :ensure; end } }
show { Timeout.timeout(0.1) { Timeout.timeout(30) { sleep 30 } } }
show { Timeout.timeout(30) { begin; Timeout.timeout(0.1) { sleep 30 }; rescue Timeout::Error => e; e.message; end } }
show { Timeout::Error.ancestors.take(4) }
show { Timeout::ExitException.ancestors.take(2) }
show { Timeout.timeout(5) { raise "x" } }
show { raise Timeout::Error }
show { raise Timeout::Error, "x" }
show { sleep(-1) }
show { sleep("1") }
show { [sleep(0), sleep(0.01)] }

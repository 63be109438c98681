require "timeout"
begin
  Timeout.timeout(1) { sleep 100 }
rescue Timeout::Error => e
  p e.message
end

begin
  loop { begin; sleep 1; rescue Exception; end }
rescue Exception
  retry
ensure
  loop {}
end

begin
  raise
rescue
  retry
end

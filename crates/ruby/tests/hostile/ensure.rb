def f
  f
ensure
  f
end
f

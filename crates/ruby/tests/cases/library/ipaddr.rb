require "ipaddr"

def t
  p yield
rescue => e
  puts "#{e.class}: #{e.message}"
end

t { IPAddr.new("foo") }
t { IPAddr.new("10.0.0.1/33") }
t { IPAddr.new("10.0.0.1/255.255.0.0") }
t { IPAddr.new("10.0.0.1/255.0.255.0") }
t { IPAddr.new("10.0.0.256") }
t { IPAddr.new("10.0.01.1") }
t { IPAddr.new("") }
t { IPAddr.new(5) }
t { IPAddr.new(5, 2) }
t { IPAddr.new("::1/129") }
t { IPAddr.new("1:2:3") }
t { IPAddr.new("1.2.3") }
t { IPAddr.new("[::1]") }
t { IPAddr.new(nil) }
%w[10.1.2.3/24 0.0.0.0/0 ::ffff:1.2.3.4 ::1.2.3.4 ::1 :: 2001:db8:0:0:1:0:0:1 2001:0:0:1:0:0:0:1 fe80::1/64 1:0:2:3:4:5:6:7].each do |text|
  ip = IPAddr.new(text)
  p [ip.to_s, ip.to_string, ip.prefix, ip.ipv4?, ip.ipv6?, ip.netmask, ip.to_i, ip.family == 2, ip]
end
t { IPAddr.new("10.0.0.0/24") == "10.0.0.0" }
t { IPAddr.new("10.0.0.0/24") == "x" }
t { IPAddr.new("10.0.0.0/24") == nil }
t { IPAddr.new("10.0.0.0/24").eql?(IPAddr.new("10.0.0.0")) }
t { IPAddr.new("10.0.0.0/24").eql?(IPAddr.new("10.0.0.9/24")) }
t { { IPAddr.new("1.1.1.1") => 1 }[IPAddr.new("1.1.1.1")] }
t { IPAddr.new("10.0.0.0/30").to_range.to_a.map(&:to_s) }
t { IPAddr.new("10.0.0.0/30").to_range }
t { IPAddr.new("1::").succ }
t { IPAddr.new("10.0.0.0/8").include?("10.2.3.4") }
t { IPAddr.new("10.0.0.0/8").include?(IPAddr.new("10.0.0.0/7")) }
t { IPAddr.new("10.0.0.0/8") === "::1" }
t { IPAddr.new("10.0.0.0/8").include?("x") }
t { IPAddr.new("10.1.2.3").mask(16).to_s }
t { IPAddr.new("10.1.2.3").mask("255.0.0.0").to_s }
t { (IPAddr.new("10.1.2.3") & "255.255.0.0").to_s }
t { (IPAddr.new("10.1.2.0") | 7).to_s }
t { (~IPAddr.new("10.1.2.0")).to_s }
t { [IPAddr.new("10.0.0.2"), IPAddr.new("10.0.0.1")].sort.map(&:to_s) }
t { IPAddr.new("10.0.0.2") > IPAddr.new("10.0.0.1") }
t { IPAddr.new("10.0.0.2") <=> "::1" }
t { %w[127.0.0.1 10.1.1.1 172.20.0.1 192.168.0.1 8.8.8.8 169.254.1.1 ::1 fd00::1 fe80::1].map { |one| ip = IPAddr.new(one); [ip.loopback?, ip.private?, ip.link_local?] } }

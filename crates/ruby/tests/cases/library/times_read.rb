# The zone of a time that was read from a text.
require "time"
require "yaml"

def t
  p(yield)
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end

["2024-01-02 03:04:05", "2024-01-02 03:04:05 Z", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05 +02:00",
 "2024-01-02 03:04:05.25", "2024-01-02 03:04:05 +00:00", "2024-01-02t03:04:05.1Z", "2024-01-02 03:04:05 -02:30",
 "2024-01-02 03:04:05 +02"].each do |text|
  t { value = YAML.unsafe_load(text); [value, value.utc?, value.zone, value.utc_offset] }
end
t { YAML.dump(YAML.unsafe_load("2024-01-02 03:04:05")) }
t { YAML.dump(Time.utc(2024, 1, 2)) }
t { YAML.safe_load("2024-01-02 03:04:05", permitted_classes: [Time]) }
["Tue, 02 Jan 2024 03:04:05 GMT", "Tue, 02 Jan 2024 03:04:05 UTC", "Tue, 02 Jan 2024 03:04:05 +0000",
 "Tue, 02 Jan 2024 03:04:05 -0000", "Tue, 02 Jan 2024 03:04:05 +0200", "Tue, 02 Jan 2024 03:04:05 EST",
 "Tue, 02 Jan 2024 03:04:05 Z", "Tue, 02 Jan 2024 03:04:05 UT", "02 Jan 24 03:04 PDT", "x", "2024-01-02",
 "Tue, 02 Jan 2024", "02 Jan 2024 03:04:05", "Tue, 32 Jan 2024 03:04:05 GMT", " Tue,  2 Jan 2024 03:04 +0100 ",
 "Tue, 02 Jan 49 03:04:05 GMT", "Tue, 02 Jan 50 03:04:05 GMT", "Tue, 02 Jan 124 03:04:05 GMT",
 "tue, 02 jan 2024 03:04:05 gmt", "Tue, 02 Jan 2024 03:04:05 +0100 (CET)", "Tue, 02 Jan 2024 03:04:05 A",
 "Tue, 02 Jan 2024 03:04:60 GMT", "Tue Jan  2 03:04:05 2024", "Tue, 02 Jan 2024 03:04:05 GMT ",
 "Tuesday, 02-Jan-24 03:04:05 GMT", "Tuesday, 02-Jan-70 03:04:05 GMT", "Fri, 31 Feb 2023 03:04:05 GMT"].each do |text|
  t { value = Time.rfc2822(text); [value, value.utc?, value.zone] }
  t { value = Time.httpdate(text); [value, value.utc?, value.zone] }
end
t { Time.rfc2822(nil) }
["2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05-00:00", "2024-01-02T03:04:05+01:00",
 "2024-01-02T03:04:05"].each do |text|
  t { value = Time.xmlschema(text); [value, value.utc?, value.zone] }
  t { value = Time.parse(text); [value, value.utc?, value.zone] }
end
["+0000", "-0000", "UTC", "GMT", "Z", "+0900"].each do |zone|
  t { value = Time.strptime("2024-01-02 #{zone}", "%Y-%m-%d %z"); [value, value.utc?, value.zone] }
end
t { Time.strptime("1700000000", "%s") }

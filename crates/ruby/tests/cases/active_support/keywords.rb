# Keywords and options: what each means, and what one that means nothing does.
def t
  p(yield)
rescue StandardError, NotImplementedError => error
  puts "#{error.class}: #{error.message}"
end

s = "The Quick brown fox_id jumped"
t { s.humanize(bogus: 1) }
t { "author_id".humanize(keep_id_suffix: true, capitalize: false) }
t { "author_id".humanize({ capitalize: false }) }
t { "author_id".titleize(keep_id_suffix: true) }
t { "author_id".titleize(bogus: 1) }
t { "author_id".titlecase(keep_id_suffix: true) }
t { "author_id".titlecase(bogus: 1) }
t { s.parameterize(separator: "_", preserve_case: true) }
t { s.parameterize(separator: nil) }
t { s.parameterize(separator: "") }
t { s.parameterize(locale: nil) }
t { s.parameterize(bogus: 1) }
t { s.parameterize("_") }
t { s.truncate(10, omission: "!", separator: " ") }
t { s.truncate(10, separator: /\s/) }
t { s.truncate(10, bogus: 1) }
t { s.truncate(10, "omission" => "!") }
t { s.truncate(10, { omission: "!" }) }
t { s.truncate(10, omission: nil) }
t { s.truncate_words(2, omission: "!", separator: " ") }
t { s.truncate_words(2, separator: /_/) }
t { s.truncate_words(2, bogus: 1) }
t { s.truncate_bytes(10, omission: "!") }
t { s.truncate_bytes(10, omission: nil) }
t { s.truncate_bytes(10, bogus: 1) }
t { s.squish(bogus: 1) }
t { s.camelize(bogus: 1) }
t { s.underscore(bogus: 1) }
t { s.pluralize(bogus: 1) }
t { s.upcase_first(bogus: 1) }
t { s.first(bogus: 1) }
t { s.remove("T", bogus: 1) }
t { s.in_time_zone(bogus: 1) }
t { s.exclude?(bogus: 1) }
t { "<b>".html_safe(bogus: 1) }
t { ActiveSupport::Inflector.transliterate("ä", "?", locale: nil) }
t { ActiveSupport::Inflector.transliterate("日", "*") }
t { ActiveSupport::Inflector.transliterate("ä", bogus: 1) }
t { ActiveSupport::Inflector.humanize("a_id", bogus: 1) }
t { ActiveSupport::Inflector.parameterize("a b", bogus: 1) }
t { ActiveSupport::Inflector.titleize("a b", bogus: 1) }
t { ActiveSupport::Inflector.ordinalize(1, bogus: 1) }

a = [1, 2, 3]
t { a.to_sentence }
t { a.to_sentence(words_connector: "; ", two_words_connector: " + ", last_word_connector: " & ") }
t { a.to_sentence(bogus: 1) }
t { a.to_sentence("words_connector" => 1) }
t { a.to_sentence(1) }
t { a.to_sentence(locale: :en) }
t { [1, 2].to_sentence(two_words_connector: " + ") }
t { a.in_groups_of(2, bogus: 1) }
t { a.in_groups(2, false) }
t { a.in_groups(2, bogus: 1) }
t { a.split(bogus: 1) }
t { a.to_fs(bogus: 1) }
t { a.extract!(bogus: 1) }
t { [a, { b: 1 }].extract_options! }
t { [1, { b: 1 }].extract_options! }
t { a.index_with(bogus: 1) }
t { a.index_with(0) }
t { a.index_by(bogus: 1) }
t { a.including(bogus: 1) }
t { a.excluding(bogus: 1) }
t { a.without(bogus: 1) }
t { [{ b: 1 }, { b: 2 }].pluck(:b, bogus: 1) }
t { [{ b: 1 }].pick(:b, bogus: 1) }
t { a.in_order_of(:itself, [3, 1], filter: false) }
t { a.in_order_of(:itself, [3, 1], filter: true) }
t { a.in_order_of(:itself, [3, 1], bogus: 1) }
t { a.sum(bogus: 1) }
t { a.many?(bogus: 1) }
t { a.sole(bogus: 1) }
t { a.compact_blank(bogus: 1) }
t { a.maximum(:itself, bogus: 1) }
t { a.deep_dup(bogus: 1) }
t { a.from(bogus: 1) }
t { a.second(bogus: 1) }
t { a.sample(random: Random.new(1)).class }
t { a.sample(bogus: 1) }
t { a.shuffle(random: Random.new(3)).sort }
t { a.shuffle(bogus: 1) }
t { a.shuffle!(bogus: 1) }
t { a.to_param(bogus: 1) }
t { a.to_query("k", bogus: 1) }
t { a.as_json(bogus: 1) }
t { a.to_json(bogus: 1) }

h = { a: 1, b: { c: 2 } }
t { h.deep_merge(bogus: 1) }
t { h.deep_merge({ b: { d: 3 } }) { |key, x, y| [key, x, y] } }
t { h.reverse_merge(bogus: 1) }
t { h.with_defaults(a: 9, z: 1) }
t { h.assert_valid_keys(:a) }
t { h.assert_valid_keys(:a, :b, bogus: 1) }
t { h.slice!(:a, bogus: 1) }
t { { a: 1 }.extract!(:a, bogus: 1) }
t { { a: 1 }.except(:a, bogus: 1) }
t { { a: 1 }.deep_transform_keys(bogus: 1) { |k| k } }
t { { a: 1 }.stringify_keys(bogus: 1) }
t { { a: 1 }.to_query(bogus: 1) }
t { { a: 1, b: 2 }.as_json(only: "a") }
t { { a: 1, b: 2 }.as_json(except: [:a]) }
t { { a: 1, b: 2 }.to_json(only: :b) }
t { { a: 1 }.as_json(bogus: 1) }
t { { a: { b: 1, c: 2 } }.as_json(only: :a) }
t { [{ a: 1, b: 2 }].as_json(only: :a) }
t { { a: 1 }.with_indifferent_access.slice(bogus: 1) }

time = Time.utc(2024, 2, 29, 13, 14, 15)
date = Date.new(2024, 2, 29)
stamp = DateTime.new(2024, 2, 29, 13, 14, 15)
zoned = ActiveSupport::TimeZone["Europe/Berlin"].local(2024, 2, 29, 13, 14, 15)
[time, date, stamp, zoned].each do |one|
  puts one.class
  t { one.change(year: 2023, month: 1, day: 31) }
  t { one.change(bogus: 1) }
  t { one.change({ "year" => 2020 }) }
  t { one.advance(years: 1, months: -1, weeks: 1, days: 2) }
  t { one.advance(hours: 1, minutes: 2, seconds: 3) }
  t { one.advance(year: 1) }
  t { one.advance(bogus: 1) }
  t { one.advance(years: 1.5) }
  t { one.advance(months: 1.5) }
  t { one.advance(days: 1.5) }
  t { one.advance(weeks: 1.5) }
  t { one.beginning_of_week(:sunday) }
  t { one.beginning_of_week(:bogus) }
  t { one.beginning_of_week(bogus: 1) }
  t { one.end_of_week(:saturday) }
  t { one.next_week(:friday) }
  t { one.next_week(:friday, same_time: true) }
  t { one.next_week(same_time: true) }
  t { one.next_week(:friday, bogus: 1) }
  t { one.prev_week(:tuesday, same_time: true) }
  t { one.last_week(bogus: 1) }
  t { one.all_week(:sunday) }
  t { one.days_to_week_start(:wednesday) }
  t { one.beginning_of_month(bogus: 1) }
  t { one.ago(60, bogus: 1) }
  t { one.to_fs(:db) }
  t { one.to_fs(:bogus).class }
  t { one.to_fs(bogus: 1) }
  t { one.next_occurring(:monday) }
  t { one.next_occurring(:bogus) }
  t { one.prev_occurring(:friday) }
  t { one.to_time.class }
  t { one.as_json(bogus: 1) }
end
t { time.change(hour: 5) }
t { time.change(min: 5) }
t { time.change(nsec: 5).nsec }
t { time.change(usec: 5, nsec: 5) }
t { time.change(usec: 1_000_000) }
t { time.change(offset: "+02:00") }
t { time.change(zone: "UTC") }
t { time.change(offset: 3600, hour: 1) }
t { zoned.change(offset: "-05:00") }
t { zoned.change(zone: "America/New_York") }
t { zoned.change(zone: "America/New_York", offset: "+00:00") }
t { zoned.change(zone: "Nowhere") }
t { stamp.change(offset: "+02:00", hour: 3) }
t { stamp.change(nsec: 5).nsec }
t { stamp.change(usec: 5).nsec }
t { date.change(hour: 1) }
t { time.floor(1, bogus: 1) }
t { zoned.iso8601(3) }
t { zoned.formatted_offset(false) }
t { zoned.formatted_offset(bogus: 1) }
t { zoned.to_fs(:long) }
t { time.in_time_zone(bogus: 1) }
t { 1.day.iso8601 }
t { 1.5.seconds.iso8601(precision: 2) }
t { 1.day.iso8601(bogus: 1) }
t { 1.day.ago(time, bogus: 1) }
t { 1.day.since(time) }
t { 1.day.as_json(bogus: 1) }
t { 1.day.to_fs(bogus: 1) }
t { 5.to_fs(:bogus) }
t { 1234.5.to_fs(:delimited, delimiter: ".") }
t { 1234.5.to_fs(:delimited, bogus: 1) }
t { 1234.5.to_fs(:rounded, precision: 3, bogus: 1) }
t { 1_234_567.to_fs(:human, bogus: 1) }
t { (1..3).to_fs(:db) }
t { (1..3).to_fs(bogus: 1) }
t { (time..time + 1).overlap?(bogus: 1) }
t { 5.ordinalize(bogus: 1) }
t { 5.clamp(1, 3, bogus: 1) }
t { "a".presence_in(bogus: 1) }
t { 1.in?(bogus: 1) }
t { nil.try(:upcase, bogus: 1) }
t { "a".with_options(bogus: 1) }
t { Object.new.with(bogus: 1) {} }
t { "a".instance_values(bogus: 1) }
t { "a".html_safe?(bogus: 1) }
t { ActiveSupport::TimeZone.all(bogus: 1) }
t { ActiveSupport::TimeZone["UTC"].now(bogus: 1) }
t { ActiveSupport::TimeZone["UTC"].local(2024, bogus: 1) }
t { ActiveSupport::TimeZone["UTC"].formatted_offset(false, "z") }
t { Time.use_zone("UTC", bogus: 1) {} }
t { Time.find_zone("UTC", bogus: 1) }
t { Time.current(bogus: 1) }
t { Date.current(bogus: 1) }
t { ActiveSupport::JSON.encode({ a: "<" }, escape: false) }
t { ActiveSupport::JSON.encode({ a: "<" }, escape_html_entities: false) }
t { ActiveSupport::JSON.encode({ a: "<" }, bogus: 1) }
t { ActiveSupport::JSON.decode("[1]", bogus: 1) }
t { ActiveSupport::JSON.decode('{"a":1}', symbolize_names: true) }

class Settings
  t { mattr_accessor(:a, default: 1, instance_writer: false) }
  t { mattr_accessor(:a, bogus: 1) }
  t { mattr_reader(:b, default: 2, instance_accessor: false) }
  t { mattr_writer(:c, bogus: 1) }
  t { cattr_accessor(:d, bogus: 1) }
  t { cattr_reader(:d, bogus: 1) }
  t { thread_mattr_accessor(:e, bogus: 1) }
  class_attribute(:f, default: 1, instance_predicate: false, instance_reader: false)
  t { class_attribute(:f, bogus: 1) }
  t { delegate(:size, to: :name, prefix: true, allow_nil: true) }
  t { delegate(:size, bogus: 1) }
  t { delegate(:size) }
  t { delegate(:size, to: :name, bogus: 1) }
  t { delegate(:size, to: :name, private: true) }
  t { alias_attribute(:x, :y, bogus: 1) }
  t { redefine_method(:z, bogus: 1) {} }
end
p Settings.a, Settings.f, Settings.respond_to?(:f?), Settings.new.respond_to?(:b), Settings.new.respond_to?(:a=), Settings.new.respond_to?(:f)

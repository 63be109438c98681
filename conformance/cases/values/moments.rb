# run: migrate
class Thing < ActiveRecord::Base
end

class Moments < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  TEXTS = [
    "2020/01/02", "2020-01-02 03:04 JST", "9:00", "12", "1234", "20200102", "20200102030405", "20200102T030405Z", "2020-02-30", "2020-02-30 10:00:00", "2020-13-01",
    "2020-01-02 03:04:05.1234567", "2020-01-02 03:04:05.999999999", "2020-01-02 03:04:05,5", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05+09:00",
    "2020-01-02T03:04:05.25-0330", "2020-01-02 03:04:05 +09", "2020-01-02 03:04:05 UTC", "2020-01-02 03:04:05 EST", "2020-01-02 03:04:05 GMT+3", "2020-01-02 25:00:00", "2020-01-02 24:00:00",
    "2020-01-02 03:60:00", "2020-01-02 03:04:60", "2020-01-02 03:04", "2020-01-02 3:4", "2020-1-2", "2020-01", "2020", "02/03/2020", "2/3/20", "31/12/2020", "3rd Feb 2001", "Feb 3 2001 4pm",
    "3 Feb", "Feb", "Tuesday", "Thu, 02 Jan 2020 03:04:05 GMT", "Thu Jan  2 03:04:05 2020", "now", "today", "infinity", "-infinity", "Infinity", "0000-00-00", "0000-00-00 00:00:00",
    "0001-01-01", "9999-12-31 23:59:59", "-0001-01-01", "100 BC", "2020-W01-1", "2020-001", "R2.01.02", "H31.04.30", "4:05 pm", "4pm", "16h05m", "12:34:56.789", "12:34:56 PM",
    "24:00", "25:00", "1:2:3", " 2020-01-02 ", "2020-01-02\n", "", " ", "x", "2020-01-02x", "2020-01-02 x", "x 2020-01-02", "2020-01-02 03:04:05 x", "2020年1月2日", "2020.01.02", "1.2.2020", "'20-01-02",
    "2020-01-02 00:00:00 -00:00", "2020-01-02T03", "2020-01-02T03:04", "1577934245", "1577934245.5", "2020-06-15 12:00 CEST", "2020-06-15 12:00 America/New_York",
    "2019-12-31T23:59:60Z", "2020-01-02 03:04:05.", "2020-01-02T03:04:05.1+14:00", "2020-01-02 03:04:05 PM", "２０２０-01-02", "12:00:00+09:00", "10:00 JST", "2004-10-25T01:23:45-06:00", "00:01:02+03:00",
    "2020-01-02 03:04:05+25:00", "2020-01-02 03:04:05+9", "2020-01-02 03:04:05+0900x"
  ]

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 90]}"
  end

  def up
    create_table(:things) do |t|
      t.date :day
      t.datetime :moment
      t.datetime :rough, precision: nil
      t.time :clock
    end
    columns = %i[day moment rough clock]
    TEXTS.each do |text|
      columns.each do |column|
        # Ruby's own Time shows a day and a second that there are not, as they were given.
        shown = text.match?(/02-30 |:60/) ? nil : Thing.new(column => text)[column]
        tell("#{column} #{text.inspect}") { [shown, Thing.where(column => text).to_sql[/WHERE.*/]] }
      end
    end
    row = Thing.create!
    (TEXTS.grep(/2020|:/) - ["9999-12-31 23:59:59"]).each do |text|
      columns.each do |column|
        tell("#{column} #{text.inspect} stored") do
          Thing.where(id: row.id).update_all(column => text)
          row.reload[column]
        end
      end
    end
    columns.each do |column|
      tell("#{column} fraction") { Thing.new(column => Time.at(0, 123_456_789, :nsec))[column]&.nsec }
    end
    tell("exists") { Thing.exists?(moment: "2020-01-02 03:04 JST") }
    tell("find_by") { Thing.find_by(day: "2020/01/02")&.day }
    tell("find_or_create_by") { Thing.find_or_create_by!(day: "3 Mar 2021", clock: "9:00").attributes.values_at("day", "clock") }
    tell("between") { Thing.where(moment: "2020/1/1".."2020/12/31").to_sql }
    tell("arel") { Thing.where(Thing.arel_table[:day].gt("2020/1/1")).to_sql }
    tell("insert_all") { Thing.insert_all([{ day: "2020/1/1", moment: "2 Jan 2020 4pm", clock: "4pm" }]).class }
    tell("last") { Thing.order(:id).last.attributes.except("id") }
  end
end

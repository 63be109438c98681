class Say < ActiveRecord::Migration[8.1]
  def up
    say "one"
    say "two", true
    say_with_time("three") { 3 }
    say_with_time("four") { "text" }
    result = say_with_time("five") { [1, 2] }
    say result.inspect
    write "plain"
    write
    suppress_messages { say "hidden"; create_table :a }
    announce "here"
    puts "put"
  end
end

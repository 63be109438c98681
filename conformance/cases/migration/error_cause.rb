# run: migrate
class ErrorCause < ActiveRecord::Migration[8.1]
  def up
    execute "SELECT * FROM nowhere"
  rescue => error
    say error.class.name
    say error.cause.class.name
    say error.message.lines.first.chomp
    raise "wrapped"
  end
end

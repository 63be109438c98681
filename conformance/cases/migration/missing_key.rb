# run: migrate
class MissingKey < ActiveRecord::Migration[8.1]
  def up
    { a: 1 }.fetch(:b)
  end
end

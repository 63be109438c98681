# run: migrate
class WrongArguments < ActiveRecord::Migration[8.1]
  def up
    one
  end

  def one(required)
  end
end

# run: migrate
class DeepRecursion < ActiveRecord::Migration[8.1]
  def up
    again
  end

  def again = again
end

# run: migrate
class FrozenArray < ActiveRecord::Migration[8.1]
  def up
    [1].freeze << 2
  end
end

# run: migrate
class NilError < ActiveRecord::Migration[8.1]
  def up
    nil.upcase
  end
end

# run: migrate, rollback 1
class CreateThings < ActiveRecord::Migration[8.1]
  def change
    create_table(:things) { |t| t.string :x }
  end
end

class RevertThings < ActiveRecord::Migration[8.1]
  require_relative "20240101000001_create_things"

  def change
    revert CreateThings
  end
end

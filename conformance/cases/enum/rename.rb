# adapters: postgresql
class Rename < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy", "sad"]
    rename_enum :mood, :feeling
    rename_enum :feeling, to: :temper
  end
end

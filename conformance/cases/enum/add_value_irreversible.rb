# adapters: postgresql
class AddValueIrreversible < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy", "sad"]
    add_enum_value :mood, "angry"
  end
end

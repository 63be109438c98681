# adapters: postgresql
class Values < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy", "sad"]
    rename_enum_value :mood, from: "happy", to: "glad"
  end
end

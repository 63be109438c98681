# adapters: postgresql
# run: migrate
class AddValue < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy", "sad"]
  end
end

class AddValueAgain < ActiveRecord::Migration[8.1]
  def change
    add_enum_value :mood, "angry"
    add_enum_value :mood, "calm", before: "happy"
    add_enum_value :mood, "it's", after: "sad", if_not_exists: true
  end
end

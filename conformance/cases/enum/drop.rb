# adapters: postgresql
class Drop < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy", "sad"]
  end
end

class DropAgain < ActiveRecord::Migration[8.1]
  def change
    drop_enum :mood, ["happy", "sad"]
  end
end

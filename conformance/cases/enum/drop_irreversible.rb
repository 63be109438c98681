# adapters: postgresql
class DropIrreversible < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy", "sad"]
  end
end

class DropIrreversibleAgain < ActiveRecord::Migration[8.1]
  def change
    drop_enum :mood
  end
end

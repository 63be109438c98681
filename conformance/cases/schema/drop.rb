# adapters: postgresql
class Drop < ActiveRecord::Migration[8.1]
  def change
    create_schema "store"
    drop_schema "store"
  end
end

class DropAgain < ActiveRecord::Migration[8.1]
  def change
    drop_schema "missing", if_exists: true
  end
end

# adapters: postgresql
# run: migrate
class DropIfExists < ActiveRecord::Migration[8.1]
  def change
    drop_enum :missing, if_exists: true
  end
end
